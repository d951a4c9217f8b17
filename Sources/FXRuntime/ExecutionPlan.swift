import FXCore
import FXGraph
import FXOperators

/// A graph made ready to run: each node as a step whose arguments are slots and constants.
///
/// Names, schemas and defaults are looked up once, so that a step of a run costs little more than
/// its kernel. The plan is that of the graph as it was; editing the graph needs a new one.
final class ExecutionPlan {
  /// An argument of a step.
  indirect enum Operand: ArgumentOperand {
    case constant(IValue)
    /// The result of another step.
    case slot(Int)
    case list([Operand])
    case tuple([Operand])
    case dict([(key: String, value: Operand)])
  }

  /// What a step does.
  enum Action {
    /// Takes the next input.
    case placeholder(Int)
    /// Fetches a member of the module.
    case attribute(String)
    /// Calls an operator of a library.
    case call(ResolvedOperator)
    /// Takes a part of a list or tuple.
    case getitem
    /// Calls a function of Python on numbers or tensors.
    case python(PythonFunction)
    /// Calls an operator that runs graphs.
    case higherOrder(HigherOrderOperator)
    /// Calls a graph module of the module tree.
    case module(GraphModule)
    /// Gives the graph's results.
    case output
    /// Can't be run: what is missing.
    case unsupported(FXError)
  }

  /// An object, so that a run takes hold of no more than one thing a step.
  final class Step {
    let node: NodeID
    let slot: Int
    let action: Action
    let arguments: [Operand]
    let keywords: [(name: String, value: Operand)]
    /// The slots whose last use this is.
    fileprivate(set) var releases: [Int] = []

    init(
      _ node: NodeID, slot: Int, _ action: Action, _ arguments: [Operand] = [],
      _ keywords: [(name: String, value: Operand)] = []
    ) {
      self.node = node
      self.slot = slot
      self.action = action
      self.arguments = arguments
      self.keywords = keywords
    }
  }

  let graph: Graph
  private(set) var steps: [Step] = []
  let slotCount: Int
  let inputCount: Int

  init(_ module: GraphModule, library: OperatorLibrary) {
    graph = module.graph
    var inputCount = 0
    var builder = StepBuilder(module: module, library: library)
    for node in module.graph.nodes {
      let slot = builder.slots.count
      steps.append(builder.step(for: node, slot: slot, inputs: &inputCount))
      builder.slots[node.id] = slot
    }
    slotCount = builder.slots.count
    self.inputCount = inputCount
    noteReleases()
  }

  /// Notes after which step each slot is not needed any more.
  private func noteReleases() {
    var seen = [Bool](repeating: false, count: slotCount)
    for step in steps.reversed() {
      var releases: [Int] = []
      func visit(_ operand: Operand) {
        switch operand {
        case .constant: break
        case .slot(let slot):
          if !seen[slot] {
            seen[slot] = true
            releases.append(slot)
          }
        case .list(let parts), .tuple(let parts): for part in parts { visit(part) }
        case .dict(let entries): for entry in entries { visit(entry.value) }
        }
      }
      for argument in step.arguments { visit(argument) }
      for keyword in step.keywords { visit(keyword.value) }
      // A result that nothing uses is not kept either.
      if !seen[step.slot] { releases.append(step.slot) }
      step.releases = releases
    }
  }

  /// Returns what the graph, and all graphs that it calls, needs and FXKit can't run: one error a
  /// target, with the first node of it.
  func unsupported() -> [FXError] {
    steps.compactMap { if case .unsupported(let error) = $0.action { error } else { nil } }
  }
}

/// Makes the steps of a plan.
private struct StepBuilder {
  let module: GraphModule
  let library: OperatorLibrary
  /// The slots of the nodes that have their steps.
  var slots: [NodeID: Int] = [:]

