import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime

/// One run of `decompose` over a module tree.
final class Decomposition {
  let context: PassContext
  let library: OperatorLibrary
  let symbols: SymbolicContext
  private var done: Set<ObjectIdentifier> = []
  /// What autocast lowers to in graphs that operators inside of regions call.
  private var autocasts: [ObjectIdentifier: ScalarType] = [:]
  /// The inputs, by position, that are conjugated where graphs are called.
  private var conjugatedInputs: [ObjectIdentifier: Set<Int>] = [:]
  /// The arguments of the calls that stay.
  private var keptArguments: [NodeID: [IValue]] = [:]
  var decomposedCount = 0
  private(set) var inlinedCount = 0
  private(set) var functionalizedCount = 0
  private(set) var wrappedCount = 0
  /// How many regions of `torch.vmap` were taken apart.
  var batchedCount = 0
  /// What can't be taken apart, and why.
  var left: LeftOperators
  private(set) var hasChanged = false

  init(_ module: GraphModule, _ context: PassContext) {
    self.context = context
    library = context.library(of: module)
    left = LeftOperators(library)
    let ranges = context.symbolRanges
    symbols = SymbolicContext(
      ranges: ranges, unbackedCount: ShapeValues.unbackedCount(of: module, ranges))
  }

  func rewrite(_ module: GraphModule, isTopLevel: Bool) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    try rewriteGraph(module, isTopLevel: isTopLevel)
    for (_, child) in module.childGraphModules { try rewrite(child, isTopLevel: false) }
  }

  /// Tells whether no operator of the module's graphs writes to an argument, or may do so, or is in a
  /// `vmap`, whose switches PyTorch takes for dead code in graphs of core ATen.
  func isFunctional(_ module: GraphModule) -> Bool {
    var result = true
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        if library.schema(of: node)?.isMutable == true { result = false }
        if LeftOperators.isVmap(node) { result = false }
        let isOperator = OperatorName(target: node.target)?.isHigherOrder == false
        if isOperator, library.effects(of: node).contains(.unknown) { result = false }
      }
    }
    return result
  }

  private func rewriteGraph(_ module: GraphModule, isTopLevel: Bool) throws {
    let graph = module.graph
    let regions = try InlinedRegions(
      inlining: module, under: autocasts[ObjectIdentifier(module)])
    inlinedCount += regions.count
    guard let output = graph.outputNode else { return }
    let emitter = GraphEmitter(
      graph, before: output, library: library, symbols: symbols,
      isKept: DecompositionExclusions.contains)
    let conjugated = conjugatedInputs[ObjectIdentifier(module)] ?? []
    for (index, node) in graph.placeholders.enumerated() where conjugated.contains(index) {
      emitter.conjugatedInputs.insert(node.id)
    }
    let values = ShapeValues(context: graph.context, symbols: symbols)
    var results: [NodeID: IValue] = [:]
    var replaced = ReplacedNodes()
    keptArguments = [:]
    let nodes = graph.nodes.map { $0 }
    let vmaps = VmapRegions(nodes, emitter)
    for node in nodes {
      emitter.move(before: node)
      emitter.autocastDType = regions.autocast(of: node)
      do {
        try visit(node, module, emitter, vmaps, values, &results, &replaced)
      } catch let error as FXError {
        throw error.atNode(node.name)
      }
    }
    emitter.move(before: output)
    emitter.autocastDType = nil
    let writtenInputs = try finish(output, graph, emitter, isTopLevel: isTopLevel)
    if replaced.nodes.isEmpty, emitter.madeCount == 0, regions.count == 0 { return }
    hasChanged = true
    functionalizedCount += writtenInputs
    for node in replaced.nodes.reversed() where !node.isErased && node.userCount == 0 {
      try node.erase()
    }
    graph.eliminateDeadCode(isImpure: context.isImpure)
  }

  private func visit(
    _ node: Node, _ module: GraphModule, _ emitter: GraphEmitter, _ vmaps: VmapRegions,
    _ values: ShapeValues, _ results: inout [NodeID: IValue], _ replaced: inout ReplacedNodes
  ) throws {
    guard node.kind == .callFunction else {
      if node.kind == .getAttr, let graph = module.graphModule(at: node.target) {
        results[node.id] = .module(graph)
        autocasts[ObjectIdentifier(graph)] = emitter.autocastDType
      } else {
        results[node.id] = try values.fake(node.valueID, node: node)
      }
      return
    }
    if try visitScan(node, emitter, &results, &replaced) { return }
    if try visitBatched(node, emitter, vmaps, values, &results, &replaced) { return }
    if node.target == "_operator.getitem" {
      try visitGetitem(node, emitter, values, &results, &replaced)
      return
    }
    let resolved = resolve(node)
    if let resolved, let call = AutoFunctionalizedCall(resolved),
      let arguments = complete(node, resolved, results),
      let result = try call.emit(
        arguments, values.fake(node.valueID, node: nil) ?? .none, emitter)
    {
      results[node.id] = result
      replaced.append(node)
      wrappedCount += 1
      if let new = result.node { node.replaceAllUses(with: new) }
      return
    }
    guard let resolved, let arguments = complete(node, resolved, results),
      !isUntouched(resolved, arguments) || emitter.isChangedByAutocast(resolved, arguments)
    else {
      try keep(node, resolved, emitter, values, &results)
      return
    }
    let result: IValue
    do {
      let known = try values.fake(node.valueID, node: nil)
      let emitted = try emitter.emit(resolved, arguments)
      let isView = resolved.schema.isView || resolved.schema.isMutable
      let kept = isView ? emitted : try emitter.keepingStrides(emitted, known)
      result = try emitter.settle(kept, as: known)
    } catch let error as FXError
      where ShapePropagation.isMissingRule(error) && isLeftWhole(resolved, arguments)
    {
      // What it was taken apart into by then is dead code.
      left.note(node, because: error.message)
      try keep(node, resolved, emitter, values, &results)
      return
    }
    results[node.id] = result
    replaced.append(node)
    decomposedCount += 1
    if let new = result.node, try emitter.aliases.current(new, emitter) != node {
      node.replaceAllUses(with: new)
    }
  }

  /// Tells whether an operator may stay where it can't be taken apart: it writes to nothing.
  private func isLeftWhole(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    resolved.isDirect && !resolved.schema.isMutable
      && ImplicitMutation(resolved.schema, arguments) == nil
  }

  /// Tells whether an operator stays as it is.
  private func isUntouched(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    guard resolved.isDirect, library.functionalForm(of: resolved) == nil,
      InPlaceView(resolved.schema) == nil, !resolved.schema.fillsDiagonal,
      ImplicitMutation(resolved.schema, arguments) == nil
    else { return false }
    return DecompositionExclusions.contains(resolved.schema)
      || resolved.definition?.decomposition == nil
  }

  private func keep(
    _ node: Node, _ resolved: ResolvedOperator?, _ emitter: GraphEmitter, _ values: ShapeValues,
    _ results: inout [NodeID: IValue]
  ) throws {
    if resolved == nil { try noteConjugates(of: node, emitter, results) }
    // Views are of what the arguments are to the program, whatever node has the value by now.
    let arguments = resolved.flatMap { complete(node, $0, results) }
    keptArguments[node.id] = arguments
    for input in node.inputs {
      let current = try emitter.aliases.current(input, emitter)
      if current != input { node.replaceInput(input, with: current) }
    }
    guard let value = try values.fake(node.valueID, node: node) else { return }
    results[node.id] = value.computed(by: node)
    guard let resolved, let arguments else { return }
    // The parts of several results are noted where a getitem takes them.
    if value.elements == nil {
      emitter.aliases.noteView(resolved.schema, arguments, value.computed(by: node))
    }
  }

  /// Notes which inputs of the graphs that a higher-order operator calls are conjugated.
  private func noteConjugates(
    of node: Node, _ emitter: GraphEmitter, _ results: [NodeID: IValue]
  ) throws {
    guard let name = OperatorName(target: node.target), name.isHigherOrder else { return }
    let arguments = node.args.map { value(of: $0, results) ?? .none }
    for call in HigherOrderShape(name: name.name, arguments)?.calls ?? [] {
      for (index, operand) in call.operands.enumerated() where try emitter.isConjugated(operand) {
        conjugatedInputs[ObjectIdentifier(call.graph), default: []].insert(index)
      }
    }
  }

  private func visitGetitem(
    _ node: Node, _ emitter: GraphEmitter, _ values: ShapeValues,
    _ results: inout [NodeID: IValue], _ replaced: inout ReplacedNodes
  ) throws {
    guard let source = node.args.first?.node, case .int(let index)? = node.args.last else { return }
    let parts = results[source.id]?.elements ?? []
    if replaced.contains(source), parts.indices.contains(index), parts[index].elements != nil {
      // Of a list in a list the parts are taken.
      results[node.id] = parts[index]
      replaced.append(node)
      return
    }
    if parts.indices.contains(index), let new = parts[index].node {
      results[node.id] = parts[index]
      node.replaceAllUses(with: new)
      replaced.append(node)
      return
    }
    guard let value = try values.fake(node.valueID, node: node) else { return }
    results[node.id] = value
    if let resolved = resolve(source), let arguments = keptArguments[source.id] {
      emitter.aliases.notePart(resolved.schema, arguments, index, value)
    }
  }

  func resolve(_ node: Node) -> ResolvedOperator? {
    guard let name = OperatorName(target: node.target), !name.isHigherOrder else { return nil }
    return library.knownOperator(named: name.qualifiedName)
  }

  /// Returns a call's arguments as fake values; nil where nothing is known of one.
  func complete(
    _ node: Node, _ resolved: ResolvedOperator, _ results: [NodeID: IValue]
  ) -> [IValue]? {
    var arguments: [IValue] = []
    for argument in node.args {
      guard let value = value(of: argument, results) else { return nil }
      arguments.append(value)
    }
    var keywords: [(name: String, value: IValue)] = []
    for argument in node.kwargs {
      guard let value = value(of: argument.value, results) else { return nil }
      keywords.append((argument.name, value))
    }
    return try? resolved.complete(arguments, keywords)
  }

  func value(of argument: Argument, _ results: [NodeID: IValue]) -> IValue? {
    argument.known { node in
      if let known = results[node.id] { return known }
      // A node that was made here, which took the place of another.
      let values = ShapeValues(context: node.graph.context, symbols: symbols)
      return (try? values.fake(node.valueID, node: node)) ?? nil
    }
  }
}

extension IValue {
  /// The node that computes a fake value; nil where there is none.
  var node: Node? {
    switch self {
    case .fake(let tensor): tensor.node
    case .symbol(let number): number.node
    default: nil
    }
  }
}
