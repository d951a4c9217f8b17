import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators

/// Which nodes make a piece of a graph, and what it takes and returns.
///
/// The piece is every node on a path from the first nodes to the last, these included. What it
/// needs from elsewhere is passed in, but for what belongs to it: weights and what is computed from
/// weights alone, submodules, the operator of a `getitem`, sizes of what is passed in, and writes to
/// what the piece reads.
struct ExtractionPlan {
  let graph: Graph
  /// Tells which placeholders are weights and the like, which a piece keeps as they are.
  let isLifted: (Node) -> Bool
  /// The tokens that order effects, of which a piece keeps the order.
  let tokens: EffectTokens
  /// The nodes whose results the piece returns, in order.
  let results: [Node]
  /// Whether each node is part of the piece, by id.
  private(set) var isIncluded: [Bool]
  /// The nodes from elsewhere whose results are passed in, by id.
  private(set) var isPassed: [Bool]

  /// Whether values of which nothing is known can be passed in, as in graphs without a signature.
  private let passesUnknown: Bool
  private let library: OperatorLibrary
  private let positions: [Int32]
  private let ambient: ExtractionAmbient
  private let starts: [Node]
  /// Nodes that belong to the piece though no result needs them.
  private var writes: [Node] = []

  /// Plans a piece; without first nodes it begins with the inputs.
  ///
  /// - Throws: `extract.unreachable`, `extract.noResult`.
  init(
    _ graph: Graph, from starts: [Node], to results: [Node], tokens: [Node],
    passesUnknown: Bool, isLifted: @escaping (Node) -> Bool
  ) throws {
    self.graph = graph
    self.passesUnknown = passesUnknown
    self.tokens = EffectTokens(graph, from: tokens)
    self.starts = starts
    self.results = results
    self.isLifted = isLifted
    library = OperatorLibrary(context: graph.context)
    positions = graph.positions()
    ambient = ExtractionAmbient(graph, library, isLifted: isLifted)
    isIncluded = [Bool](repeating: false, count: graph.idLimit)
    isPassed = isIncluded
    try checkResults()
    try plan()
    // A write may need nodes that read what another writes.
    while addWrites() { try plan() }
    addSwitches()
  }

  // MARK: Nodes

  private func checkResults() throws {
    for node in results where node.kind == .output || node.value == Value.none {
      throw FXError(
        .extractNoResult, "it has no result that a piece could return",
        at: SourcePlace(node: node.name))
    }
  }

  private mutating func plan() throws {
    let needed = ancestors(of: results + writes)
    let reached = starts.isEmpty ? needed : descendants(of: starts)
    if !starts.isEmpty { try checkReach(reached) }
    for id in isIncluded.indices { isIncluded[id] = needed[id] && reached[id] }
    for node in writes { isIncluded[Int(node.id.rawValue)] = true }
    completeInputs()
  }

  private func checkReach(_ reached: [Bool]) throws {
    if let result = results.first(where: { !reached[Int($0.id.rawValue)] }) {
      throw FXError(
        .extractUnreachable,
        "it does not depend on \(starts.map { "'\($0.name)'" }.joined(separator: " or "))",
        at: SourcePlace(node: result.name))
    }
    let needed = ancestors(of: results)
    if let start = starts.first(where: { !needed[Int($0.id.rawValue)] }) {
      throw FXError(
        .extractUnreachable,
        "\(results.map { "'\($0.name)'" }.joined(separator: " and ")) does not depend on it",
        at: SourcePlace(node: start.name))
    }
  }

  /// Tells of each node by id whether one of `nodes` is it or needs it.
  private func ancestors(of nodes: [Node]) -> [Bool] {
    var result = [Bool](repeating: false, count: graph.idLimit)
    for node in nodes { result[Int(node.id.rawValue)] = true }
    for node in graph.nodes.reversed() where result[Int(node.id.rawValue)] {
      node.forEachInput { result[Int($0.id.rawValue)] = true }
    }
    return result
  }

  /// Tells of each node by id whether it is one of `nodes` or needs one.
  private func descendants(of nodes: [Node]) -> [Bool] {
    var result = [Bool](repeating: false, count: graph.idLimit)
    for node in nodes { result[Int(node.id.rawValue)] = true }
    for node in graph.nodes where !result[Int(node.id.rawValue)] {
      node.forEachInput { input in
        if result[Int(input.id.rawValue)] { result[Int(node.id.rawValue)] = true }
      }
    }
    return result
  }

  /// Decides of everything that the piece needs from elsewhere whether it is passed in.
  private mutating func completeInputs() {
    for id in isPassed.indices { isPassed[id] = false }
    for node in graph.nodes.reversed() {
      let id = Int(node.id.rawValue)
      if isPassed[id], node.kind != .placeholder, let root = tokens.root(of: node) {
        isPassed[id] = false
        isIncluded[Int(root.id.rawValue)] = true
      } else if isPassed[id], isOwn(node) {
        isPassed[id] = false
        isIncluded[id] = true
      }
      guard isIncluded[id] else { continue }
      node.forEachInput { input in
        if !isIncluded[Int(input.id.rawValue)] { isPassed[Int(input.id.rawValue)] = true }
      }
    }
    addSizes()
    addItems()
  }

