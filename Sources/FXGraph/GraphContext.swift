import FXCore

/// Owns what the graphs of one module tree share: strings, values and metadata, each kept once.
///
/// Nodes can be moved between graphs of one context at the cost of integers. A context and its
/// graphs belong to one thread at a time.
public final class GraphContext {
  public let strings: StringTable
  public let values = ValueTable()
  public let metadata = MetadataTable()

  /// The name that torch.fx proposes for a call, by target.
  private var proposedCallNames = AtomMap()

  /// How many of the first atoms are names that no value may have.
  let illegalNameCount: Int32

  public init() {
    strings = StringTable()
    for name in IllegalNames.all { _ = strings.intern(name) }
    illegalNameCount = Int32(strings.count)
  }

  /// Returns the name that torch.fx proposes for a node, worked out once for each function.
  func proposedName(for target: Atom, kind: NodeKind) -> Atom {
    guard kind == .callFunction else {
      return strings.intern(FXGraph.proposedName(for: strings[target], kind: kind))
    }
    if let known = proposedCallNames[target] { return Atom(rawValue: known) }
    let proposal = strings.intern(FXGraph.proposedName(for: strings[target], kind: kind))
    let name = Namespace.sanitized(proposal, in: self)
    proposedCallNames[target] = name.rawValue
    return name
  }

  /// Tells whether torch.fx avoids the name because it is a Python keyword or builtin.
  func isIllegalName(_ name: Atom) -> Bool {
    name.rawValue > 0 && name.rawValue < illegalNameCount
  }
}
