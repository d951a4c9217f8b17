import FXCore
import FXGraph

/// Makes a graph module of a planned piece of another.
struct ExtractionBuilder {
  private let plan: ExtractionPlan
  private let source: GraphModule
  let module: GraphModule
  /// The nodes of the source that are placeholders of the piece, in order.
  private(set) var inputs: [Node] = []
  /// What the piece returns for each of the plan's results: the parts where it has several.
  private(set) var results: [(node: Node, parts: [Argument])] = []
  /// Counterparts in the piece, by id; -1 for none.
  private var copies: [Int32]

  private var graph: Graph { module.graph }

  /// - Parameter inputsFirst: placeholders that the piece has though nothing in it reads them.
  init(
    _ plan: ExtractionPlan, of source: GraphModule, alsoKeeping kept: [Node] = []
  ) throws {
    self.plan = plan
    self.source = source
    module = GraphModule(Graph(context: source.context), className: source.className)
    module.metadata = source.metadata
    copies = [Int32](repeating: -1, count: plan.graph.idLimit)
    addInputs(alsoKeeping: Set(kept.map(\.id)))
    for node in plan.graph.nodes where node.kind != .placeholder && node.kind != .output {
      guard plan.isIncluded[Int(node.id.rawValue)] else { continue }
      try addMember(of: node)
      set(node, graph.end.copy(node) { counterpart($0) })
    }
    addResults()
  }

  /// Returns the node of the piece for one of the source; nil where it has none.
  func copy(of node: Node) -> Node? {
    let id = copies[Int(node.id.rawValue)]
    return id < 0 ? nil : graph[NodeID(rawValue: id)]
  }

  private func counterpart(_ node: Node) -> Node {
    graph[NodeID(rawValue: copies[Int(node.id.rawValue)])]
  }

  private mutating func set(_ node: Node, _ copy: Node) {
    copies[Int(node.id.rawValue)] = copy.id.rawValue
  }

  /// Adds the placeholders: those that stay what they are, then what is passed in.
  private mutating func addInputs(alsoKeeping kept: Set<NodeID>) {
    for node in plan.graph.placeholders
    where plan.isIncluded[Int(node.id.rawValue)] || kept.contains(node.id) {
      set(node, graph.end.copy(node))
      inputs.append(node)
    }
    for node in plan.graph.nodes where plan.isPassed[Int(node.id.rawValue)] {
      let name = node.name
      let input = graph.end.placeholder(name, name: name)
      // A name that torch.fx would avoid stays all the same, since it is free.
      try? graph.setExactName(of: input, to: name)
      input.valueID = node.valueID
      input.type = node.type
      set(node, input)
      inputs.append(node)
    }
  }

  /// Takes along what a node fetches or calls.
  private func addMember(of node: Node) throws {
    guard node.kind == .getAttr || node.kind == .callModule else { return }
    let target = node.target
    guard let member = source.member(at: target) else {
      throw FXError(
        .missingAttribute, "the module has no '\(target)'", at: SourcePlace(node: node.name))
    }
    if module.member(at: target) == nil { module.add(member, at: target) }
  }

  private mutating func addResults() {
    for node in plan.results {
      let copy = counterpart(node)
      guard let elements = node.value?.elements else {
        results.append((node, [.node(copy)]))
        continue
      }
      var parts: [Argument] = []
      for (index, value) in elements.enumerated() {
        parts.append(part(index, value, of: copy))
      }
      results.append((node, parts))
    }
  }

  /// Returns one of several results: a `getitem` that is there, or a new one.
  private func part(_ index: Int, _ value: ValueID, of copy: Node) -> Argument {
    let known = module.context.values[value]
    if known == nil || known == Value.none { return .none }
    let existing = copy.users.first {
      $0.isCall(of: Targets.getitem) && $0.arg(0) == .node(copy) && $0.arg(1) == .int(index)
    }
    if let existing { return .node(existing) }
    let item = graph.inserting(after: copy).callFunction(
      Targets.getitem, [.node(copy), .int(index)])
    item.valueID = value
    return .node(item)
  }
}
