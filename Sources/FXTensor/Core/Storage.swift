import FXCore
import Glibc
import Synchronization

/// The memory of one or more tensors: its own, or a read-only view of bytes that another keeps.
///
/// A view becomes memory of its own by a copy at the first write, and as tensors hold the storage
/// and not the memory, all of them see the write. As in PyTorch, writes from several threads need
/// an order that the caller gives them.
public final class Storage: @unchecked Sendable {
  /// The number of bytes.
  public private(set) var byteCount: Int
  /// The first byte, for reading.
  public private(set) var base: UnsafeRawPointer
  /// Keeps bytes alive that are not the storage's own.
  private var owner: AnyObject?
  /// The storage's own memory; nil for a view.
  private var memory: StorageMemory?

  /// How memory is aligned, in bytes.
  public static let alignment = 64

  /// Allocates memory whose contents are not defined, or zeros.
  ///
  /// - Throws: `tensor.memory` where the system has none.
  public init(byteCount: Int, isZeroed: Bool = false) throws(FXError) {
    let memory = try StorageMemory.allocate(byteCount)
    StorageUse.note(byteCount)
    if isZeroed { memset(memory.base, 0, byteCount) }
    base = UnsafeRawPointer(memory.base)
    self.byteCount = byteCount
    self.memory = memory
  }

  /// Views bytes that `owner` keeps alive and nobody changes; copies them where they are aligned
  /// to fewer than `alignment` bytes.
  ///
  /// - Throws: `tensor.memory` where the system has none for a copy.
  public init(
    viewing bytes: UnsafeRawBufferPointer, owner: AnyObject, alignment: Int = 16
  ) throws(FXError) {
    byteCount = bytes.count
    if let start = bytes.baseAddress, Int(bitPattern: start) % alignment == 0 {
      base = start
      self.owner = owner
    } else {
      let memory = try StorageMemory.allocate(bytes.count)
      UnsafeMutableRawBufferPointer(start: memory.base, count: bytes.count)
        .copyMemory(from: bytes)
      base = UnsafeRawPointer(memory.base)
      self.memory = memory
      StorageUse.note(bytes.count)
    }
  }

  deinit {
    guard let memory else { return }
    memory.release()
    StorageUse.note(-byteCount)
  }

  /// Whether the bytes belong to another object, so that the first write copies them.
  public var isView: Bool { memory == nil }

  /// The bytes, for reading.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: byteCount)
  }

  /// Returns the first byte for writing; a view becomes the storage's own memory.
  ///
  /// Pointers that were read from `base` before stay valid only if the storage was no view.
  /// - Throws: `tensor.memory` where the system has none for the copy.
  public func mutableBase() throws(FXError) -> UnsafeMutableRawPointer {
    if isView { try replaceMemory(byteCount) }
    return UnsafeMutableRawPointer(mutating: base)
  }

  /// Changes the number of bytes; those there are stay, new ones are not defined.
  ///
  /// - Throws: `tensor.memory` where the system has none.
  public func resize(byteCount count: Int) throws(FXError) {
    if count != byteCount { try replaceMemory(count) }
  }

  /// Makes sure that elements of a dtype may be read at multiples of their size.
  ///
  /// - Throws: `tensor.memory` where the system has none for a copy.
  func align(to alignment: Int) throws(FXError) {
    if Int(bitPattern: base) % alignment != 0 { try replaceMemory(byteCount) }
  }

  private func replaceMemory(_ count: Int) throws(FXError) {
    let new = try StorageMemory.allocate(count)
    memcpy(new.base, base, min(count, byteCount))
    if let memory {
      memory.release()
      StorageUse.note(-byteCount)
    }
    StorageUse.note(count)
    base = UnsafeRawPointer(new.base)
    byteCount = count
    memory = new
    owner = nil
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
