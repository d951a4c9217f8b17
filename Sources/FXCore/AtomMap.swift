/// Maps atoms to 32-bit numbers, by open addressing. Entries can be set and replaced, not removed.
///
/// Atoms are numbered in the order of interning, so that the number itself is the best of hashes:
/// names made one after the other lie one behind the other. Where the numbers are more than the
/// places, whole runs fall on others; what finds its place taken goes to a scattered one.
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
      let slot = Int(truncatingIfNeeded: key) & mask
      return entries[slot].key == key || entries[slot].key < 0 ? slot : scatteredSlot(of: key)
    }

    /// Looks further, in strides that differ from key to key.
    @usableFromInline func scatteredSlot(of key: Int32) -> Int {
      let hash = UInt64(UInt32(bitPattern: key)) &* 0x9E37_79B9_7F4A_7C15
      let stride = Int(truncatingIfNeeded: hash >> 20) | 1
      var slot = Int(truncatingIfNeeded: hash >> 32) & mask
      while entries[slot].key != key, entries[slot].key >= 0 { slot = (slot &+ stride) & mask }
      return slot
    }
  }

  @usableFromInline var slots: Slots
  /// The number of entries.
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
    if count * 8 > slots.mask * 5 { grow() }
  }

  private mutating func grow() {
    let bigger = Slots(capacity: (slots.mask + 1) * 2)
    for index in 0...slots.mask where slots.entries[index].key >= 0 {
      bigger.entries[bigger.slot(of: slots.entries[index].key)] = slots.entries[index]
    }
    slots = bigger
  }
}
