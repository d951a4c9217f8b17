import FXCore
import Glibc
import Synchronization

/// The memory of one or more tensors: its own, or a read-only view of bytes that another keeps.
///
/// A view becomes memory of its own by a copy at the first write, and as tensors hold the storage
/// and not the memory, all of them see the write. Any number of threads may read a storage, and make
/// tensors of it; as in PyTorch, writes to what others read or write need an order that the caller
/// gives them, and so does `resize`.
public final class Storage: @unchecked Sendable {
  /// The number of bytes.
  public private(set) var byteCount: Int
  /// Where the bytes are now: a view may move to memory of its own while other threads read.
  private let address: Atomic<UnsafeRawPointer>
  /// Whether the bytes are the storage's own.
  private let isOwn: Atomic<Bool>
  /// Keeps the bytes of a view alive, also for threads that still read them after it moved.
  private let owner: AnyObject?
  /// The storage's own memory; nil for a view.
  private var memory: StorageMemory?

  private let writes = Atomic(0)

  /// How memory is aligned, in bytes.
  public static let alignment = 64
  /// Held while a view moves to memory of its own, which happens once a storage.
  private static let moving = Lock()

  /// Allocates memory whose contents are not defined, or zeros.
  ///
  /// - Throws: `tensor.memory` where the system has none.
  public convenience init(byteCount: Int, isZeroed: Bool = false) throws(FXError) {
    let memory = try StorageMemory.allocate(byteCount)
    if isZeroed { memset(memory.base, 0, byteCount) }
    self.init(memory, byteCount)
  }

  /// Views bytes that `owner` keeps alive and nobody changes; copies them where they are aligned
  /// to fewer than `alignment` bytes.
  ///
  /// - Throws: `tensor.memory` where the system has none for a copy.
  public convenience init(
    viewing bytes: UnsafeRawBufferPointer, owner: AnyObject, alignment: Int = 16
  ) throws(FXError) {
    if let start = bytes.baseAddress, Int(bitPattern: start) % alignment == 0 {
      self.init(start, bytes.count, owner)
    } else {
      let memory = try StorageMemory.allocate(bytes.count)
      UnsafeMutableRawBufferPointer(start: memory.base, count: bytes.count)
        .copyMemory(from: bytes)
      self.init(memory, bytes.count)
    }
  }

  private init(_ memory: StorageMemory, _ byteCount: Int) {
    StorageUse.note(byteCount)
    self.byteCount = byteCount
    self.memory = memory
    address = Atomic(UnsafeRawPointer(memory.base))
    isOwn = Atomic(true)
    owner = nil
  }

  private init(_ start: UnsafeRawPointer, _ byteCount: Int, _ owner: AnyObject) {
    self.byteCount = byteCount
    self.owner = owner
    address = Atomic(start)
    isOwn = Atomic(false)
  }

  deinit {
    guard let memory else { return }
    memory.release()
    StorageUse.note(-byteCount)
  }

  /// The first byte, for reading.
  public var base: UnsafeRawPointer { address.load(ordering: .acquiring) }

  /// Whether the bytes belong to another object, so that the first write copies them.
  public var isView: Bool { !isOwn.load(ordering: .acquiring) }

  /// The bytes, for reading.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }

  /// How often the bytes were handed out for writing, or their number was changed.
  public var writeCount: Int { writes.load(ordering: .relaxed) }

  /// Returns the first byte for writing; a view becomes the storage's own memory.
  ///
  /// Pointers that were read from `base` before show, if the storage was a view, what it was.
  /// - Throws: `tensor.memory` where the system has none for the copy.
  public func mutableBase() throws(FXError) -> UnsafeMutableRawPointer {
    noteWrite()
    if isView { try move() }
    return UnsafeMutableRawPointer(mutating: base)
  }

  /// Changes the number of bytes; those there are stay, new ones are not defined.
  ///
  /// - Throws: `tensor.memory` where the system has none.
  public func resize(byteCount count: Int) throws(FXError) {
    noteWrite()
    if count != byteCount { try replaceMemory(count) }
  }

  /// Counts a write; writes have an order, so that no two count at once.
  private func noteWrite() {
    writes.store(writes.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  /// Makes sure that elements of a dtype may be read at multiples of their size.
  ///
  /// - Throws: `tensor.memory` where the system has none for a copy.
  func align(to alignment: Int) throws(FXError) {
    // The storage's own memory is aligned for all dtypes.
    if Int(bitPattern: base) % alignment != 0 { try move() }
  }

  /// Copies the bytes of a view to memory of the storage's own, unless another thread was first.
  private func move() throws(FXError) {
    try Self.moving.withLock { () throws(FXError) in
      if isView { try replaceMemory(byteCount) }
    }
  }

  private func replaceMemory(_ count: Int) throws(FXError) {
    let new = try StorageMemory.allocate(count)
    memcpy(new.base, base, min(count, byteCount))
    if let memory {
      memory.release()
      StorageUse.note(-byteCount)
    }
    StorageUse.note(count)
    memory = new
    // Other threads may read the number while a view moves.
    if count != byteCount { byteCount = count }
    address.store(UnsafeRawPointer(new.base), ordering: .releasing)
    isOwn.store(true, ordering: .releasing)
  }
}

/// Counts the memory of all storages, for profiles.
public enum StorageUse {
  private static let live = Atomic<Int>(0)
  private static let highest = Atomic<Int>(0)

  /// The bytes that storages own now; views of files do not count.
  public static var bytes: Int { live.load(ordering: .relaxed) }

  /// The most bytes that storages owned since `resetPeak`.
  public static var peak: Int { highest.load(ordering: .relaxed) }

  /// Starts anew to look for the most.
  public static func resetPeak() { highest.store(bytes, ordering: .relaxed) }

  static func note(_ change: Int) {
    let now = live.wrappingAdd(change, ordering: .relaxed).newValue
    if change > 0 { highest.max(now, ordering: .relaxed) }
  }
}
