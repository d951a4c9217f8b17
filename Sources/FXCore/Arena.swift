import Glibc

/// Holds trivial elements contiguously behind a pointer that mutation never checks for exclusivity.
///
/// An arena does not free itself: its owner calls `deallocate()`. Elements must be trivial types,
/// since growth moves them as bytes.
@frozen public struct Arena<Element: BitwiseCopyable> {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var storedCount: Int
  @usableFromInline var capacity: Int

  /// Creates an arena with room for `capacity` elements.
  @inlinable public init(capacity: Int = 16) {
    self.capacity = Swift.max(capacity, 1)
    base = .allocate(capacity: self.capacity)
    storedCount = 0
  }

  /// Returns the number of elements.
  @inlinable public var count: Int { storedCount }

  /// Returns where the elements stand, valid until the next append.
  @inlinable public var mutableBase: UnsafeMutablePointer<Element> { base }

  /// Returns the elements as one buffer, valid until the next append.
  @inlinable public var buffer: UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: storedCount)
  }

  /// Reads or writes the element at an index.
  @inlinable public subscript(index: Int) -> Element {
    unsafeAddress {
      assert(index >= 0 && index < storedCount, "arena index out of range")
      return UnsafePointer(base + index)
    }
    nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < storedCount, "arena index out of range")
      return base + index
    }
  }

  /// Reads or writes the element at an index.
  @inlinable public subscript(index: Int32) -> Element {
    unsafeAddress { UnsafePointer(base + Int(index)) }
    nonmutating unsafeMutableAddress {
      assert(index >= 0 && Int(index) < storedCount, "arena index out of range")
      return base + Int(index)
    }
  }

  /// Returns where an element stands, valid until the next append.
  @inlinable @inline(__always) public func address(_ index: Int32) -> UnsafePointer<Element> {
    UnsafePointer(base + Int(index))
  }

  /// Adds an element at the end.
  @inlinable public mutating func append(_ element: Element) {
    if storedCount == capacity { grow(to: storedCount + 1) }
    (base + storedCount).initialize(to: element)
    storedCount += 1
  }

  /// Adds `count` copies of `element` and returns the index of the first.
  @inlinable @discardableResult
  public mutating func append(repeating element: Element, count: Int) -> Int {
    if storedCount + count > capacity { grow(to: storedCount + count) }
    (base + storedCount).initialize(repeating: element, count: count)
    storedCount += count
    return storedCount - count
  }

  /// Adds the elements of a buffer, which may lie in this arena, and returns the first's index.
  @inlinable @discardableResult
  public mutating func append(copying source: UnsafeBufferPointer<Element>) -> Int {
    guard let start = source.baseAddress, source.count > 0 else { return storedCount }
    let inside = start >= UnsafePointer(base) && start < UnsafePointer(base + capacity)
    let offset = inside ? start - UnsafePointer(base) : 0
    if storedCount + source.count > capacity { grow(to: storedCount + source.count) }
    let from = inside ? UnsafePointer(base + offset) : start
    (base + storedCount).initialize(from: from, count: source.count)
    storedCount += source.count
    return storedCount - source.count
  }

  /// Removes elements from the end until `count` are left.
  @inlinable public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= storedCount)
    storedCount = count
  }

  @usableFromInline mutating func grow(to needed: Int) {
    let newCapacity = Swift.max(needed, capacity + capacity / 2 + 8)
    let bytes = newCapacity * MemoryLayout<Element>.stride
    // Bytes are written once and in order, and a growing buffer of huge pages is dear to move.
    let isHuge = bytes >= hugeBlockSize && MemoryLayout<Element>.stride > 1
    // Huge pages are asked for before anything is written: `realloc` would copy to small ones.
    let block = isHuge ? malloc(bytes) : realloc(base, bytes)
    guard let moved = block else { fatalError("out of memory: \(bytes) bytes") }
    if isHuge {
      adviseHugePages(moved, byteCount: bytes)
      memcpy(moved, base, storedCount * MemoryLayout<Element>.stride)
      free(base)
    }
    base = moved.bindMemory(to: Element.self, capacity: newCapacity)
    capacity = newCapacity
  }

  /// Frees the memory. The arena must not be used afterwards.
  @inlinable public func deallocate() { free(base) }
}

/// The size in bytes from which a block of memory gets huge pages.
private let hugeBlockSize = 1 << 22

/// Asks the system for huge pages under a large block of memory.
///
/// Most of the time that growing tables take goes to the faults of small pages. Small blocks are
/// left alone, whose memory it would multiply.
@usableFromInline func adviseHugePages(_ start: UnsafeMutableRawPointer, byteCount: Int) {
  guard byteCount >= hugeBlockSize else { return }
  let page: UInt = 4096
  let first = (UInt(bitPattern: start) + page - 1) & ~(page - 1)
  let last = (UInt(bitPattern: start) + UInt(byteCount)) & ~(page - 1)
  guard let aligned = UnsafeMutableRawPointer(bitPattern: first), first < last else { return }
  // A system without them says no, and nothing is lost.
  _ = madvise(aligned, Int(last - first), MADV_HUGEPAGE)
}
