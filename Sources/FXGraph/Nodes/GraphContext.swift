import FXCore
import Glibc

/// Owns what the graphs of one module tree share: strings, values and metadata, each kept once.
///
/// Nodes can be moved between graphs of one context at the cost of integers. A context and its
/// graphs belong to one thread at a time.
public final class GraphContext {
  /// Names, targets and texts.
  public let strings: StringTable
  /// What is known of results.
  public let values = ValueTable()
  /// Lists of metadata entries.
  public let metadata = MetadataTable()
  /// The symbolic expressions of values, parsed where something asks.
  public let expressions = ExpressionTable()
  /// Held by those that look things up for a run, which may add strings and parsed expressions: runs of
  /// several threads may be prepared at the same time.
  package let preparation = Lock(isRecursive: true)

  @exclusivity(unchecked) private var lastTarget = Atom.empty

  /// How many of the first atoms are names that no value may have.
  let illegalNameCount: Int32

  /// What names are made of, by atom; the clean name is none where that has not been asked.
  @exclusivity(unchecked) private var nameSeeds = Arena<NameSeed>(capacity: 1024)
  /// The name that torch.fx proposes for a call of a function, by the function's atom.
  @exclusivity(unchecked) private var functionNames = AtomMap()

  /// Creates a context that knows only the names that no value may have.
  public init() {
    strings = StringTable()
    for name in IllegalNames.all { _ = strings.intern(name) }
    illegalNameCount = Int32(strings.count)
  }

  deinit { nameSeeds.deallocate() }

  /// Returns what a name is made of.
  @inline(__always) func nameSeed(of name: Atom) -> NameSeed {
    let index = Int(name.rawValue)
    if index < nameSeeds.count, !nameSeeds[index].clean.isNone { return nameSeeds[index] }
    return makeNameSeed(of: name)
  }

  private func makeNameSeed(of name: Atom) -> NameSeed {
    let seed = NameSeed(name, in: self)
    let missing = strings.count - nameSeeds.count
    if missing > 0 { nameSeeds.append(repeating: NameSeed(), count: missing) }
    nameSeeds[Int(name.rawValue)] = seed
    return seed
  }

  /// Interns a target. Runs of nodes call one function, so that the last target is tried first.
  ///
  /// A call, since a caller that this is inlined in would retain the context for the closure.
  @inline(never) func internTarget(_ target: String) -> Atom {
    target.withBytes { utf8 in
      let known = strings.utf8(lastTarget)
      if known.count == utf8.count, utf8.count > 0,
        memcmp(known.baseAddress!, utf8.baseAddress!, utf8.count) == 0
      {
        return lastTarget
      }
      lastTarget = strings.intern(utf8)
      return lastTarget
    }
  }

  /// Returns the name that torch.fx proposes for a call of a function.
  @inline(__always) func functionName(of target: Atom) -> Atom {
    if let known = functionNames[target] { return Atom(rawValue: known) }
    let name = strings.intern(proposedName(for: strings[target], kind: .callFunction))
    functionNames.set(target, to: name.rawValue)
    return name
  }

  /// Returns the name that PyTorch's loader proposes for a call whose result is None.
  package func unusedName(of target: Atom) -> String {
    "\(strings[functionName(of: target)])_unused"
  }

  /// Tells whether torch.fx avoids the name because it is a Python keyword or builtin.
  func isIllegalName(_ name: Atom) -> Bool {
    name.rawValue > 0 && name.rawValue < illegalNameCount
  }
}
