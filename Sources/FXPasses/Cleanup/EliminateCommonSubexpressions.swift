import FXCore
import FXGraph

extension GraphPass {
  /// Computes equal expressions once, in every graph.
  ///
  ///     %a = sin(%x); %b = sin(%x); %c = add(%a, %b)   →   %a = sin(%x); %c = add(%a, %a)
  ///
  /// Two calls are equal if function, arguments, known value, grad mode and autocast regions are.
  /// Never merged are calls with effects, random ones, calls of subgraphs, calls with a write to
  /// memory between them, and results that may be written to or are returned: those have to stay
  /// separate tensors. Source of the rules: `functorch`'s `fx_graph_cse`.
  public static let eliminateCommonSubexpressions = GraphPass(
    "eliminate-common-subexpressions", "computes equal expressions once"
  ) { module, context in
    var elimination = try ExpressionElimination(module, context)
    try elimination.run(on: module)
    context.count(elimination.count, "merged", "node")
    return elimination.count > 0
  }
}

private struct ExpressionElimination {
  var count = 0
  private let pass: PassContext
  private let atoms: RegionAtoms
  private let analysis: ModeAnalysis
  private var done: Set<ObjectIdentifier> = []

  init(_ module: GraphModule, _ pass: PassContext) throws {
    self.pass = pass
    atoms = RegionAtoms(module.context)
    analysis = try ModeAnalysis(
      module, ambient: OperatorState(isGradEnabled: pass.isAmbientGradEnabled))
  }

  mutating func run(on module: GraphModule) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    try merge(in: module)
    for (_, child) in module.childGraphModules { try run(on: child) }
  }

  private mutating func merge(in module: GraphModule) throws {
    let graph = module.graph
    let mustStay = separateResults(of: module)
    // A graph that is called under several states has one table for each; all have to agree.
    let states = analysis.visits.filter { $0.module === module }.map(\.stateOf)
    var seen: [ExpressionKey: NodeID] = [:]
    var writes: Int64 = 0
    for node in graph.nodes {
      let id = Int(node.id.rawValue)
      guard node.kind == .callFunction, !atoms.isSwitch(node) else { continue }
      if pass.isImpure(node) {
        writes += 1
        continue
      }
      if mustStay[id] || isSubgraphCall(node) { continue }
      let isFree = node.calls(atoms.getitem)
      let key = ExpressionKey(
        node, states: isFree ? [] : states.map { id < $0.count ? $0[id] : -1 }, writes: writes)
      guard let first = seen[key] else {
        seen[key] = node.id
        continue
      }
      try graph.replace(node, with: graph[first])
      count += 1
    }
  }

  private func isSubgraphCall(_ node: Node) -> Bool {
    if node.inputs.contains(where: { $0.kind == .getAttr }) {
      return OperatorName(target: node.target)?.isHigherOrder ?? false
    }
    return false
  }

  /// Finds, by node id, the results that have to stay tensors of their own.
  ///
  /// Those are the results that the graph returns or that a node with an effect gets, directly or
  /// through a chain of views: merged ones would share memory where they did not before.
  private func separateResults(of module: GraphModule) -> [Bool] {
    var result = [Bool](repeating: false, count: module.graph.idLimit)
    for node in module.graph.nodes.reversed() {
      let passesOn: Bool
      switch node.kind {
      case .output: passesOn = true
      case .placeholder, .getAttr: passesOn = false
      default:
        let isWriting = !atoms.isSwitch(node) && pass.isImpure(node)
        passesOn = isWriting || (result[Int(node.id.rawValue)] && mayAlias(node))
      }
      guard passesOn else { continue }
      node.forEachInput { result[Int($0.id.rawValue)] = true }
    }
    return result
  }

  private func mayAlias(_ node: Node) -> Bool {
    node.calls(atoms.getitem) || pass.mayAlias(node)
  }
}

/// What makes two calls equal, as numbers, so that `1`, `1.0` and `True` differ, and `0.0` and
/// `-0.0`.
private struct ExpressionKey: Hashable {
  private var words: [Int64]

  init(_ node: Node, states: [Int32], writes: Int64) {
    words = []
    words.reserveCapacity(16)
    add(0, Int64(node.targetAtom.rawValue))
    add(Int64(node.valueID.rawValue), writes)
    for state in states { words.append(Int64(state)) }
    let context = node.graph.context
    // `custom` can hold the stream or the memory pool that a call is bound to.
    if let custom = context.strings.find("custom") {
      let entry = context.metadata.entries(of: node.metadataID).first { $0.key == custom }
      words.append(entry.map { Int64($0.text.rawValue) } ?? -1)
    }
    let strings = context.strings
    for argument in node.args { add(argument, strings) }
    for argument in node.kwargs {
      add(1, Int64(strings.intern(argument.name).rawValue))
      add(argument.value, strings)
    }
  }

  private mutating func add(_ tag: Int64, _ payload: Int64) {
    words.append(tag)
    words.append(payload)
  }

  private mutating func add(_ text: String, tag: Int64, _ strings: StringTable) {
    add(tag, Int64(strings.intern(text).rawValue))
  }

  private mutating func add(_ parts: [Argument], tag: Int64, _ strings: StringTable) {
    add(tag, Int64(parts.count))
    for part in parts { add(part, strings) }
  }

  private mutating func add(_ argument: Argument, _ strings: StringTable) {
    switch argument {
    case .none: words.append(2)
    case .bool(let value): add(3, value ? 1 : 0)
    case .int(let value): add(4, Int64(value))
    case .float(let value): add(5, Int64(bitPattern: value.bitPattern))
    case .complex(let real, let imaginary):
      add(6, Int64(bitPattern: real.bitPattern))
      words.append(Int64(bitPattern: imaginary.bitPattern))
    case .string(let text): add(text, tag: 7, strings)
    case .dtype(let value): add(8, Int64(value.rawValue))
    case .layout(let value): add(9, Int64(value.rawValue))
    case .memoryFormat(let value): add(10, Int64(value.rawValue))
    case .device(let device):
      add(device.type, tag: 11, strings)
      words.append(Int64(device.index ?? -1))
    case .node(let node): add(12, Int64(node.id.rawValue))
    case .function(let target): add(target, tag: 13, strings)
    case .list(let parts, _): add(parts, tag: 14, strings)
    case .tuple(let parts): add(parts, tag: 15, strings)
    case .dict(let entries):
      add(16, Int64(entries.count))
      for entry in entries {
        add(entry.key, tag: 7, strings)
        add(entry.value, strings)
      }
    case .slice(let start, let stop, let step): add([start, stop, step], tag: 17, strings)
    case .ellipsis: words.append(18)
    case .customObject(let name, let className):
      add(name, tag: 19, strings)
      add(className, tag: 7, strings)
    case .opaque(let text): add(text, tag: 20, strings)
    }
  }
}
