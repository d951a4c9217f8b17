import FXCore

/// Keeps which fields of an object have been read, to refuse a field that comes twice.
struct FieldSet {
  private var bits: UInt32 = 0

  /// Notes a field by its number.
  @inline(__always)
  mutating func note(_ field: UInt32, _ reader: JSONReader, _ key: JSONText) throws(FXError) {
    if bits & (1 << field) != 0 {
      throw reader.error(.jsonDuplicateKey, "the key '\(key.string)' comes twice")
    }
    bits |= 1 << field
  }

  /// Tells whether a field was read.
  @inline(__always) func has(_ field: UInt32) -> Bool { bits & (1 << field) != 0 }

  /// Throws where a field is missing.
  @inline(__always)
  func require(_ field: UInt32, _ name: StaticString, _ reader: JSONReader, at place: Int)
    throws(FXError)
  {
    if !has(field) {
      throw reader.error(.jsonMissingField, "the field '\(name)' is missing", at: place)
    }
  }
}
