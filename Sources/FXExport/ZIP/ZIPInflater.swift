import CZlib
import FXCore

/// Inflates a member whose size is announced and not trusted.
enum ZIPInflater {
  /// DEFLATE makes at most 1032 bytes of one.
  private static let largestRatio = 1032

  static func inflate(
    _ stored: UnsafeRawBufferPointer, member: ZIPMember, limit: Int
  ) throws -> MappedFile {
    func error(_ code: FXError.Code, _ message: String) -> FXError {
      FXError(code, message, at: SourcePlace(member: member.name, offset: member.dataOffset))
    }
    guard member.size <= limit else {
      throw error(
        .zipSize,
        "the member inflates to \(member.size) bytes, beyond the limit "
          + "\(Limit(Limits.inflatedBytes.name, limit))")
    }
    guard member.size / largestRatio <= stored.count else {
      throw error(.zipSize, "\(stored.count) compressed bytes can't hold \(member.size)")
    }
    // One byte more than announced: a stream that goes on shows, and zlib has a place to write to.
    let capacity = member.size + 1
    guard let memory = MappedFile.allocate(capacity) else {
      throw error(.zipSize, "there is no memory for \(member.size) bytes")
    }
    let file = MappedFile(adopting: memory, count: member.size, path: member.name)

    var stream = z_stream()
    let version = ZLIB_VERSION
    // Negative window bits: raw DEFLATE, without zlib's own header.
    guard inflateInit2_(&stream, -15, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw error(.zipData, "the decompressor can't start")
    }
    defer { inflateEnd(&stream) }
    var consumed = 0
    var produced = 0
    var status = Z_OK
    while status == Z_OK {
      // zlib counts in 32 bits.
      let input = min(stored.count - consumed, 1 << 30)
      let room = min(capacity - produced, 1 << 30)
      let start = stored.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.next_in = UnsafeMutablePointer(mutating: start.map { $0 + consumed })
      stream.avail_in = UInt32(input)
      stream.next_out = memory.assumingMemoryBound(to: UInt8.self) + produced
      stream.avail_out = UInt32(room)
      status = CZlib.inflate(&stream, Z_NO_FLUSH)
      consumed += input - Int(stream.avail_in)
      produced += room - Int(stream.avail_out)
      // No progress is reported as Z_BUF_ERROR, which ends the loop.
    }
    guard status == Z_STREAM_END, consumed == stored.count, produced == member.size else {
      throw error(
        status == Z_DATA_ERROR ? .zipData : .zipSize,
        "the compressed bytes are malformed or don't give the \(member.size) bytes announced")
    }
    return file
  }
}
