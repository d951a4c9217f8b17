import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime

extension GraphPass {
  /// Takes operators apart into those of core ATen, and makes writes values of their own.
  ///
  ///     %y = linear(%x, %w, %b); %z = add_(%y, 1)
  ///       →   %w1 = permute(%w, [1, 0]); %y = addmm(%b, %x, %w1); %z = add(%y, 1)
  ///
  /// Buffers and inputs that the program writes to become outputs. Nodes that stay keep their names.
  /// Source: `torch.export.ExportedProgram.run_decompositions`.
  public static let decompose = GraphPass(
    "decompose", "takes operators apart into core ATen and makes writes outputs"
  ) { module, context in
    let pass = Decomposition(module, context)
    try pass.rewrite(module, isTopLevel: true)
    if pass.hasChanged, pass.isFunctional(module) { context.verifiers = ["ATEN"] }
    context.count(pass.decomposedCount, "took apart", "operator")
    context.count(pass.inlinedCount, "inlined", "region")
    context.count(pass.functionalizedCount, "made functional", "write")
    context.count(pass.leftCount, "left", "operator")
    return pass.hasChanged
  }
}

/// One run of `decompose` over a module tree.
private final class Decomposition {
  private let context: PassContext
  private let library: OperatorLibrary
  private let symbols: SymbolicContext
  private var done: Set<ObjectIdentifier> = []
  /// What autocast lowers to in graphs that operators inside of regions call.
  private var autocasts: [ObjectIdentifier: ScalarType] = [:]
  /// The arguments of the calls that stay.
  private var keptArguments: [NodeID: [IValue]] = [:]
  private(set) var decomposedCount = 0
  private(set) var inlinedCount = 0
  private(set) var functionalizedCount = 0
  private(set) var leftCount = 0
  private(set) var hasChanged = false

  init(_ module: GraphModule, _ context: PassContext) {
    self.context = context
    library = context.library(of: module)
    let ranges = context.symbolRanges
    symbols = SymbolicContext(
      ranges: ranges, unbackedCount: ShapeValues.unbackedCount(of: module, ranges))
  }

