import FXCore

/// Owns what the graphs of one module tree share: strings, values and metadata, each kept once.
///
/// Nodes can be moved between graphs of one context at the cost of integers. A context and its
/// graphs belong to one thread at a time.
public final class GraphContext {
  public let strings: StringTable
  public let values = ValueTable()
  public let metadata = MetadataTable()

  /// How many of the first atoms are names that no value may have.
  let illegalNameCount: Int32

  public init() {
    strings = StringTable()
    for name in IllegalNames.all { _ = strings.intern(name) }
    illegalNameCount = Int32(strings.count)
  }

  /// Tells whether torch.fx avoids the name because it is a Python keyword or builtin.
  func isIllegalName(_ name: Atom) -> Bool {
    name.rawValue > 0 && name.rawValue < illegalNameCount
  }
}
