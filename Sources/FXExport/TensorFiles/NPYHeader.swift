import FXCore

/// What the header of an NPY file says of its array.
struct NPYHeader: Equatable {
  /// The element type.
  var dtype: ScalarType
  /// Whether the elements' bytes are in the order of big-endian machines.
  var isBigEndian = false
  /// Whether the first axis is the fastest.
  var isFortranOrder = false
  /// The size of each dimension.
  var sizes: [Int]

  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// The codes of NumPy for dtypes: a kind and a size in bytes.
  private static let codes: [(code: StaticString, dtype: ScalarType)] = [
    ("b1", .bool), ("i1", .int8), ("u1", .uint8), ("i2", .int16), ("u2", .uint16),
    ("f2", .float16), ("i4", .int32), ("u4", .uint32), ("f4", .float32), ("i8", .int64),
    ("u8", .uint64), ("f8", .float64), ("c8", .complex64), ("c16", .complex128),
  ]

  init(dtype: ScalarType, sizes: [Int]) {
    self.dtype = dtype
    self.sizes = sizes
  }

  // MARK: Reading

  /// Reads the header at the start of a file; gives the offset of the elements.
  ///
  /// - Throws: `npy.header`, `npy.dtype`, with the byte offset.
  static func read(_ bytes: UnsafeRawBufferPointer) throws(FXError) -> (NPYHeader, dataOffset: Int)
  {
    func error(_ message: String, at offset: Int) -> FXError {
      FXError(.npyHeader, message, at: SourcePlace(offset: offset))
    }
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw error("the file does not begin as an NPY file does", at: 0)
    }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw error("the version is \(major).\(minor); FXKit knows 1.0, 2.0 and 3.0", at: 6)
    }
    let start = major == 1 ? 10 : 12
    guard bytes.count >= start else { throw error("the file ends in its header", at: 8) }
    let length =
      major == 1
      ? Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
      : Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    guard length <= Limits.npyHeader.value else {
      throw FXError(
        .npyHeader, "the header has \(length) bytes", beyond: Limits.npyHeader,
        at: SourcePlace(offset: 8))
    }
    guard start + length <= bytes.count else {
      throw error("the header has \(length) bytes, more than the file", at: 8)
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
    var literal = PythonLiteralReader(text, base: start)
    return (try literal.readHeader(), start + length)
  }

  /// Finds the dtype of a code such as `<f4`.
  ///
  /// - Throws: `npy.dtype`.
  mutating func setDType(_ code: String, at offset: Int) throws(FXError) {
    let kinds: [Character: String] = [
      "O": "Python objects", "U": "texts", "S": "texts", "a": "texts", "M": "dates",
      "m": "durations", "V": "raw bytes",
    ]
    let order = code.first ?? " "
    let rest = code.dropFirst()
    if "<>=|".contains(order), let found = Self.codes.first(where: { rest == $0.code.description })
    {
      // '|' says that there is no order: so with single bytes, and with no others.
      if order != "|" || found.dtype.byteCount == 1 {
        dtype = found.dtype
        isBigEndian = order == ">"
        return
      }
    }
    let what = rest.first.flatMap { kinds[$0] }.map { " (\($0))" } ?? ""
    throw FXError(
      .npyDType, "the dtype '\(code)'\(what) is none of a tensor", at: SourcePlace(offset: offset))
  }

  // MARK: Writing

  /// Returns the header's bytes, as `numpy.save` writes them.
  ///
  /// - Throws: `npy.dtype` where NumPy has none.
  func bytes() throws(FXError) -> [UInt8] {
    guard let code = Self.codes.first(where: { $0.dtype == dtype })?.code else {
      throw FXError(
        .npyDType, "NumPy has no \(dtype.name); take .safetensors for it")
    }
    let order = dtype.byteCount == 1 ? "|" : "<"
    let list = sizes.map { "\($0)" }.joined(separator: ", ")
    let shape = sizes.count == 1 ? "(\(list),)" : "(\(list))"
    var text = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': \(shape), }"
    // NumPy leaves room for the first size to grow to 21 digits.
    if let first = sizes.first {
      text += String(repeating: " ", count: max(0, 21 - "\(first)".count))
    }
    let isLong = text.utf8.count + 64 > Int(UInt16.max)
    let start = isLong ? 12 : 10
    let length = (start + text.utf8.count + 1 + 63) / 64 * 64 - start
    text += String(repeating: " ", count: length - text.utf8.count - 1) + "\n"
    var bytes = Self.magic + [isLong ? 2 : 1, 0]
    for shift in 0..<(isLong ? 4 : 2) {
      bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift)))
    }
    return bytes + Array(text.utf8)
  }
}
