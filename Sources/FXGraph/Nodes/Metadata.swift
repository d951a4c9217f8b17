import FXCore

/// Identifies the metadata of a node: a list of keys and texts, in order.
@frozen public struct MetadataID: Hashable, Sendable, BitwiseCopyable {
  /// The number in the order of interning.
  public let rawValue: Int32
  /// Makes an id of its number.
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Marks a node without metadata.
  @inlinable public static var empty: MetadataID { MetadataID(rawValue: 0) }
}

/// One entry of a node's metadata, both parts interned.
@frozen public struct MetadataEntry: Hashable, BitwiseCopyable {
  /// The key: `stack_trace`.
  public var key: Atom
  /// The text.
  public var text: Atom

  /// Makes an entry of its parts.
  @inlinable public init(key: Atom, text: Atom) {
    self.key = key
    self.text = text
  }
}

/// Keeps each distinct list of metadata entries once, since many nodes carry the same.
public final class MetadataTable {
  private struct Span: BitwiseCopyable {
    var start: Int32
    var count: Int32
    var hash: UInt32
  }

  // Nothing looks at the table while it changes.
  @exclusivity(unchecked) private var entries = Arena<MetadataEntry>(capacity: 256)
  @exclusivity(unchecked) private var spans = Arena<Span>(capacity: 64)
  /// Numbers of spans by hash, by open addressing; -1 for none.
  @exclusivity(unchecked) private var slots = Arena<Int32>(capacity: 256)

  init() {
    slots.append(repeating: -1, count: 256)
    _ = intern([])
  }

  deinit {
    entries.deallocate()
    spans.deallocate()
    slots.deallocate()
  }

  /// Returns the id of a list of entries, adding it where it is new.
  public func intern(_ list: UnsafeBufferPointer<MetadataEntry>) -> MetadataID {
    let hash = hashBytes(UnsafeRawBufferPointer(list))
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let id = slots[slot]
      if spans[id].hash == hash, matches(id, list) { return MetadataID(rawValue: id) }
      slot = (slot + 1) & (slots.count - 1)
    }
    let start = entries.append(copying: list)
    let id = Int32(spans.count)
    spans.append(Span(start: Int32(start), count: Int32(list.count), hash: hash))
    slots[slot] = id
    if spans.count * 4 > slots.count * 3 { grow() }
    return MetadataID(rawValue: id)
  }

  /// Returns the id of a list of entries, adding it where it is new.
  public func intern(_ list: [MetadataEntry]) -> MetadataID {
    list.withUnsafeBufferPointer { intern($0) }
  }

  /// Returns the entries of an id, valid until the next list is added.
  public func entries(of id: MetadataID) -> UnsafeBufferPointer<MetadataEntry> {
    let span = spans[id.rawValue]
    return UnsafeBufferPointer(
      rebasing: entries.buffer[Int(span.start)..<Int(span.start + span.count)])
  }

  private func matches(_ id: Int32, _ list: UnsafeBufferPointer<MetadataEntry>) -> Bool {
    entries(of: MetadataID(rawValue: id)).elementsEqual(list)
  }

  private func grow() {
    let size = slots.count * 2
    slots.truncate(to: 0)
    slots.append(repeating: -1, count: size)
    for id in 0..<spans.count {
      var slot = Int(spans[id].hash) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(id)
    }
  }
}
