/// Judges members' names: relative, without `..`, and safe to give to any system.
enum ZIPName {
  /// Returns what is wrong with a name, as the end of a sentence; nil where nothing is.
  static func problem(_ bytes: UnsafeRawBufferPointer, isMarkedUTF8: Bool) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return "is not UTF-8" }
    if bytes.isEmpty { return "is empty" }
    // Without the mark the name is in a code page that nobody records.
    if !isMarkedUTF8, bytes.contains(where: { $0 >= 0x80 }) {
      return "is neither ASCII nor marked as UTF-8"
    }
    if bytes.contains(0) { return "has a NUL" }
    if bytes.contains(UInt8(ascii: "\\")) { return "has a backslash" }
    if bytes.first == UInt8(ascii: "/") { return "is an absolute path" }
    let parts = text.utf8.split(separator: UInt8(ascii: "/"))
    if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return "leads out of the archive" }
    return nil
  }
}
