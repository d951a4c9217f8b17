import FXCore
import FXGraph

/// Makes the modules that a partition plan asks for.
struct SplitBuilder {
  let source: GraphModule
  let plan: PartitionPlan
  let options: SplitOptions
  private let base: Graph
  private let result: GraphModule
  private var qualifiedNames: [String: String] = [:]
  /// Counterparts in the base graph, by id of the original; -1 for none.
  private var baseNodes: [Int32]
  /// Counterparts in the submodule being made. Stale entries belong to an earlier submodule.
  private var partNodes: [Int32]
  private var partOf: [Int32]

  init(module: GraphModule, plan: PartitionPlan, options: SplitOptions) {
    source = module
    self.plan = plan
    self.options = options
    base = Graph(context: module.context)
    result = GraphModule(base, className: module.className)
    baseNodes = [Int32](repeating: -1, count: plan.graph.idLimit)
    partNodes = baseNodes
    partOf = baseNodes
  }

  mutating func build() throws -> SplitResult {
    let order = try plan.dependencyOrder()
    if !options.keepOriginalOrder || plan.partitions.isEmpty {
      for node in plan.graph.nodes { try addToBase(node) }
    } else {
      for node in plan.graph.nodes where node.kind == .placeholder { try addToBase(node) }
    }
    var names: [String] = []
    for index in options.keepOriginalOrder ? Array(plan.partitions.indices) : order {
      names.append(try addPartition(index))
    }
    try addOutput()
    base.unknownFields = plan.graph.unknownFields
    base.unclaimedValues = plan.graph.unclaimedValues
    result.metadata = source.metadata
    return SplitResult(module: result, partitionNames: names, qualifiedNames: qualifiedNames)
  }

  private func member(_ path: String, of node: Node) throws -> Module.Member {
    guard let member = source.member(at: path) else {
      throw FXError(
        .missingAttribute, "the module has no '\(path)'", at: SourcePlace(node: node.name))
    }
    return member
  }

  // MARK: The base graph

  /// Gives a placeholder or attribute a counterpart in the base graph.
  private mutating func addToBase(_ node: Node) throws {
    guard baseNodes[Int(node.id.rawValue)] < 0 else { return }
    let copy: Node
    switch node.kind {
    case .placeholder where options.keepPlaceholderNames:
      copy = base.end.copy(node)
      if options.keepOriginalNodeName { copy.target = node.name }
    case .placeholder:
      let target = options.keepOriginalNodeName ? node.name : node.target
      copy = base.end.makeNode(.placeholder, target: target, args: node.args, type: node.type)
      copyFacts(of: node, to: copy)
    case .getAttr:
      let target = node.target
      result.add(try member(target, of: node), at: target)
      copy = base.end.getAttr(target)
      copyFacts(of: node, to: copy)
    default: return
    }
    baseNodes[Int(node.id.rawValue)] = copy.id.rawValue
  }

  private func copyFacts(of node: Node, to copy: Node) {
    copy.valueID = node.valueID
    copy.metadataID = node.metadataID
  }

  private mutating func addOutput() throws {
    guard let output = plan.graph.outputNode else { return }
    // torch.fx knows only attributes that a partition uses, and fails where the output does.
    for input in output.inputs { try addToBase(input) }
    base.end.copy(output) { base[NodeID(rawValue: baseNodes[Int($0.id.rawValue)])] }
  }

  private mutating func addCall(
    _ name: String, of partition: Partition, inputs: [NodeID]
  ) throws {
    for input in inputs { try addToBase(plan.graph[input]) }
    let args = try inputs.map { id in
      let known = baseNodes[Int(id.rawValue)]
      guard known >= 0 else {
        throw FXError(
          .partitionOrder, "\(name) needs it, but is called before the partition it is in",
          at: SourcePlace(node: plan.graph[id].name))
      }
      return Argument.node(base[NodeID(rawValue: known)])
    }
    let call = base.end.callModule(name, args)
    if partition.outputs.count == 1, !options.tupleReturn {
      baseNodes[Int(partition.outputs[0].rawValue)] = call.id.rawValue
      return
    }
    for (position, output) in partition.outputs.enumerated() {
      let item = base.end.callFunction(Targets.getitem, [.node(call), .int(position)])
      baseNodes[Int(output.rawValue)] = item.id.rawValue
    }
  }

