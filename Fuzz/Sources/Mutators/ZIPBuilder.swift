/// Builds ZIP archives by hand, so that any field can be made wrong.
struct ZIPBuilder {
  struct Entry {
    var name: [UInt8]
    var contents: [UInt8]
    /// The bytes in the archive where they are deflated.
    var deflated: [UInt8]?
    var flags = 0x800
    /// The data descriptor: nil for none, else whether it has a signature and 8-byte sizes.
    var descriptor: (hasSignature: Bool, is64: Bool)?
    /// Whether the directory record and the local header use the ZIP64 field.
    var has64 = false

    init(name: [UInt8], contents: [UInt8]) {
      self.name = name
      self.contents = contents
    }

    init(_ name: String, _ contents: String) {
      self.init(name: Array(name.utf8), contents: Array(contents.utf8))
    }

    /// Deflates the contents without making them smaller: in blocks of stored bytes.
    mutating func deflateAsBlocks() {
      var result: [UInt8] = []
      var start = 0
      repeat {
        let count = min(contents.count - start, 0xffff)
        let isLast = start + count == contents.count
        result += [isLast ? 1 : 0, UInt8(count & 0xff), UInt8(count >> 8)]
        result += [UInt8(~count & 0xff), UInt8(~count >> 8 & 0xff)]
        result += contents[start..<start + count]
        start += count
      } while start < contents.count
      deflated = result
    }
  }

  /// Where the records of one entry are.
  struct Place {
    var local = 0
    var data = 0
    var dataEnd = 0
    var central = 0
  }

  var entries: [Entry]
  var comment: [UInt8] = []
  /// Whether the end record has its ZIP64 form, and defers to it.
  var has64 = false

  init(_ entries: Entry...) { self.entries = entries }

  struct Built {
    var bytes: [UInt8] = []
    var places: [Place] = []
    var directory = 0
    var end64 = 0
    var locator = 0
    var end = 0

    mutating func put16(_ value: Int, at offset: Int) { put(value, 2, at: offset) }
    mutating func put32(_ value: Int, at offset: Int) { put(value, 4, at: offset) }
    mutating func put64(_ value: Int, at offset: Int) { put(value, 8, at: offset) }

    private mutating func put(_ value: Int, _ count: Int, at offset: Int) {
      for index in 0..<count {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
      }
    }

    mutating func append(_ value: Int, _ count: Int) {
      bytes.append(contentsOf: repeatElement(0, count: count))
      put(value, count, at: bytes.count - count)
    }
  }

  func build() -> Built {
    var built = Built()
    for entry in entries { local(entry, &built) }
    built.directory = built.bytes.count
    for index in entries.indices { central(entries[index], &built, index) }
    let size = built.bytes.count - built.directory
    if has64 {
      built.end64 = built.bytes.count
      built.append(0x0606_4b50, 4)
      built.append(44, 8)
      for value in [45, 45] { built.append(value, 2) }
      for value in [0, 0] { built.append(value, 4) }
      for value in [entries.count, entries.count, size, built.directory] { built.append(value, 8) }
      built.locator = built.bytes.count
      built.append(0x0706_4b50, 4)
      built.append(0, 4)
      built.append(built.end64, 8)
      built.append(1, 4)
    }
    built.end = built.bytes.count
    built.append(0x0605_4b50, 4)
    for value in [0, 0] { built.append(value, 2) }
    for _ in 0..<2 { built.append(has64 ? 0xffff : entries.count, 2) }
    for value in [size, built.directory] { built.append(has64 ? 0xffff_ffff : value, 4) }
    built.append(comment.count, 2)
    built.bytes += comment
    return built
  }

  /// The CRC-32 of ZIP, bit by bit.
  static func checksum(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = .max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    return Int(~value)
  }

  private func local(_ entry: Entry, _ built: inout Built) {
    let stored = entry.deflated ?? entry.contents
    let isDeferred = entry.descriptor != nil
    var place = Place()
    place.local = built.bytes.count
    built.append(0x0403_4b50, 4)
    for value in [20, flags(entry), entry.deflated == nil ? 0 : 8, 0, 0x21] {
      built.append(value, 2)
    }
    built.append(isDeferred ? 0 : Self.checksum(entry.contents), 4)
    for value in [stored.count, entry.contents.count] {
      built.append(entry.has64 ? 0xffff_ffff : isDeferred ? 0 : value, 4)
    }
    for value in [entry.name.count, entry.has64 ? 20 : 0] { built.append(value, 2) }
    built.bytes += entry.name
    if entry.has64 {
      for value in [1, 16] { built.append(value, 2) }
      for value in [entry.contents.count, stored.count] { built.append(isDeferred ? 0 : value, 8) }
    }
    place.data = built.bytes.count
    built.bytes += stored
    place.dataEnd = built.bytes.count
    if let descriptor = entry.descriptor {
      if descriptor.hasSignature { built.append(0x0807_4b50, 4) }
      built.append(Self.checksum(entry.contents), 4)
      for value in [stored.count, entry.contents.count] {
        built.append(value, descriptor.is64 ? 8 : 4)
      }
    }
    built.places.append(place)
  }

  private func central(_ entry: Entry, _ built: inout Built, _ index: Int) {
    let stored = entry.deflated ?? entry.contents
    built.places[index].central = built.bytes.count
    built.append(0x0201_4b50, 4)
    for value in [20, 20, flags(entry), entry.deflated == nil ? 0 : 8, 0, 0x21] {
      built.append(value, 2)
    }
    built.append(Self.checksum(entry.contents), 4)
    for value in [stored.count, entry.contents.count] {
      built.append(entry.has64 ? 0xffff_ffff : value, 4)
    }
    for value in [entry.name.count, entry.has64 ? 28 : 0, 0, 0, 0] { built.append(value, 2) }
    built.append(0, 4)
    built.append(entry.has64 ? 0xffff_ffff : built.places[index].local, 4)
    built.bytes += entry.name
    if entry.has64 {
      for value in [1, 24] { built.append(value, 2) }
      for value in [entry.contents.count, stored.count, built.places[index].local] {
        built.append(value, 8)
      }
    }
  }

  private func flags(_ entry: Entry) -> Int { entry.flags | (entry.descriptor == nil ? 0 : 8) }
}
