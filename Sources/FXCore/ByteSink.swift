/// Takes the bytes that writers and printers produce, in order.
///
/// Bytes collect in a buffer; a sink with a `flush` closure hands full chunks on and forgets them, so
/// that a large document never stands in memory.
public struct ByteSink: ~Copyable {
  @usableFromInline var storage: Arena<UInt8>
  @usableFromInline let limit: Int
  private let drain: ((UnsafeRawBufferPointer) throws -> Void)?
  private var drained = 0
  private var failure: (any Error)?

  /// Creates a sink that keeps everything.
  public init() {
    storage = Arena(capacity: 4096)
    limit = Int.max
    drain = nil
  }

  /// Creates a sink that passes chunks of about `chunk` bytes to `drain`.
  public init(chunk: Int = 1 << 18, drain: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    storage = Arena(capacity: chunk + 4096)
    limit = chunk
    self.drain = drain
  }

  /// Returns all that `write` writes.
  ///
  /// - Parameter capacity: for how many bytes there is space from the beginning, which takes memory
  ///   only as far as they are written.
  /// - Throws: what the writer or the drain threw.
  public static func collecting<Failure>(
    capacity: Int = 0, _ write: (inout ByteSink) throws(Failure) -> Void
  ) throws(Failure) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(capacity)
    var sink = ByteSink { result.append(contentsOf: $0) }
    try write(&sink)
    sink.passOn()
    return result
  }

  deinit { storage.deallocate() }

  /// Returns how many bytes have been written in all.
  public var byteCount: Int { drained + storage.count }

  /// Returns the bytes that the sink holds.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(storage.buffer) }

  /// Returns what the sink holds as a string.
  public consuming func string() -> String { String(decoding: storage.buffer, as: UTF8.self) }

  /// Writes one byte.
  @inlinable public mutating func write(byte: UInt8) {
    storage.append(byte)
    if storage.count >= limit { passOn() }
  }

  /// Writes bytes.
  @inlinable public mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    storage.append(copying: bytes)
    if storage.count >= limit { passOn() }
  }

  /// Writes the UTF-8 bytes of a literal.
  @inlinable public mutating func write(_ text: StaticString) {
    storage.append(
      copying: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    if storage.count >= limit { passOn() }
  }

  /// Writes a string's UTF-8 bytes.
  public mutating func write(_ text: String) {
    var copy = text
    copy.withUTF8 { write($0) }
  }

  /// Writes an integer in decimal.
  public mutating func write(_ value: Int) {
    if value >= 0, value < 10 { return write(byte: UInt8(48 + value)) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = value.magnitude
      var start = 20
      repeat {
        start -= 1
        digits[start] = UInt8(48 + rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 { write(byte: 45) }
      write(UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[start..<20]))
    }
  }

  /// Passes on what is left, and throws what the drain threw at any time.
  ///
  /// - Throws: what the writer or the drain threw.
  public mutating func finish() throws {
    passOn()
    if let failure { throw failure }
  }

  @usableFromInline mutating func passOn() {
    guard let drain, storage.count > 0 else { return }
    // After a failure the rest is dropped: the error is thrown by `finish`, once.
    if failure == nil {
      do { try drain(UnsafeRawBufferPointer(storage.buffer)) } catch { failure = error }
    }
    drained += storage.count
    storage.truncate(to: 0)
  }
}