  // MARK: Submodules

  private mutating func addPartition(_ index: Int) throws -> String {
    let partition = plan.partitions[index]
    let number = String(partition.number)
    let name = "submod_" + (options.partitionAffix.map { "\($0)_\(number)" } ?? number)
    let graph = Graph(context: base.context)
    let module = GraphModule(graph)
    let prelude = partition.prelude.map { id in
      let copy = makeSwitch(plan.graph[id], args: plan.graph[id].args, in: graph)
      set(id, copy, in: index)
      return copy
    }
    let inputs = try addInputs(
      of: partition, index, to: module,
      at: prelude.first.map { graph.inserting(before: $0) } ?? graph.end)
    for id in partition.nodes {
      set(id, try addNode(plan.graph[id], in: index, of: name, to: module), in: index)
    }
    for id in partition.epilogue {
      guard let exit = plan.exits[id] else { continue }
      makeSwitch(plan.graph[exit], args: [.node(counterpart(id, graph))], in: graph)
    }
    let outputs = partition.outputs.map { Argument.node(counterpart($0, graph)) }
    graph.end.output(outputs.count == 1 && !options.tupleReturn ? outputs[0] : .tuple(outputs))
    guard result[name] == nil else {
      throw FXError(.memberNameTaken, "the module has a '\(name)' of its own already")
    }
    result[name] = .module(module)
    try addCall(name, of: partition, inputs: inputs)
    return name
  }

  private mutating func set(_ id: NodeID, _ node: Node, in partition: Int) {
    partNodes[Int(id.rawValue)] = node.id.rawValue
    partOf[Int(id.rawValue)] = Int32(partition)
  }

  private func counterpart(_ id: NodeID, _ graph: Graph) -> Node {
    graph[NodeID(rawValue: partNodes[Int(id.rawValue)])]
  }

  /// Makes a switch again. As in torch.fx it gets a name by its target.
  @discardableResult
  private func makeSwitch(_ node: Node, args: [Argument], in graph: Graph) -> Node {
    let copy = graph.end.makeNode(node.kind, target: node.target, args: args, type: node.type)
    if args.count == node.argCount { copy.argNames = node.argNames }
    copyFacts(of: node, to: copy)
    return copy
  }

  /// Adds placeholders, and attributes that are modules, and returns what is to be passed in.
  private mutating func addInputs(
    of partition: Partition, _ index: Int, to module: GraphModule, at start: NodeBuilder
  ) throws -> [NodeID] {
    var passed: [NodeID] = []
    var attributes: [Node] = []
    for id in partition.inputs {
      let node = plan.graph[id]
      if node.kind == .getAttr, case .module = try member(node.target, of: node) {
        attributes.append(node)
        continue
      }
      let name = options.keepOriginalInputName ? node.name : "arg_\(passed.count)"
      let placeholder = start.makeNode(.placeholder, target: name, type: node.type)
      copyFacts(of: node, to: placeholder)
      set(id, placeholder, in: index)
      passed.append(id)
    }
    for node in attributes {
      let target = node.target
      let copy = module.graph.end.getAttr(target)
      copyFacts(of: node, to: copy)
      module.add(try member(target, of: node), at: target)
      set(node.id, copy, in: index)
    }
    return passed
  }

  private mutating func addNode(
    _ node: Node, in index: Int, of name: String, to module: GraphModule
  ) throws -> Node {
    let graph = module.graph
    let copy: Node
    if options.keepOriginalNodeName {
      copy = graph.end.copy(node) { graph[NodeID(rawValue: partNodes[Int($0.id.rawValue)])] }
    } else {
      func map(_ input: Node) -> Argument { .node(counterpart(input.id, graph)) }
      copy = graph.end.makeNode(
        node.kind, target: node.target, args: node.args.map { $0.mapNodes(map) },
        kwargs: node.kwargs.map { NamedArgument($0.name, $0.value.mapNodes(map)) },
        type: node.type)
      copy.argNames = node.argNames
      copyFacts(of: node, to: copy)
    }
    guard node.kind == .callModule else { return copy }
    let old = node.target
    let new = String(old.map { $0 == "." ? "_" : $0 })
    module[new] = try member(old, of: node)
    copy.target = new
    qualifiedNames["\(name).\(new)"] = old
    return copy
  }
}
