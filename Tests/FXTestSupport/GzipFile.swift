import CZlib

/// Reads files that gzip compressed.
enum GzipFile {
  /// What the names of such files end in.
  static let ending = ".gz"

  /// Returns what is inside a file; nil for one that is missing or damaged.
  static func read(_ path: String) -> [UInt8]? {
    guard let file = gzopen(path, "rb") else { return nil }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = gzread(file, &chunk, UInt32(chunk.count))
      if count < 0 { return nil }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<Int(count)])
    }
    // A file that was cut short ends like a whole one, but for this.
    var status: Int32 = Z_OK
    _ = gzerror(file, &status)
    return status == Z_OK || status == Z_STREAM_END ? bytes : nil
  }
}
