import FXCore
import FXGraph

/// Finds the grad mode and autocast regions of every operator of a module and its subgraphs.
///
/// A graph runs in order. `_set_grad_enabled`, `_enter_autocast` and `_exit_autocast` change the
/// state of what follows; `wrap_with_set_grad_enabled` and `wrap_with_autocast` that of the graph
/// they call. Any other subgraph that a node fetches or calls starts with its caller's state, and
/// what its own switches leave behind ends with it. A graph called under several states is
/// followed once for each, so that the time is linear in the graph for each state.
public final class ModeAnalysis {
  /// One graph, followed from one state.
  public struct Visit {
    /// The module of the graph.
    public let module: GraphModule
    /// The state under which the graph is called.
    public let entry: Int32
    /// The number of the state in `states` of each call, by node id; -1 for other nodes.
    public var stateOf: [Int32]
    /// The graphs that nodes call, in the order of the nodes and of their inputs.
    public var calls: [Call] = []
  }

  /// A call of a subgraph by a node.
  public struct Call {
    /// The node that calls.
    public let node: NodeID
    /// The position among the node's inputs of the attribute that is the subgraph.
    public let position: Int
    /// The path of the subgraph in its module.
    public let path: String
    /// The number of the subgraph's visit in `visits`.
    public let visit: Int
    /// Whether the node only gives the subgraph another state, as the two wrappers do.
    public let isWrapper: Bool
  }

  /// The graphs that were followed, callers first.
  public private(set) var visits: [Visit] = []
  /// The distinct states; visits refer to them by position.
  public private(set) var states: [OperatorState] = []

  private struct Key: Hashable {
    let module: ObjectIdentifier
    let entry: Int32
  }

  private let atoms: RegionAtoms
  private var stateIDs: [OperatorState: Int32] = [:]
  private var known: [Key: Int] = [:]
  private var visitsOf: [ObjectIdentifier: [Int]] = [:]

  /// Analyses a module that runs under an ambient state.
  ///
  /// - Throws: `regions.badSwitch` where a switch can't be understood.
  public init(_ module: GraphModule, ambient: OperatorState = OperatorState()) throws {
    atoms = RegionAtoms(module.context)
    _ = try visit(module, entry: id(of: ambient))
  }

  private func id(of state: OperatorState) -> Int32 {
    if let known = stateIDs[state] { return known }
    let id = Int32(states.count)
    states.append(state)
    stateIDs[state] = id
    return id
  }

  private func visit(_ module: GraphModule, entry: Int32) throws -> Int {
    let key = Key(module: ObjectIdentifier(module), entry: entry)
    if let done = known[key] { return done }
    let number = visits.count
    known[key] = number
    visitsOf[ObjectIdentifier(module.graph), default: []].append(number)
    var visit = Visit(
      module: module, entry: entry,
      stateOf: [Int32](repeating: -1, count: module.graph.idLimit))
    visits.append(visit)
    var walk = Walk(state: states[Int(entry)], id: entry)
    for node in module.graph.nodes {
      switch node.kind {
      case .placeholder, .getAttr, .output: continue
      default: break
      }
      visit.stateOf[Int(node.id.rawValue)] = walk.id
      if atoms.isSwitch(node) {
        try step(&walk, node)
      } else {
        try follow(node, from: walk, in: &visit)
      }
    }
    visits[number] = visit
    return number
  }

  /// The state on the way through a graph, with the enters that made its regions here.
  private struct Walk {
    var state: OperatorState
    var id: Int32
    var enters: [NodeID] = []
  }

  private func step(_ walk: inout Walk, _ node: Node) throws {
    if atoms.isSetGrad(node) {
      walk.state.isGradEnabled = try node.switchedGradMode()
    } else if atoms.isEnter(node) {
      walk.state.autocasts.append(try AutocastRegion(of: node))
      walk.enters.append(node.id)
    } else if let enter = node.arg(0)?.node,
      let position = walk.enters.firstIndex(of: enter.id)
    {
      walk.enters.remove(at: position)
      walk.state.autocasts.remove(
        at: walk.state.autocasts.count - walk.enters.count - 1 + position)
    } else {
      throw FXError(
        .badSwitch, "_exit_autocast takes an _enter_autocast that is in force",
        at: SourcePlace(node: node.name))
    }
    walk.id = id(of: walk.state)
  }