  mutating func step(for node: Node, slot: Int, inputs: inout Int) -> ExecutionPlan.Step {
    do {
      var arguments = try node.args.map { try operand($0) }
      var keywords = try node.kwargs.map { (name: $0.name, value: try operand($0.value)) }
      let action = try self.action(of: node, &arguments, &keywords, &inputs)
      return ExecutionPlan.Step(node.id, slot: slot, action, arguments, keywords)
    } catch {
      let known =
        (error as? FXError) ?? FXError(.operatorUnsupported, "\(error)")
      return ExecutionPlan.Step(node.id, slot: slot, .unsupported(known.atNode(node.name)))
    }
  }

  private func action(
    of node: Node, _ arguments: inout [ExecutionPlan.Operand],
    _ keywords: inout [(name: String, value: ExecutionPlan.Operand)], _ inputs: inout Int
  ) throws -> ExecutionPlan.Action {
    switch node.kind {
    case .placeholder:
      inputs += 1
      return .placeholder(inputs - 1)
    case .output: return .output
    case .getAttr: return .attribute(node.target)
    case .callModule:
      guard let called = module.graphModule(at: node.target) else {
        throw FXError(
          .operatorUnsupported, "the module '\(node.target)' has no graph that could be run")
      }
      return .module(called)
    case .callMethod: return try method(of: node)
    case .callFunction:
      let target = node.target
      if target == "_operator.getitem" { return .getitem }
      if let name = OperatorName(target: target) {
        if name.isHigherOrder {
          guard let found = library.registry.higherOrder(named: name.name) else {
            throw FXError(
              .operatorUnsupported, "FXKit can't run the higher-order operator '\(name.name)'")
          }
          for target in node.callees { try requireRunnable(target) }
          return .higherOrder(found)
        }
        let call = try call(name, &arguments, &keywords)
        try checkRequirement(of: call, arguments, node)
        return call
      }
      if let function = library.registry.function(named: target) { return .python(function) }
      throw FXError(.operatorUnsupported, "FXKit can't run the function '\(target)'")
    }
  }

  /// Makes sure that an operator can be run which is given to a higher-order one.
  private func requireRunnable(_ target: String) throws {
    guard let name = OperatorName(target: target) else { return }
    let isRunnable =
      name.isHigherOrder
      ? library.registry.higherOrder(named: name.name) != nil
      : try library.resolved(name).isRunnable
    if isRunnable { return }
    throw FXError(.operatorUnsupported, "FXKit can't run '\(target)'")
  }

  private func method(of node: Node) throws -> ExecutionPlan.Action {
    guard let function = library.registry.method(named: node.target) else {
      throw FXError(.operatorUnsupported, "FXKit can't run the method '\(node.target)'")
    }
    return .python(function)
  }

  /// Completes the arguments of an operator's call, so that runs need not look for defaults.
  private func call(
    _ name: OperatorName, _ arguments: inout [ExecutionPlan.Operand],
    _ keywords: inout [(name: String, value: ExecutionPlan.Operand)]
  ) throws -> ExecutionPlan.Action {
    let resolved = try library.resolved(name)
    guard resolved.isRunnable else {
      throw FXError(.operatorUnsupported, "FXKit can't run '\(resolved.schema.target)'")
    }
    arguments = try resolved.complete(arguments, keywords) { .constant($0) }
    keywords = []
    return .call(resolved)
  }

  /// Makes sure that the machine has the library that a call needs.
  private func checkRequirement(
    of call: ExecutionPlan.Action, _ arguments: [ExecutionPlan.Operand], _ node: Node
  ) throws {
    guard case .call(let resolved) = call, let requirement = resolved.definition?.requirement
    else { return }
    let constants: [IValue?] = arguments.map {
      if case .constant(let value) = $0 { value } else { nil }
    }
    var rank: Int?
    if case .node(let first)? = node.args.first, case .tensor(let meta)? = first.value {
      rank = meta.sizes.count
    }
    try requirement.check(resolved.schema.qualifiedName, constants, rank: rank)
  }

  private func operand(_ argument: Argument) throws -> ExecutionPlan.Operand {
    try argument.read { node in
      guard let slot = slots[node.id] else {
        throw FXError(.useBeforeDefinition, "'\(node.name)' is used before it is computed")
      }
      return .slot(slot)
    }
  }
}
