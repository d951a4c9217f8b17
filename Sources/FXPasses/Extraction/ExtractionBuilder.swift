import FXCore
import FXExport
import FXGraph

/// Makes a graph module of a planned piece of another.
struct ExtractionBuilder {
  private let plan: ExtractionPlan
  private let source: GraphModule
  let module: GraphModule
  /// The nodes of the source that are placeholders of the piece, in order.
  private(set) var inputs: [Node] = []
  /// What the piece returns for each of the plan's results, and how it is structured.
  private(set) var results: [(parts: [Argument], tree: TreeSpec)] = []
  /// Counterparts in the piece, by id; -1 for none.
  private var copies: [Int32]

  private var graph: Graph { module.graph }

  /// Makes the piece, without an output.
  ///
  /// - Parameters:
  ///   - kept: placeholders that the piece has though nothing in it reads them.
  ///   - isCalled: whether PyTorch reads symbols off the inputs, so that their order matters.
  init(
    _ plan: ExtractionPlan, of source: GraphModule, alsoKeeping kept: [Node] = [],
    isCalled: Bool = false
  ) throws {
    self.plan = plan
    self.source = source
    module = GraphModule(Graph(context: source.context), className: source.className)
    module.metadata = source.metadata
    copies = [Int32](repeating: -1, count: plan.graph.idLimit)
    addInputs(alsoKeeping: Set(kept.map(\.id)), isCalled)
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
    copy(of: node) ?? graph[NodeID(rawValue: copies[Int(token(before: node).id.rawValue)])]
  }

  /// Returns the token of the source that the piece has for another.
  private func token(before node: Node) -> Node {
    plan.tokens.nearest(before: node) { plan.isIncluded[Int($0.id.rawValue)] }
  }

  /// Returns the last token of the piece that comes from a placeholder.
  func lastToken(from root: Node) -> Node {
    counterpart(plan.tokens.last(from: root) { plan.isIncluded[Int($0.id.rawValue)] })
  }

  private mutating func set(_ node: Node, _ copy: Node) {
    copies[Int(node.id.rawValue)] = copy.id.rawValue
  }

  /// Adds the placeholders: those that stay what they are, then what is passed in.
  private mutating func addInputs(alsoKeeping kept: Set<NodeID>, _ isCalled: Bool) {
    for node in plan.graph.placeholders
    where plan.isIncluded[Int(node.id.rawValue)] || kept.contains(node.id) {
      set(node, graph.end.copy(node))
      inputs.append(node)
    }
    var passed = plan.graph.nodes.filter { plan.isPassed[Int($0.id.rawValue)] }
    if isCalled {
      var reading = SizeReading(source.context.expressions)
      for input in inputs { for size in reading.sizes(of: input) { _ = reading.take(size) } }
      passed = reading.ordered(passed)
    }
    for node in passed {
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
    if module.member(at: target) != nil { return }
    if case .module(let child as GraphModule) = member {
      module.add(.module(child.copy()), at: target)
    } else {
      module.add(member, at: target)
    }
  }

  private mutating func addResults() {
    for node in plan.results {
      var parts: [Argument] = []
      let tree = addParts(of: counterpart(node), to: &parts)
      results.append((parts, tree))
    }
  }

  /// Adds what a node gives, taken apart where it is several values; returns their structure.
  private func addParts(of node: Node, to parts: inout [Argument]) -> TreeSpec {
    guard let value = node.value, let elements = value.elements else {
      parts.append(.node(node))
      return .leaf
    }
    var children: [TreeSpec] = []
    for (index, element) in elements.enumerated() {
      // Tokens are outputs of their own.
      if index == 0, EffectTokens.isCall(node) { continue }
      switch module.context.values[element] {
      case .none?, nil: parts.append(.none)
      case .symInt(.int(let number))?: parts.append(.int(number))
      default:
        children.append(addParts(of: item(index, element, of: node), to: &parts))
        continue
      }
      children.append(.leaf)
    }
    if case .list = value { return .list(of: children) }
    return .tuple(of: children)
  }

  /// Returns the `getitem` of one of several results: one that is there, or a new one.
  private func item(_ index: Int, _ value: ValueID, of node: Node) -> Node {
    let existing = node.users.first {
      $0.isCall(of: Targets.getitem) && $0.arg(0) == .node(node) && $0.arg(1) == .int(index)
    }
    if let existing { return existing }
    let item = graph.inserting(after: node).callFunction(
      Targets.getitem, [.node(node), .int(index)])
    item.valueID = value
    return item
  }
}