  private func follow(_ node: Node, from walk: Walk, in visit: inout Visit) throws {
    var inner = walk.id
    var isWrapper = false
    if node.calls(atoms.wrapSetGrad), let mode = node.arg(0)?.bool {
      var state = walk.state
      state.isGradEnabled = mode
      inner = id(of: state)
      isWrapper = true
    } else if node.calls(atoms.wrapAutocast) {
      var state = walk.state
      state.autocasts.append(try AutocastRegion(of: node))
      inner = id(of: state)
      isWrapper = true
    }
    let module = visit.module
    if node.kind == .callModule, let body = module.graphModule(at: node.target) {
      visit.calls.append(
        Call(
          node: node.id, position: -1, path: node.target,
          visit: try self.visit(body, entry: inner), isWrapper: false))
    }
    var attributes: [(position: Int, path: String, body: GraphModule)] = []
    var position = 0
    node.forEachInput { input in
      defer { position += 1 }
      guard input.kind == .getAttr, let body = module.graphModule(at: input.target) else { return }
      attributes.append((position, input.target, body))
    }
    for attribute in attributes {
      visit.calls.append(
        Call(
          node: node.id, position: attribute.position, path: attribute.path,
          visit: try self.visit(attribute.body, entry: inner), isWrapper: isWrapper))
    }
  }

  // MARK: Questions

  /// Returns the states under which a node of any of the graphs runs; none for a node that is no
  /// call, or that nothing reaches.
  public func states(of node: Node) -> [OperatorState] {
    var result: [OperatorState] = []
    for number in visitsOf[ObjectIdentifier(node.graph)] ?? [] {
      let table = visits[number].stateOf
      guard Int(node.id.rawValue) < table.count else { continue }
      let id = table[Int(node.id.rawValue)]
      if id >= 0, !result.contains(states[Int(id)]) { result.append(states[Int(id)]) }
    }
    return result
  }

  /// Returns the states under which a module's graph is called.
  public func entryStates(of module: GraphModule) -> [OperatorState] {
    (visitsOf[ObjectIdentifier(module.graph)] ?? []).map { states[Int(visits[$0].entry)] }
  }

  /// Returns the grad modes of a graph's calls by node id, nil for other nodes.
  ///
  /// Where the graph is called under several states, the first one counts.
  public func gradModes(of graph: Graph) -> [Bool?] {
    table(of: graph) { states[Int($0)].isGradEnabled }
  }

  /// Returns the autocast regions around a graph's calls by node id, nil for other nodes.
  ///
  /// Where the graph is called under several states, the first one counts.
  public func autocastStates(of graph: Graph) -> [[AutocastRegion]?] {
    table(of: graph) { states[Int($0)].autocasts }
  }

  private func table<T>(of graph: Graph, _ value: (Int32) -> T) -> [T?] {
    guard let number = visitsOf[ObjectIdentifier(graph)]?.first else { return [] }
    return visits[number].stateOf.map { $0 < 0 ? nil : value($0) }
  }
}

extension GraphModule {
  /// Returns the grad mode of every call of this module's own graph, by node id.
  ///
  /// - Throws: `regions.badSwitch` where a switch can't be understood.
  public func gradModes(ambient: Bool = true) throws -> [Bool?] {
    try ModeAnalysis(self, ambient: OperatorState(isGradEnabled: ambient)).gradModes(of: graph)
  }

  /// Returns the autocast regions around every call of this module's own graph, by node id.
  ///
  /// - Throws: `regions.badSwitch` where a switch can't be understood.
  public func autocastStates(ambient: [AutocastRegion] = []) throws -> [[AutocastRegion]?] {
    try ModeAnalysis(self, ambient: OperatorState(autocasts: ambient)).autocastStates(of: graph)
  }
}
