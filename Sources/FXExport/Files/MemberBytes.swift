import FXCore

/// The bytes of a member: a view of the file, or memory of their own where they were compressed.
///
/// The bytes are valid while this value, a copy of it, or its owner lives. Swift may end a value's
/// life at its last use: use `bytes` inside `withBytes`, or hold on with `withExtendedLifetime`.
public struct MemberBytes: @unchecked Sendable {
  /// The bytes, valid while the owner lives.
  public let bytes: UnsafeRawBufferPointer
  /// Keeps the bytes alive.
  public let owner: MappedFile

  /// Takes bytes that an owner keeps alive.
  public init(_ bytes: UnsafeRawBufferPointer, owner: MappedFile) {
    self.bytes = bytes
    self.owner = owner
  }

  /// Copies bytes.
  public init(copying source: some Collection<UInt8>) {
    owner = MappedFile(copying: source)
    bytes = owner.bytes
  }

  /// Calls `body` with the bytes, which stay valid for the call.
  public func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(owner) { try body(bytes) }
  }

  /// Calls `body` with the bytes piece by piece; each can leave memory again when it has been seen.
  ///
  /// A weight may be larger than memory.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try withBytes { bytes in
      for begin in stride(from: 0, to: bytes.count, by: MappedFile.piece) {
        let end = min(begin + MappedFile.piece, bytes.count)
        try body(UnsafeRawBufferPointer(rebasing: bytes[begin..<end]))
        discard(begin..<end)
      }
    }
  }

  /// Tells the system that bytes have been consumed, so that their pages can leave memory.
  public func discard(_ range: Range<Int>) {
    guard let start = bytes.baseAddress, let base = owner.bytes.baseAddress else { return }
    owner.discard(start - base + range.lowerBound..<start - base + range.upperBound)
  }

  /// Returns the bytes as text, with malformed UTF-8 replaced.
  public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  /// Returns a copy of the bytes.
  public var array: [UInt8] { withBytes { Array($0) } }
}
