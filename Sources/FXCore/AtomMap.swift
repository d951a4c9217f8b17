/// Maps atoms to 32-bit numbers, by open addressing. Entries can be set and replaced, not removed.
///
/// Atoms are numbered in the order of interning, so that the number itself is the best of hashes:
/// names made one after the other lie one behind the other.
public struct AtomMap {
  @usableFromInline struct Entry: BitwiseCopyable {
    @usableFromInline var key: Int32 = -1
    @usableFromInline var value: Int32 = -1
  }

  @usableFromInline final class Slots {
    @usableFromInline let entries: UnsafeMutablePointer<Entry>
    @usableFromInline let mask: Int

    init(capacity: Int) {
      mask = capacity - 1
      entries = .allocate(capacity: capacity)
      adviseHugePages(entries, byteCount: capacity * MemoryLayout<Entry>.stride)
      entries.initialize(repeating: Entry(), count: capacity)
    }

    init(copying other: Slots) {
      mask = other.mask
      entries = .allocate(capacity: mask + 1)
      entries.initialize(from: other.entries, count: mask + 1)
    }

    deinit { entries.deallocate() }

    @inlinable @inline(__always) func slot(of key: Int32) -> Int {
      var slot = Int(truncatingIfNeeded: key) & mask
      while entries[slot].key != key, entries[slot].key >= 0 { slot = (slot + 1) & mask }
      return slot
    }
  }

  /// The number of entries.
  @usableFromInline var slots: Slots
  public private(set) var count = 0

  /// Creates an empty map.
  public init() { slots = Slots(capacity: 16) }

  /// Returns the number of an atom; nil where there is none.
  @inlinable public subscript(key: Atom) -> Int32? {
    let entry = slots.entries[slots.slot(of: key.rawValue)]
    return entry.key < 0 ? nil : entry.value
  }

  /// Sets the number of an atom.
  public mutating func set(_ key: Atom, to value: Int32) {
    if !isKnownUniquelyReferenced(&slots) { slots = Slots(copying: slots) }
    let slot = slots.slot(of: key.rawValue)
    if slots.entries[slot].key < 0 {
      slots.entries[slot].key = key.rawValue
      count += 1
    }
    slots.entries[slot].value = value
    if count * 4 > slots.mask * 3 { grow() }
  }

  private mutating func grow() {
    let bigger = Slots(capacity: (slots.mask + 1) * 2)
    for index in 0...slots.mask where slots.entries[index].key >= 0 {
      bigger.entries[bigger.slot(of: slots.entries[index].key)] = slots.entries[index]
    }
    slots = bigger
  }
}
