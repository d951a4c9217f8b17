import FXCore
import Glibc

/// Remembers what runs of JSON were decoded to, so that what a file repeats is decoded once.
///
/// More than half of a model's JSON repeats: stack traces and tensor metadata. The cache keeps its
/// own copy of each distinct run, so that pages of the file can be given back.
struct SpanCache {
  private struct Entry: BitwiseCopyable {
    var offset: Int
    var length: Int32
    var hash: UInt32
    var result: Int32
  }

  private var entries = Arena<Entry>(capacity: 256)
  private var bytes = Arena<UInt8>(capacity: 1 << 14)
  private var slots = Arena<Int32>(capacity: 1024)

  init() { slots.append(repeating: -1, count: 1024) }

  func deallocate() {
    entries.deallocate()
    bytes.deallocate()
    slots.deallocate()
  }

  /// Returns the remembered result for a run of bytes, or what `decode` makes of it.
  @inline(__always)
  mutating func result(
    for span: UnsafeRawBufferPointer, decode: () throws(FXError) -> Int32
  ) throws(FXError) -> Int32 {
    let hash = hashBytes(span)
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let entry = entries[slots[slot]]
      if entry.hash == hash, Int(entry.length) == span.count,
        memcmp(bytes.buffer.baseAddress! + entry.offset, span.baseAddress!, span.count) == 0
      {
        return entry.result
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let result = try decode()
    let offset = bytes.append(copying: span.bindMemory(to: UInt8.self))
    entries.append(
      Entry(offset: offset, length: Int32(span.count), hash: hash, result: result))
    slots[slot] = Int32(entries.count - 1)
    if entries.count * 4 > slots.count * 3 { grow() }
    return result
  }

  private mutating func grow() {
    let size = slots.count * 2
    slots.truncate(to: 0)
    slots.append(repeating: -1, count: size)
    for index in 0..<entries.count {
      var slot = Int(entries[index].hash) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(index)
    }
  }
}
