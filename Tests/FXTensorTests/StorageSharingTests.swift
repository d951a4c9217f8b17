import FXCore
import FXTestSupport
import Glibc
import Synchronization
import Testing

@testable import FXTensor

/// Storages and their memory in the hands of several threads.
@Suite struct StorageSharingTests {
  /// Bytes that a storage views, aligned to a place behind a multiple of 64.
  private final class Bytes: Sendable {
    nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
    let offset: Int

    init(count: Int, offset: Int = 0) {
      memory = .allocate(byteCount: count + offset, alignment: 64)
      self.offset = offset
      for index in memory.indices {
        memory[index] = UInt8(truncatingIfNeeded: (index - offset) * 7)
      }
    }

    deinit { memory.deallocate() }

    func storage(alignment: Int = 1) throws -> Storage {
      try Storage(
        viewing: UnsafeRawBufferPointer(rebasing: memory[offset...]), owner: self,
        alignment: alignment)
    }
  }

  /// Reads go on while a tensor of a larger alignment makes the storage move.
  @Test func readersSeeTheSameBytesWhileAViewMoves() throws {
    for _ in 0..<20 {
      let storage = try Bytes(count: 4096, offset: 1).storage()
      let bytes = try Tensor(storage: storage, dtype: .uint8, sizes: [4096])
      let differences = Atomic<Int>(0)
      let sums = Atomic<Int>(0)
      try Threads.run(4) { number in
        if number == 0 {
          let wide = try? Tensor(storage: storage, dtype: .float64, sizes: [512])
          sums.wrappingAdd(wide?.elementCount ?? 0, ordering: .relaxed)
          return
        }
        for turn in 0..<20 {
          let start = bytes.bytes.assumingMemoryBound(to: UInt8.self)
          for index in stride(from: turn, to: 4096, by: 61) {
            if start[index] != UInt8(truncatingIfNeeded: index * 7) {
              differences.wrappingAdd(1, ordering: .relaxed)
            }
          }
        }
      }
      #expect(differences.load(ordering: .relaxed) == 0)
      #expect(sums.load(ordering: .relaxed) == 512)
      #expect(Int(bitPattern: storage.base) % 8 == 0)
      #expect(!storage.isView)
    }
  }

  /// Writes to different parts of a view are all there, whoever made it move.
  @Test func writersOfDifferentPartsShareTheMovedView() throws {
    for _ in 0..<50 {
      let file = Bytes(count: 8192)
      let tensor = try Tensor(storage: file.storage(), dtype: .uint8, sizes: [4, 2048])
      try Threads.run(4) { number in try? tensor.select(0, number).fill(.int(number + 1)) }
      let numbers = try tensor.elements(as: UInt8.self)
      #expect(numbers == (1...4).flatMap { Array(repeating: UInt8($0), count: 2048) })
      #expect(file.memory[5] == 35)
    }
  }

  @Test func anOldPointerOfAViewStaysReadable() throws {
    let storage = try Bytes(count: 64).storage()
    let old = storage.base
    try storage.mutableBase().storeBytes(of: 99, as: UInt8.self)
    #expect(old.load(as: UInt8.self) == 0)
    #expect(storage.base.load(as: UInt8.self) == 99)
  }

  @Test(arguments: [0, 1, 63, 4096, 1 << 18, (1 << 18) + 1, 1 << 20, (1 << 26) + 1])
  func memoryIsAlignedAndWritable(count: Int) throws {
    for _ in 0..<3 {
      let block = try StorageMemory.allocate(count)
      #expect(Int(bitPattern: block.base) % Storage.alignment == 0)
      #expect(block.capacity >= count)
      if count > 0 {
        block.base.storeBytes(of: 1, as: UInt8.self)
        (block.base + count - 1).storeBytes(of: 2, as: UInt8.self)
      }
      block.release()
    }
  }

  @Test func memoryThatCannotBeIsAnError() {
    for count in [-1, Int.min, Int.max] {
      #expect(throws: FXError.self) { _ = try StorageMemory.allocate(count) }
    }
  }

  /// Blocks that threads give back and take again belong to one at a time.
  @Test func blocksHaveOneOwner() throws {
    let differences = Atomic<Int>(0)
    try Threads.run(4) { number in
      for turn in 0..<200 {
        let count = (1 << 18) + (number * 37 + turn) % 5 * 4096
        guard let block = try? StorageMemory.allocate(count) else {
          differences.wrappingAdd(1, ordering: .relaxed)
          continue
        }
        let words = block.base.assumingMemoryBound(to: Int.self)
        let places = [0, count / 16, count / 8 - 1]
        for place in places { words[place] = number }
        sched_yield()
        for place in places where words[place] != number {
          differences.wrappingAdd(1, ordering: .relaxed)
        }
        block.release()
      }
    }
    #expect(differences.load(ordering: .relaxed) == 0)
  }

  /// Tensors are made and let go of by threads that share a storage.
  @Test func tensorsComeAndGo() throws {
    let storage = try Bytes(count: 4096).storage()
    let sums = (0..<4).map { _ in Locked(0) }
    try Threads.run(4) { number in
      for _ in 0..<200 {
        guard let tensor = try? Tensor(storage: storage, dtype: .uint8, sizes: [64, 64]),
          let row = try? tensor.select(0, number).clone(),
          let first = try? row.elements(as: UInt8.self).first
        else { return }
        sums[number].withLock { $0 += Int(first) }
      }
    }
    for (number, sum) in sums.enumerated() {
      #expect(sum.withLock { $0 } == 200 * Int(UInt8(truncatingIfNeeded: number * 64 * 7)))
    }
    #expect(storage.isView)
  }
}
