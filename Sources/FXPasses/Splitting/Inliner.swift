import FXCore
import FXGraph

/// Inlines calls of submodules one after the other, with the names that torch.fx gives.
///
/// torch.fx removes unused submodules after every call it inlines, which frees their names for the
/// next. Here a submodule that is no longer used counts as gone at once, and all are removed
/// together by `finish()`, so that inlining every call of a graph takes linear time.
struct Inliner {
  let module: GraphModule
  private var graph: Graph { module.graph }
  /// Names of members that nothing uses any more.
  private var released: Set<String> = []
  /// How many nodes fetch or call each member or something below it.
  private var uses: [String: Int] = [:]
  /// Numbers of released members `submod_N`, for torch.fx takes the lowest free one.
  private var releasedNumbers = NumberHeap()
  /// The lowest number above all numbers found to be taken.
  private var nextNumber = 1

  init(_ module: GraphModule) {
    self.module = module
    for node in module.graph.nodes where node.kind == .getAttr || node.kind == .callModule {
      uses[Self.firstPart(of: node.target), default: 0] += 1
    }
  }

  private static func firstPart(of path: String) -> String {
    path.firstIndex(of: ".").map { String(path[..<$0]) } ?? path
  }

  /// Removes the submodules that are no longer used.
  mutating func finish() {
    module.removeMembers(named: released)
    module.deleteAllUnusedSubmodules()
    released = []
  }

  /// Puts the body of the called graph module in the place of the call.
  ///
  /// - Throws: before anything is changed.
  mutating func inline(_ call: Node) throws {
    let target = call.target
    guard call.kind == .callModule, let body = module.graphModule(at: target) else {
      throw FXError(
        .notInlinable, "'\(target)' is not a graph module that the node calls",
        at: SourcePlace(node: call.name))
    }
    var counterparts = try arguments(of: call, for: body.graph)
    try check(call, body, counterparts)
    let builder = graph.inserting(before: call)
    let graph = self.graph
    for node in body.graph.nodes where node.kind != .placeholder && node.kind != .output {
      let copy = builder.copy(node) { graph[NodeID(rawValue: counterparts[Int($0.id.rawValue)])] }
      counterparts[Int(node.id.rawValue)] = copy.id.rawValue
      if node.kind == .getAttr || node.kind == .callModule { adopt(copy, from: body) }
    }
    replace(call, by: body.graph.outputNode?.arg(0), counterparts)
    try call.erase()
    release(target)
  }

  private func arguments(of call: Node, for body: Graph) throws -> [Int32] {
    var counterparts = [Int32](repeating: -1, count: body.idLimit)
    var position = 0
    for node in body.nodes where node.kind == .placeholder {
      guard position < call.argCount else { break }
      guard let argument = call.arg(position)?.node else {
        throw FXError(
          .inlineArguments, "argument \(position) of the call is not a node",
          at: SourcePlace(node: call.name))
      }
      counterparts[Int(node.id.rawValue)] = argument.id.rawValue
      position += 1
    }
    return counterparts
  }

  /// Checks all that could fail later, so that a failure leaves the graph as it was.
  private func check(_ call: Node, _ body: GraphModule, _ counterparts: [Int32]) throws {
    for node in body.graph.nodes {
      if node.kind == .placeholder {
        if counterparts[Int(node.id.rawValue)] < 0, node.userCount > 0 {
          throw FXError(
            .inlineArguments, "the call gives nothing for '\(node.name)'",
            at: SourcePlace(node: call.name))
        }
      } else if node.kind == .getAttr || node.kind == .callModule,
        body.member(at: node.target) == nil
      {
        throw FXError(
          .missingAttribute, "the module has no '\(node.target)'", at: SourcePlace(node: node.name))
      }
    }
    switch body.graph.outputNode?.arg(0) {
    case .node?: return
    case let result:
      let count = result?.elements?.count ?? 0
      for user in call.users {
        let index = user.isCall(of: Targets.getitem) ? user.arg(1)?.int : nil
        guard let index, index >= 0, index < count, result?.elements?[index].node != nil else {
          throw FXError(
            .inlineResult, "it uses a result of '\(call.name)' that the called graph does not give",
            at: SourcePlace(node: user.name))
        }
      }
    }
  }

  private func replace(_ call: Node, by result: Argument?, _ counterparts: [Int32]) {
    func counterpart(_ node: Node) -> Node {
      graph[NodeID(rawValue: counterparts[Int(node.id.rawValue)])]
    }
    if case .node(let node)? = result {
      call.replaceAllUses(with: counterpart(node))
      return
    }
    guard let parts = result?.elements else { return }
    for item in call.users {
      guard let index = item.arg(1)?.int, let part = parts[index].node else { continue }
      item.replaceAllUses(with: counterpart(part))
      // It has no users any more.
      try? item.erase()
    }
  }

  // MARK: Members

  /// Gives the owner what an inlined node fetches or calls, under a free name.
  private mutating func adopt(_ copy: Node, from body: GraphModule) {
    let path = copy.target
    guard let member = body.member(at: path) else { return }
    let isTaken = module.member(at: path) != nil && !released.contains(Self.firstPart(of: path))
    let name = isTaken ? freeName() : path
    if isTaken { copy.target = name }
    let first = Self.firstPart(of: name)
    module.add(member, at: name)
    released.remove(first)
    uses[first, default: 0] += 1
  }

  private mutating func release(_ path: String) {
    let name = Self.firstPart(of: path)
    let left = (uses[name] ?? 1) - 1
    uses[name] = left
    guard left == 0 else { return }
    released.insert(name)
    if name.hasPrefix("submod_"), let number = Int(name.dropFirst(7)), number > 0 {
      releasedNumbers.insert(number)
    }
  }

  /// Returns `submod_N` with the lowest number from 1 that is free.
  private mutating func freeName() -> String {
    while let number = releasedNumbers.minimum, number < nextNumber {
      releasedNumbers.removeMinimum()
      if released.contains("submod_\(number)") { return "submod_\(number)" }
    }
    while true {
      let name = "submod_\(nextNumber)"
      nextNumber += 1
      if module[name] == nil || released.contains(name) { return name }
    }
  }
}

/// A binary heap that gives the lowest number first.
struct NumberHeap {
  private var numbers: [Int] = []

  var minimum: Int? { numbers.first }

  mutating func insert(_ number: Int) {
    var child = numbers.count
    numbers.append(number)
    while child > 0, numbers[(child - 1) / 2] > numbers[child] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeMinimum() {
    guard let last = numbers.popLast(), !numbers.isEmpty else { return }
    numbers[0] = last
    var parent = 0
    while true {
      var lowest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < numbers.count && numbers[child] < numbers[lowest] { lowest = child }
      if lowest == parent { return }
      numbers.swapAt(parent, lowest)
      parent = lowest
    }
  }
}
