import Glibc

/// Identifies a string of a `StringTable`: equal atoms of one table are equal strings.
@frozen public struct Atom: Hashable, Sendable, BitwiseCopyable {
  /// The number in the order of interning.
  public let rawValue: Int32
  /// Makes an atom of its number.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Marks the absence of a string.
  @inlinable public static var none: Atom { Atom(rawValue: -1) }
  /// Identifies the empty string, which every table holds.
  @inlinable public static var empty: Atom { Atom(rawValue: 0) }

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
    @usableFromInline var length: Int
  }

  /// A place of the hash table. It holds the hash as well, so that looking past other strings and
  /// growing need nothing else.
  private struct Slot: BitwiseCopyable {
    var atom: Int32 = -1
    var hash: UInt32 = 0
  }

  // Methods of the table never overlap, so that checking each access costs time for nothing.
  @exclusivity(unchecked) @usableFromInline var spans = Arena<Span>(capacity: 1024)
  @exclusivity(unchecked) @usableFromInline var bytes = Arena<UInt8>(capacity: 1 << 14)
  @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Slot>
  @exclusivity(unchecked) private var slotMask: Int

  /// Creates a table that holds only the empty string.
  public init() {
    slotMask = 2047
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: Slot(), count: slotMask + 1)
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
    let hash = hashName(string)
    let slot = self.slot(of: string, hash)
    if slots[slot].atom >= 0 { return Atom(rawValue: slots[slot].atom) }
    let atom = Int32(truncatingIfNeeded: spans.count)
    let offset = bytes.append(copying: string.bindMemory(to: UInt8.self))
    spans.append(Span(offset: offset, length: string.count))
    slots[slot] = Slot(atom: atom, hash: hash)
    // Half of the places stay free: most strings are new, and a search ends at a free place.
    if spans.count * 2 > slotMask { grow() }
    return Atom(rawValue: atom)
  }

  /// Returns the atom of `string`, adding it where it is new.
  public func intern(_ string: String) -> Atom {
    string.withBytes { intern($0) }
  }

  /// Returns the atom of `string` without adding it; nil where the table does not hold it.
  public func find(_ string: String) -> Atom? {
    string.withBytes { utf8 in
      let found = slots[slot(of: utf8, hashName(utf8))].atom
      return found < 0 ? nil : Atom(rawValue: found)
    }
  }

  /// Returns the slot that holds a string, or the empty one where it would go.
  @inline(__always) private func slot(of string: UnsafeRawBufferPointer, _ hash: UInt32) -> Int {
    var slot = Int(hash) & slotMask
    while slots[slot].atom >= 0 {
      if slots[slot].hash == hash {
        let span = spans[slots[slot].atom]
        if span.length == string.count {
          // A string without a base is empty, and so are all of its length.
          guard let base = string.baseAddress, string.count > 0 else { return slot }
          if memcmp(bytes.base + span.offset, base, string.count) == 0 { return slot }
        }
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
      start: UnsafePointer(bytes.base + span.offset), count: span.length)
  }

  private func grow() {
    let (old, oldMask) = (slots, slotMask)
    slotMask = slotMask * 2 + 1
    slots = .allocate(capacity: slotMask + 1)
    adviseHugePages(slots, byteCount: (slotMask + 1) * MemoryLayout<Slot>.stride)
    slots.initialize(repeating: Slot(), count: slotMask + 1)
    for index in 0...oldMask where old[index].atom >= 0 {
      var slot = Int(old[index].hash) & slotMask
      while slots[slot].atom >= 0 { slot = (slot + 1) & slotMask }
      slots[slot] = old[index]
    }
    old.deallocate()
  }
}

extension String {
  /// Calls `body` with the UTF-8 bytes, without a copy of the string where it has them at hand.
  @inlinable package func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    if let result = utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
      return result
    }
    var copy = self
    return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
}

/// Returns a hash of a name. Names that differ in the last byte only, as `add_30` to `add_39`, are
/// neighbors in a table: they are made and looked up one after the other.
private func hashName(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  guard let last = bytes.last else { return 0 }
  return hashBytes(UnsafeRawBufferPointer(rebasing: bytes.dropLast())) &+ UInt32(last)
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
    let tail: UInt64
    if count >= 8 {
      // The last eight bytes, some of which have been seen.
      tail = bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
      let low = bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let high = bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      tail = UInt64(high) << 32 | UInt64(low)
    } else {
      tail = UInt64(bytes[0]) | UInt64(bytes[count / 2]) << 8 | UInt64(bytes[count - 1]) << 16
    }
    let product = (state ^ tail).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    state = product.high ^ product.low
  }
  state ^= state >> 32
  return UInt32(truncatingIfNeeded: state &* 0x9E37_79B1) ^ UInt32(truncatingIfNeeded: state >> 29)
}
