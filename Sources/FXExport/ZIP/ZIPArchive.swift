import CZlib
import FXCore

/// Reads a ZIP archive in place.
///
/// The reader is FXKit's own, on top of zlib for checksums and DEFLATE, for two reasons. A stored
/// member is a view of the mapped file, which libraries that hand out copies can't give. And
/// everything that the file says twice is compared (directory and local headers, both end records,
/// data descriptors), everything it says about sizes and places is checked against the file, before
/// any of it is used: libraries trust one of the two, each another, so that one file can show two
/// contents to two programs.
///
/// Checksums are compared when a member is read, not when the archive is opened.
public struct ZIPArchive: Sendable {
  /// The file that the members' bytes are views of.
  public let file: MappedFile
  /// The members in the order of the directory.
  public let members: [ZIPMember]
  // Bytes and not strings: String's equality takes two spellings of one letter for the same.
  private let indices: [[UInt8]: Int]

  /// Reads and checks the directory and all local headers.
  ///
  /// - Throws: one of the `zip` codes, with the member and the byte offset.
  public init(_ file: MappedFile) throws {
    let bytes = ZIPBytes(file)
    let end = try ZIPEndRecord(bytes)
    var members: [ZIPMember] = []
    var indices: [[UInt8]: Int] = [:]
    members.reserveCapacity(end.memberCount)
    indices.reserveCapacity(end.memberCount)
    var offset = end.directoryOffset
    let directoryEnd = end.directoryOffset + end.directorySize
    for index in 0..<end.memberCount {
      let record = try ZIPDirectoryRecord(bytes, at: offset, end: directoryEnd)
      let local = try ZIPLocalHeader(bytes, record, limit: end.directoryOffset)
      if indices.updateValue(index, forKey: Array(record.nameBytes)) != nil {
        throw bytes.error(
          .zipDuplicate, "two members have this name", at: offset, member: record.name)
      }
      members.append(
        ZIPMember(
          name: record.name, isDeflated: record.method == ZIPFormat.deflated,
          checksum: UInt32(truncatingIfNeeded: record.checksum), size: record.size,
          storedSize: record.storedSize, headerOffset: record.headerOffset,
          dataOffset: local.dataOffset, end: local.end))
      offset += record.length
    }
    guard offset == directoryEnd else {
      throw bytes.error(
        .zipDirectory, "the directory goes on after its \(end.memberCount) members", at: offset)
    }
    let order = members.indices.sorted { members[$0].headerOffset < members[$1].headerOffset }
    // What stands in front is no member: the file is something else as well, to whoever looks there.
    let first = order.first.map { members[$0].headerOffset } ?? end.directoryOffset
    if first > 0 {
      throw bytes.error(.zipPrefix, "\(first) bytes stand before the first member", at: 0)
    }
    for (before, after) in zip(order, order.dropFirst())
    where members[before].end > members[after].headerOffset {
      throw bytes.error(
        .zipOverlap, "the member shares bytes with '\(members[before].name)'",
        at: members[after].headerOffset, member: members[after].name)
    }
    self.file = file
    self.members = members
    self.indices = indices
  }

  /// Returns the member of a name.
  public subscript(name: String) -> ZIPMember? { indices[Array(name.utf8)].map { members[$0] } }

  /// Returns a member's bytes in the file, compressed or not, unchecked.
  public func storedBytes(of member: ZIPMember) -> UnsafeRawBufferPointer {
    ZIPBytes(file).slice(member.dataOffset, member.storedSize)
  }

  /// Returns a member's contents: a view of the file where it is stored, else inflated.
  ///
  /// - Parameters:
  ///   - verifying: Whether the checksum is compared, which looks at every byte.
  ///   - limit: The most bytes that a compressed member may have.
  /// - Throws: `zipChecksum`, `zipData`, `zipSize`.
  public func contents(
    of member: ZIPMember, verifying: Bool = true, limit: Int = Limits.inflatedBytes.value
  ) throws -> MemberBytes {
    let stored = storedBytes(of: member)
    let contents: MemberBytes
    if member.isDeflated {
      let owner = try ZIPInflater.inflate(stored, member: member, limit: limit)
      contents = MemberBytes(owner.bytes, owner: owner)
    } else {
      contents = MemberBytes(stored, owner: file)
    }
    if verifying { try Self.compare(ZIPChecksum.of(contents.bytes), with: member) }
    return contents
  }

  /// Compares a member's bytes with its checksum.
  ///
  /// - Throws: `zipChecksum`, `zipData`, `zipSize`.
  public func verify(_ member: ZIPMember) throws {
    if member.isDeflated {
      _ = try contents(of: member)
      return
    }
    // In pieces that leave memory again: a member may be larger than memory.
    var checksum = ZIPChecksum()
    let stored = storedBytes(of: member)
    for start in stride(from: 0, to: stored.count, by: MappedFile.piece) {
      let piece = start..<min(start + MappedFile.piece, stored.count)
      checksum.add(UnsafeRawBufferPointer(rebasing: stored[piece]))
      file.discard(member.dataOffset + piece.lowerBound..<member.dataOffset + piece.upperBound)
    }
    try Self.compare(checksum.value, with: member)
  }

  static func compare(_ checksum: UInt32, with member: ZIPMember) throws {
    guard checksum == member.checksum else {
      throw FXError(
        .zipChecksum, "CRC-32 mismatch: the member is corrupt",
        at: SourcePlace(member: member.name, offset: member.dataOffset))
    }
  }
}
