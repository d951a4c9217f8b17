import Glibc

/// Identifies a string of a `StringTable`: equal atoms of one table are equal strings.
@frozen public struct Atom: Hashable, Sendable, BitwiseCopyable {
  /// The number in the order of interning.
  public let rawValue: Int32
  /// Makes an atom of its number.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Marks the absence of a string.
  public static let none = Atom(rawValue: -1)
  /// Identifies the empty string, which every table holds.
  public static let empty = Atom(rawValue: 0)

  /// Tells whether the atom stands for no string.
  @inlinable public var isNone: Bool { rawValue < 0 }
}

/// Interns strings: keeps one copy of each distinct UTF-8 string and names it by an `Atom`.
///
/// Node names, targets and metadata of one module tree live in one table, so that comparing and
/// copying them costs an integer. Strings are never removed.
public final class StringTable {
  @usableFromInline struct Span: BitwiseCopyable {
    @usableFromInline var offset: Int
    @usableFromInline var length: Int32
    @usableFromInline var hash: UInt32
  }

  // Methods of the table never overlap, so that checking each access costs time for nothing.
  @exclusivity(unchecked) @usableFromInline var spans = Arena<Span>(capacity: 1024)
  @exclusivity(unchecked) @usableFromInline var bytes = Arena<UInt8>(capacity: 1 << 14)
  @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private var slotMask: Int

  /// Creates a table that holds only the empty string.
  public init() {
    slotMask = 2047
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: -1, count: slotMask + 1)
    _ = intern("")
  }

  deinit {
    spans.deallocate()
    bytes.deallocate()
    slots.deallocate()
  }

  /// Returns the number of distinct strings.
  public var count: Int { spans.count }

  /// Returns the number of bytes that all distinct strings take.
  public var byteCount: Int { bytes.count }

  /// Returns the atom of a string of UTF-8 bytes, adding the string where it is new.
  public func intern(_ string: UnsafeRawBufferPointer) -> Atom {
    let hash = hashBytes(string)
    let slot = self.slot(of: string, hash)
    if slots[slot] >= 0 { return Atom(rawValue: slots[slot]) }
    let atom = Int32(spans.count)
    let offset = bytes.append(copying: string.bindMemory(to: UInt8.self))
    spans.append(Span(offset: offset, length: Int32(string.count), hash: hash))
    slots[slot] = atom
    if spans.count * 4 > slotMask * 3 { rehash() }
    return Atom(rawValue: atom)
  }

  /// Returns the atom of `string`, adding it where it is new.
  public func intern(_ string: String) -> Atom {
    var copy = string
    return copy.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
  }

  /// Returns the atom of `string` without adding it; nil where the table does not hold it.
  public func find(_ string: String) -> Atom? {
    var copy = string
    return copy.withUTF8 { utf8 in
      let raw = UnsafeRawBufferPointer(utf8)
      let found = slots[slot(of: raw, hashBytes(raw))]
      return found < 0 ? nil : Atom(rawValue: found)
    }
  }

  /// Returns the slot that holds a string, or the empty one where it would go.
  @inline(__always) private func slot(of string: UnsafeRawBufferPointer, _ hash: UInt32) -> Int {
    var slot = Int(hash) & slotMask
    while slots[slot] >= 0 {
      let span = spans[slots[slot]]
      if span.hash == hash, Int(span.length) == string.count {
        // A string without a base is empty, and so are all of its length.
        guard let base = string.baseAddress, string.count > 0 else { return slot }
        if memcmp(bytes.base + span.offset, base, string.count) == 0 { return slot }
      }
      slot = (slot + 1) & slotMask
    }
    return slot
  }

  /// Returns the string of an atom of this table.
  public subscript(atom: Atom) -> String {
    String(decoding: utf8(atom), as: UTF8.self)
  }

  /// Returns the UTF-8 bytes of an atom, valid until the next string is added.
  @inlinable public func utf8(_ atom: Atom) -> UnsafeBufferPointer<UInt8> {
    precondition(atom.rawValue >= 0 && Int(atom.rawValue) < spans.count, "atom of another table")
    let span = spans[atom.rawValue]
    return UnsafeBufferPointer(
      start: UnsafePointer(bytes.base + span.offset), count: Int(span.length))
  }

  private func rehash() {
    let newMask = slotMask * 2 + 1
    slots.deallocate()
    slots = .allocate(capacity: newMask + 1)
    adviseHugePages(slots, byteCount: (newMask + 1) * MemoryLayout<Int32>.stride)
    slots.initialize(repeating: -1, count: newMask + 1)
    slotMask = newMask
    for index in 0..<spans.count {
      var slot = Int(spans[index].hash) & slotMask
      while slots[slot] >= 0 { slot = (slot + 1) & slotMask }
      slots[slot] = Int32(index)
    }
  }
}

/// Returns a well-mixed 32-bit hash of bytes, eight at a time. Not for untrusted-key denial of
/// service beyond a slowdown: tables compare the bytes as well.
public func hashBytes(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: bytes.count)
  var index = 0
  let count = bytes.count
  while index + 8 <= count {
    let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    let product = (state ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    state = product.high ^ product.low
    index += 8
  }
  if index < count {
    var tail: UInt64 = 0
    var shift: UInt64 = 0
    while index < count {
      tail |= UInt64(bytes[index]) << shift
      shift += 8
      index += 1
    }
    let product = (state ^ tail).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    state = product.high ^ product.low
  }
  state ^= state >> 32
  return UInt32(truncatingIfNeeded: state &* 0x9E37_79B1) ^ UInt32(truncatingIfNeeded: state >> 29)
}