  func rewrite(_ module: GraphModule, isTopLevel: Bool) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    try rewriteGraph(module, isTopLevel: isTopLevel)
    for (_, child) in module.childGraphModules { try rewrite(child, isTopLevel: false) }
  }

  /// Tells whether no operator of the module's graphs writes to an argument, or is in a `vmap`, whose
  /// switches PyTorch takes for dead code in graphs of core ATen.
  func isFunctional(_ module: GraphModule) -> Bool {
    var result = true
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        if library.schema(of: node)?.isMutable == true { result = false }
        if node.target.hasPrefix("torch._functorch.predispatch.") { result = false }
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
      graph, before: output, library: library, symbols: symbols, isKept: KeptOperators.contains)
    let values = ShapeValues(context: graph.context, symbols: symbols)
    var results: [NodeID: IValue] = [:]
    var replaced: [Node] = []
    keptArguments = [:]
    for node in graph.nodes.map({ $0 }) {
      emitter.move(before: node)
      emitter.autocastDType = regions.autocast(of: node)
      do {
        try visit(node, module, emitter, values, &results, &replaced)
      } catch let error as FXError {
        throw error.inNode(node.name)
      }
    }
    emitter.move(before: output)
    emitter.autocastDType = nil
    let writtenInputs = try finish(output, graph, emitter, isTopLevel: isTopLevel)
    if replaced.isEmpty, emitter.madeCount == 0, regions.count == 0 { return }
    hasChanged = true
    functionalizedCount += writtenInputs
    for node in replaced.reversed() where !node.isErased && node.userCount == 0 { try node.erase() }
    graph.eliminateDeadCode(isImpure: context.isImpure)
  }

  private func visit(
    _ node: Node, _ module: GraphModule, _ emitter: GraphEmitter, _ values: ShapeValues,
    _ results: inout [NodeID: IValue], _ replaced: inout [Node]
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
    if node.target == "_operator.getitem" {
      try visitGetitem(node, emitter, values, &results, &replaced)
      return
    }
    let resolved = try resolve(node)
    guard let resolved, let arguments = complete(node, resolved, results),
      !isUntouched(resolved, arguments) || emitter.isChangedByAutocast(resolved, arguments)
    else {
      try keep(node, resolved, emitter, values, &results)
      return
    }
    let result: IValue
    do {
      let known = try values.fake(node.valueID, node: nil)
      result = try emitter.settle(emitter.emit(resolved, arguments), as: known)
    } catch let error as FXError
      where ShapePropagation.isMissingRule(error) && isLeftWhole(resolved, arguments)
    {
      // What it was taken apart into by then is dead code.
      leftCount += 1
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
      && HiddenWrites(resolved.schema, arguments) == nil
  }

  /// Tells whether an operator stays as it is.
  private func isUntouched(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    guard resolved.isDirect, library.functionalForm(of: resolved) == nil,
      InPlaceView(resolved.schema) == nil, HiddenWrites(resolved.schema, arguments) == nil
    else { return false }
    return KeptOperators.contains(resolved.schema) || resolved.definition?.decomposition == nil
  }

  private func keep(
    _ node: Node, _ resolved: ResolvedOperator?, _ emitter: GraphEmitter, _ values: ShapeValues,
    _ results: inout [NodeID: IValue]
  ) throws {
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

  private func visitGetitem(
    _ node: Node, _ emitter: GraphEmitter, _ values: ShapeValues,
    _ results: inout [NodeID: IValue], _ replaced: inout [Node]
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
    if let resolved = try resolve(source), let arguments = keptArguments[source.id] {
      emitter.aliases.notePart(resolved.schema, arguments, index, value)
    }
  }

  private func resolve(_ node: Node) throws -> ResolvedOperator? {
    guard let name = OperatorName(target: node.target), !name.isHigherOrder else { return nil }
    return try? library.resolved(named: name.qualifiedName)
  }

  /// Returns a call's arguments as fake values; nil where nothing is known of one.
  private func complete(
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

  private func value(of argument: Argument, _ results: [NodeID: IValue]) -> IValue? {
    switch argument {
    case .node(let node):
      if let known = results[node.id] { return known }
      // A node that was made here, which took the place of another.
      let values = ShapeValues(context: node.graph.context, symbols: symbols)
      return (try? values.fake(node.valueID, node: node)) ?? nil
    case .list(let parts, _):
      let values = parts.compactMap { value(of: $0, results) }
      return values.count == parts.count ? .list(values) : nil
    case .tuple(let parts):
      let values = parts.compactMap { value(of: $0, results) }
      return values.count == parts.count ? .tuple(values) : nil
    default: return IValue(constant: argument)
    }
  }

  // MARK: Outputs

  /// Puts current values in the output, and those of inputs that were written to before them.
  private func finish(
    _ output: Node, _ graph: Graph, _ emitter: GraphEmitter, isTopLevel: Bool
  ) throws -> Int {
    for input in output.inputs {
      let current = try emitter.aliases.current(input, emitter)
      if current != input { output.replaceInput(input, with: current) }
    }
    let placeholders = graph.placeholders
    let written = placeholders.enumerated().filter {
      emitter.aliases.written.contains($0.element.id)
    }
    if written.isEmpty { return 0 }
    guard isTopLevel, var signature = context.signature else {
      let name = written.first.map(\.element.name) ?? ""
      throw FXError(
        .operatorUnsupported, "a graph without a signature of its own writes to its input '\(name)'"
      )
    }
    var arguments: [Argument] = []
    var specs: [OutputSpec] = []
    for (index, node) in written {
      let kind: OutputSpec.Kind
      switch signature.inputs[index].kind {
      case .buffer(_, let target, _), .tensorConstant(_, let target):
        kind = .bufferMutation(.positional, target: target)
      case .parameter(_, let target): kind = .parameterMutation(.positional, target: target)
      default: kind = .userInputMutation(.positional, input: .input(index))
      }
      specs.append(OutputSpec(kind))
      arguments.append(.node(try emitter.aliases.current(node, emitter)))
    }
    let before = output.args.first?.elements ?? output.args
    // Inputs that the program gives back as outputs already follow the new ones.
    output.args = [.tuple(arguments + before)]
    signature.outputs.insert(contentsOf: specs, at: 0)
    context.signature = signature
    return written.count
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
