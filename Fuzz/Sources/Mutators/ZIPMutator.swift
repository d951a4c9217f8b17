import FXKit

/// Changes ZIP archives: members and records, with checksums that agree most of the time.
enum ZIPMutator {
  /// Changes a member that holds JSON.
  private static let json = JSONMutator(words: SchemaWords.all)

  static func mutate(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    guard var members = read(bytes) else {
      var changed = bytes
      changeFields(&changed, &random)
      return changed
    }
    if random.oneIn(3) {
      var changed = bytes
      changeFields(&changed, &random)
      return changed
    }
    for _ in 0...random.below(2) where !members.isEmpty { change(&members, &random) }
    var zip = ZIPBuilder()
    zip.entries = members
    zip.has64 = random.oneIn(8)
    if random.oneIn(8) { zip.comment = Array("PK\u{5}\u{6}".utf8) }
    var built = zip.build().bytes
    if random.oneIn(4) { changeFields(&built, &random) }
    return built
  }

  private static func read(_ bytes: [UInt8]) -> [ZIPBuilder.Entry]? {
    guard let archive = try? ZIPArchive(MappedFile(copying: bytes)) else { return nil }
    return try? archive.members.map { member in
      ZIPBuilder.Entry(
        name: Array(member.name.utf8),
        contents: try archive.contents(of: member, verifying: false, limit: 1 << 16).array)
    }
  }

  private static func change(_ members: inout [ZIPBuilder.Entry], _ random: inout FuzzRandom) {
    let at = random.below(members.count)
    let other = random.below(members.count)
    switch random.below(9) {
    case 0: members.remove(at: at)
    case 1: members.insert(members[other], at: at)
    case 2: members.swapAt(at, other)
    case 3:
      let text = random.pick([
        "../", "/", "a\0", "\\", "archive/", "data/weights/", ".pt", "é", ".", "models/x.json",
        "serialized_exported_program.json", "data.pkl", "/byteorder",
      ])
      let position = random.oneIn(2) ? 0 : random.below(members[at].name.count + 1)
      members[at].name.insert(contentsOf: text.utf8, at: position)
    case 4: members[at].descriptor = (random.oneIn(2), random.oneIn(2))
    case 5: members[at].has64.toggle()
    case 6: members[at].deflateAsBlocks()
    default:
      if members[at].name.suffix(5).elementsEqual(".json".utf8) {
        members[at].contents = json.mutate(members[at].contents, &random)
      } else if members[at].name.suffix(4).elementsEqual(".pkl".utf8) {
        members[at].contents = PickleMutator.mutate(members[at].contents, &random)
      } else if members[at].contents.starts(with: "PK".utf8) {
        // An archive in the archive: pickled weights of old layouts.
        members[at].contents = mutate(members[at].contents, &random)
      } else {
        random.changeBytes(&members[at].contents)
      }
    }
  }

  /// Changes fields of records, which the signatures tell.
  private static func changeFields(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
    let marks: [[UInt8]] = [[1, 2], [3, 4], [5, 6], [6, 6], [6, 7], [7, 8]]
    let records = bytes.indices.dropLast(3).filter { at in
      bytes[at] == 0x50 && bytes[at + 1] == 0x4B && marks.contains([bytes[at + 2], bytes[at + 3]])
    }
    guard !records.isEmpty, !random.oneIn(8) else { return random.changeBytes(&bytes) }
    for _ in 0...random.below(2) {
      let at = random.pick(records) + 4 + random.below(52)
      let value = random.number()
      for index in 0..<random.pick([1, 2, 4, 8]) where at + index < bytes.count {
        bytes[at + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
      }
    }
  }
}
