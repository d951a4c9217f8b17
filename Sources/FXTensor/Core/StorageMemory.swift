import FXCore
import Glibc

/// Memory of storages and of intermediate results: large blocks are kept for the next need of about
/// their size.
///
/// The system clears every page that it gives, which takes longer than many operators, and a run
/// frees and needs tensors of the same sizes again and again.
package struct StorageMemory: @unchecked Sendable {
  /// The first byte.
  package let base: UnsafeMutableRawPointer
  /// How many bytes there are, which may be more than were asked for.
  package let capacity: Int

  /// Blocks of fewer bytes are left to the heap, and larger ones to the system.
  private static let keptSizes = 1 << 18...1 << 26
  /// How many bytes wait for a storage at most.
  private static let mostKept = 1 << 26
  /// Blocks that wait, the one that was freed last at the end.
  private static let kept = Locked<(blocks: [StorageMemory], byteCount: Int)>(([], 0))

  /// Takes memory whose contents are not defined, aligned to `Storage.alignment`.
  ///
  /// - Throws: `tensor.memory` where the system has none.
  package static func allocate(_ byteCount: Int) throws(FXError) -> StorageMemory {
    if keptSizes.contains(byteCount), let found = take(byteCount) { return found }
    var memory: UnsafeMutableRawPointer?
    guard byteCount >= 0,
      posix_memalign(&memory, Storage.alignment, max(byteCount, 1)) == 0, let memory
    else { throw FXError(.tensorMemory, "there is no memory for \(byteCount) bytes") }
    return StorageMemory(base: memory, capacity: byteCount)
  }

  /// Takes a block that waits, of which not much is left over.
  private static func take(_ byteCount: Int) -> StorageMemory? {
    kept.withLock { kept in
      let found = kept.blocks.lastIndex {
        $0.capacity >= byteCount && $0.capacity <= byteCount + byteCount / 4
      }
      guard let found else { return nil }
      let block = kept.blocks.remove(at: found)
      kept.byteCount -= block.capacity
      return block
    }
  }

  /// Gives the memory back; what has waited longest makes way for it.
  package func release() {
    guard Self.keptSizes.contains(capacity) else { return free(base) }
    Self.kept.withLock { kept in
      kept.blocks.append(self)
      kept.byteCount += capacity
      while kept.byteCount > Self.mostKept {
        let oldest = kept.blocks.removeFirst()
        kept.byteCount -= oldest.capacity
        free(oldest.base)
      }
    }
  }
}