  /// Adds the `getitem`s of operators with several results, whatever uses them.
  private mutating func addItems() {
    for node in graph.nodes where node.isCall(of: Targets.getitem) {
      guard let producer = node.arg(0)?.node, isIncluded[Int(producer.id.rawValue)],
        producer.value?.elements != nil, node.inputs == [producer]
      else { continue }
      isIncluded[Int(node.id.rawValue)] = true
    }
  }

  /// Tells whether a node that is needed from elsewhere becomes part of the piece.
  private func isOwn(_ node: Node) -> Bool {
    if node.kind == .placeholder || node.kind == .getAttr { return true }
    if !ambient.dependsOnCaller(node) { return true }
    switch node.value {
    // PyTorch takes tensors and integers as inputs, and no other symbolic numbers. Of an integer it
    // wants to know what its symbol is, which it can't tell of every expression.
    case .tensor?: return false
    case .symInt(.expr(let size))?:
      guard case .symbol? = try? graph.context.expressions.parse(size.text) else { return true }
      return false
    case nil: return !passesUnknown
    default: return true
    }
  }

  /// Computes sizes of what is there anyway, which need not be passed in.
  private mutating func addSizes() {
    for node in graph.nodes where isPassed[Int(node.id.rawValue)] {
      if case .tensor? = node.value { continue }
      let isAtHand = node.inputs.allSatisfy { input in
        isPassed[Int(input.id.rawValue)] || isIncluded[Int(input.id.rawValue)]
      }
      guard isAtHand, node.kind == .callFunction, !library.isImpure(node) else { continue }
      isPassed[Int(node.id.rawValue)] = false
      isIncluded[Int(node.id.rawValue)] = true
    }
  }

  // MARK: Effects

  /// Adds the nodes that write what the piece reads, before it reads it last; returns whether there
  /// are any more.
  private mutating func addWrites() -> Bool {
    var last: Int32 = -1
    var first = Int32.max
    // The memory that the piece reads, and of that what it keeps as weights.
    var read: Set<Int32> = []
    var kept: Set<Int32> = []
    for node in graph.nodes where isIncluded[Int(node.id.rawValue)] {
      if node.kind == .placeholder {
        if isLifted(node) { kept.insert(ambient.memory(of: node)) }
      } else {
        first = min(first, positions[Int(node.id.rawValue)])
        last = max(last, positions[Int(node.id.rawValue)])
      }
      read.insert(ambient.memory(of: node))
      node.forEachInput { read.insert(ambient.memory(of: $0)) }
    }
    var hasMore = false
    // Backwards, for what a write reads is written before it.
    for write in ambient.writes.reversed() where !isIncluded[Int(write.node.id.rawValue)] {
      let position = positions[Int(write.node.id.rawValue)]
      guard position < last, !write.memory.isDisjoint(with: read) else { continue }
      guard position > first || !write.memory.isDisjoint(with: kept) else { continue }
      writes.append(write.node)
      write.node.forEachInput { read.insert(ambient.memory(of: $0)) }
      hasMore = true
    }
    return hasMore
  }

  /// Returns a warning for each stretch of memory that the piece writes and takes more than once.
  ///
  /// Where the caller passes tensors of their own, a write to one is not seen through the others.
  func findings() -> [Finding] {
    var inputs: [Int32: [Node]] = [:]
    for node in graph.nodes {
      let id = Int(node.id.rawValue)
      guard case .tensor? = node.value else { continue }
      if isPassed[id] || (isIncluded[id] && node.kind == .placeholder) {
        inputs[ambient.memory(of: node), default: []].append(node)
      }
    }
    var seen: Set<Int32> = []
    return ambient.writes.filter { isIncluded[Int($0.node.id.rawValue)] }.flatMap { write in
      write.memory.sorted().compactMap { memory in
        guard let sharing = inputs[memory], sharing.count > 1, seen.insert(memory).inserted else {
          return nil
        }
        let names = sharing.map { "'\($0.name)'" }.joined(separator: ", ")
        return Finding(
          .warning, .extractSharedInputs,
          "it writes memory that the inputs \(names) may share; pass tensors that share it as well",
          at: SourcePlace(node: write.node.name))
      }
    }
  }

  /// Adds the switches of grad mode and autocast under which the piece runs.
  private mutating func addSwitches() {
    let computing = graph.nodes.filter {
      isIncluded[Int($0.id.rawValue)] && $0.kind != .placeholder
    }
    guard let first = computing.first.map({ positions[Int($0.id.rawValue)] }),
      let last = computing.last.map({ positions[Int($0.id.rawValue)] })
    else { return }
    for node in ambient.switches(first...last, positions) {
      isIncluded[Int(node.id.rawValue)] = true
    }
    // A switch of a damaged graph may need what no switch does.
    completeInputs()
  }
}
