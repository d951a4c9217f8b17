import FXCore
import Glibc

extension TensorView {
  /// Calls `body` with the elements in row-major order, piece by piece; zeros where there is no data.
  ///
  /// - Throws: `tensor.size` for a tensor larger than its storage and `Limits.expandedBytes`.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try checkExpansion()
    if hasNoData {
      try Self.zeros(byteCount, body)
    } else if isContiguous {
      try contiguousPart.forEachPiece(body)
    } else {
      try storage.withBytes { try gather($0, body) }
    }
  }

  /// Returns the elements in row-major order: a view of the storage where they lie so.
  ///
  /// - Throws: `tensor.size` for a tensor larger than its storage and `Limits.expandedBytes`.
  public func contiguousBytes() throws -> MemberBytes {
    if isContiguous, !hasNoData { return contiguousPart }
    try checkExpansion()
    let copy = try MutableStorage(byteCount: byteCount)
    var end = 0
    try forEachPiece { piece in
      copy.write(piece, at: end)
      end += piece.count
    }
    return copy.finish()
  }

  /// Tells whether two tensors have the same dtype, sizes and bytes.
  ///
  /// - Throws: as `contiguousBytes()` does.
  public func hasEqualContents(to other: TensorView) throws -> Bool {
    guard dtype == other.dtype, sizes == other.sizes else { return false }
    let theirs = try other.contiguousBytes()
    var start = 0
    var isEqual = true
    try forEachPiece { piece in
      let part = theirs.bytes[start..<start + piece.count]
      isEqual = isEqual && piece.isIdentical(to: UnsafeRawBufferPointer(rebasing: part))
      start += piece.count
    }
    return withExtendedLifetime(theirs) { isEqual }
  }

  /// The elements as they lie in the storage, where they are contiguous.
  private var contiguousPart: MemberBytes {
    let part = storage.bytes[byteOffset..<byteOffset + byteCount]
    return MemberBytes(UnsafeRawBufferPointer(rebasing: part), owner: storage.owner)
  }

  private func checkExpansion() throws(FXError) {
    guard byteCount <= max(storage.bytes.count, Limits.expandedBytes.value) else {
      throw FXError(
        .tensorSize, "the tensor has \(byteCount) bytes, its storage only \(storage.bytes.count)",
        beyond: Limits.expandedBytes)
    }
  }

  private static func zeros(
    _ count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let chunk = [UInt8](repeating: 0, count: min(count, 1 << 16))
    try chunk.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: count, by: chunk.count) {
        try body(UnsafeRawBufferPointer(rebasing: bytes[..<min(chunk.count, count - start)]))
      }
    }
  }

  private func gather(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let capacity = 1 << 16
    try withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 16) { buffer in
      var count = 0
      func flush() throws {
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        count = 0
      }
      try forEachRun { run in
        if count + run.count > capacity { try flush() }
        let source = UnsafeRawBufferPointer(rebasing: bytes[run])
        if run.count > capacity { return try body(source) }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + run.count])
          .copyMemory(from: source)
        count += run.count
      }
      if count > 0 { try flush() }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Tells whether two buffers hold the same bytes.
  public func isIdentical(to other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count else { return false }
    guard let mine = baseAddress, let theirs = other.baseAddress else { return true }
    return memcmp(mine, theirs, count) == 0
  }
}

/// Memory for a storage that is being put together; it starts as zeros.
final class MutableStorage {
  private var memory: UnsafeMutableRawBufferPointer?

  /// Allocates memory.
  ///
  /// - Throws: `tensor.size` where the system has none.
  init(byteCount: Int) throws(FXError) {
    // Memory that is not written to is not taken from the system.
    guard let base = calloc(max(byteCount, 1), 1) else {
      throw FXError(.tensorSize, "there is no memory for a storage of \(byteCount) bytes")
    }
    memory = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  deinit { free(memory?.baseAddress) }

  /// Copies bytes to an offset.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard let memory, !bytes.isEmpty else { return }
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + bytes.count])
      .copyMemory(from: bytes)
  }

  /// Copies elements, in row-major order, to where a tensor has them.
  func write(_ elements: UnsafeRawBufferPointer, to layout: TensorView) {
    var start = 0
    layout.forEachRun { run in
      write(
        UnsafeRawBufferPointer(rebasing: elements[start..<start + run.count]), at: run.lowerBound)
      start += run.count
    }
  }

  /// Gives the memory away.
  func finish() -> MemberBytes {
    guard let memory, let base = memory.baseAddress else { return MemberBytes(copying: []) }
    self.memory = nil
    let owner = MappedFile(adopting: base, count: memory.count, path: "<memory>")
    return MemberBytes(owner.bytes, owner: owner)
  }
}
