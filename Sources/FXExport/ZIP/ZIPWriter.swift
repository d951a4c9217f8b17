import FXCore

/// Writes a ZIP archive of stored members in one stream.
///
/// Members' bytes begin at multiples of 64, by the padding field that PyTorch uses, so that tensors
/// can be views of the mapped archive. Members whose bytes are at hand get a complete local header.
/// A member that is produced as it is written (a large model JSON) gets a data descriptor after its
/// bytes, as all of PyTorch's do: nothing is held in memory or patched afterwards, and a pipe gets
/// the same bytes as a file. ZIP64 records appear only where a number needs them.
public final class ZIPWriter {
  private let output: AtomicOutput
  private let records: ZIPRecords
  private var entries: [ZIPRecords.Entry] = []
  private var names: Set<[UInt8]> = []
  /// The offsets count from where the output stood.
  private let start: Int

  /// Creates a writer; the caller commits the output after `finish()`.
  public convenience init(to output: AtomicOutput) {
    self.init(to: output, records: ZIPRecords())
  }

  init(to output: AtomicOutput, records: ZIPRecords) {
    self.output = output
    self.records = records
    start = output.byteCount
  }

  private var offset: Int { output.byteCount - start }

  /// Returns name and checksum of what has been written, in order.
  var written: [(name: [UInt8], checksum: UInt32)] { entries.map { ($0.name, $0.checksum) } }

  /// Adds a member of known bytes.
  ///
  /// - Throws: `zipDuplicate`, `zipName`, or what writing throws.
  public func add(_ name: String, _ bytes: UnsafeRawBufferPointer) throws {
    let checksum = ZIPChecksum.of(bytes)
    try begin(name, checksum: checksum, size: bytes.count, isStreamed: false)
    try output.write(bytes)
  }

  /// Adds a member whose bytes `body` produces, in one pass and without holding them.
  ///
  /// - Throws: `zipDuplicate`, `zipName`, or what `body` or writing throws.
  public func add(_ name: String, streaming body: (inout ByteSink) throws -> Void) throws {
    try begin(name, checksum: 0, size: 0, isStreamed: true)
    let progress = Progress()
    var sink = ByteSink { [output] chunk in
      progress.checksum.add(chunk)
      progress.size += chunk.count
      try output.write(chunk)
    }
    try body(&sink)
    try sink.finish()
    let last = entries.count - 1
    entries[last].checksum = progress.checksum.value
    entries[last].size = progress.size
    try write(records.dataDescriptor(entries[last]))
  }

  /// Copies a member of another archive, inflating it where it is compressed.
  ///
  /// The bytes are compared with their checksum on the way, so that damage is not copied.
  ///
  /// - Throws: `zipChecksum`, `zipData`, `zipDuplicate`, `zipName`, or what writing throws.
  public func add(_ name: String, copying member: ZIPMember, of archive: ZIPArchive) throws {
    if member.isDeflated {
      return try archive.contents(of: member).withBytes { try add(name, $0) }
    }
    try begin(name, checksum: member.checksum, size: member.size, isStreamed: false)
    let stored = archive.storedBytes(of: member)
    var checksum = ZIPChecksum()
    for start in stride(from: 0, to: stored.count, by: MappedFile.piece) {
      let range = start..<min(start + MappedFile.piece, stored.count)
      let piece = UnsafeRawBufferPointer(rebasing: stored[range])
      checksum.add(piece)
      try output.write(piece)
      archive.file.discard(
        member.dataOffset + range.lowerBound..<member.dataOffset + range.upperBound)
    }
    try ZIPArchive.compare(checksum.value, with: member)
  }

  /// Writes the directory, after which the archive is complete.
  ///
  /// - Throws: `file.*` where the output can't be written, `zip.*` for a member that can't be read.
  public func finish() throws {
    let directoryOffset = offset
    for entry in entries { try write(records.centralHeader(entry)) }
    try write(
      records.end(
        memberCount: entries.count, directoryOffset: directoryOffset,
        directorySize: offset - directoryOffset))
  }

  private func begin(_ name: String, checksum: UInt32, size: Int, isStreamed: Bool) throws {
    let bytes = Array(name.utf8)
    let place = SourcePlace(member: name)
    if let problem = bytes.withUnsafeBytes({ ZIPName.problem($0, isMarkedUTF8: true) }) {
      throw FXError(.zipName, "the member's name \(problem)", at: place)
    }
    guard bytes.count < ZIPFormat.sentinel16 else {
      throw FXError(.zipName, "the member's name has more than 65534 bytes", at: place)
    }
    guard names.insert(bytes).inserted else {
      throw FXError(.zipDuplicate, "two members have this name", at: place)
    }
    let entry = ZIPRecords.Entry(
      name: bytes, checksum: checksum, size: size, isStreamed: isStreamed, headerOffset: offset)
    entries.append(entry)
    try write(records.localHeader(entry))
  }

  private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try output.write($0) } }

  /// What the drain of a streamed member has seen.
  private final class Progress {
    var checksum = ZIPChecksum()
    var size = 0
  }
}
