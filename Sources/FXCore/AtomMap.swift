import Glibc

/// Maps atoms to 32-bit numbers, by open addressing. Entries can be set and replaced, not removed.
public struct AtomMap {
  private final class Slots {
    let keys: UnsafeMutablePointer<Int32>
    let values: UnsafeMutablePointer<Int32>
    let mask: Int

    init(capacity: Int) {
      mask = capacity - 1
      keys = .allocate(capacity: capacity)
      values = .allocate(capacity: capacity)
      keys.initialize(repeating: -1, count: capacity)
      values.initialize(repeating: -1, count: capacity)
    }

    init(copying other: Slots) {
      mask = other.mask
      keys = .allocate(capacity: mask + 1)
      values = .allocate(capacity: mask + 1)
      keys.initialize(from: other.keys, count: mask + 1)
      values.initialize(from: other.values, count: mask + 1)
    }

    deinit {
      keys.deallocate()
      values.deallocate()
    }

    @inline(__always) func slot(of key: Int32) -> Int {
      var slot = Int(truncatingIfNeeded: UInt32(bitPattern: key) &* 0x9E37_79B9 >> 7) & mask
      while keys[slot] != key, keys[slot] >= 0 { slot = (slot + 1) & mask }
      return slot
    }
  }

  private var slots: Slots
  public private(set) var count = 0

  public init() { slots = Slots(capacity: 16) }

  /// Reads or sets the number of an atom; nil where there is none. Setting nil is not allowed.
  public subscript(key: Atom) -> Int32? {
    get {
      let slot = slots.slot(of: key.rawValue)
      return slots.keys[slot] < 0 ? nil : slots.values[slot]
    }
    set {
      guard let newValue else { preconditionFailure("entries of an AtomMap are not removed") }
      if !isKnownUniquelyReferenced(&slots) { slots = Slots(copying: slots) }
      let slot = slots.slot(of: key.rawValue)
      if slots.keys[slot] < 0 {
        slots.keys[slot] = key.rawValue
        count += 1
      }
      slots.values[slot] = newValue
      if count * 4 > slots.mask * 3 { grow() }
    }
  }

  private mutating func grow() {
    let bigger = Slots(capacity: (slots.mask + 1) * 2)
    for index in 0...slots.mask where slots.keys[index] >= 0 {
      let slot = bigger.slot(of: slots.keys[index])
      bigger.keys[slot] = slots.keys[index]
      bigger.values[slot] = slots.values[index]
    }
    slots = bigger
  }
}
