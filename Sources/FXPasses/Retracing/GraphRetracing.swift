import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime

/// Makes the calls of one graph anew, each before the node that it takes the place of.
final class GraphRetracing {
  /// Says what becomes of inputs that a graph writes to.
  enum WrittenInputs {
    /// Their new values are outputs of the program.
    case signature
    /// Their new values are further results of the graph.
    case results
    /// They are errors.
    case refused
  }

  let pass: Retracing
  let module: GraphModule
  let graph: Graph
  let recorder: RecordingEmitter
  let functionalizer: FunctionalizingEmitter
  /// The outermost emitter.
  let emitter: DecomposingEmitter
  /// What the program's nodes are to the emitters.
  var results: [NodeID: IValue] = [:]
  var replaced = ReplacedNodes()
  /// The regions that stay where operators are not taken apart, as far as they are open.
  var openRegions = OpenRegions()
  /// The arguments of the calls that stay.
  private var keptArguments: [NodeID: [IValue]] = [:]

  init(_ module: GraphModule, _ pass: Retracing) {
    self.module = module
    self.pass = pass
    graph = module.graph
    recorder = RecordingEmitter(module, library: pass.library, symbols: pass.symbols)
    functionalizer = FunctionalizingEmitter(recorder)
    functionalizer.keepsStrides = pass.aim == .functionalize
    let library = pass.library
    emitter =
      switch pass.aim {
      case .decompose:
        DecomposingEmitter(functionalizer, isKept: \.isKeptByDecompositions)
      case .functionalize:
        // A write reaches what is viewed by the rules of views that are not made of others.
        DecomposingEmitter(functionalizer) { !library.isComposedView($0.schema) }
      }
  }

  /// Retraces the graph.
  func retrace(_ outputs: WrittenInputs) throws {
    let identity = ObjectIdentifier(module)
    let regions =
      pass.aim == .decompose
      ? try InlinedRegions(inlining: module, under: pass.autocasts[identity]) : nil
    pass.inlinedCount += regions?.count ?? 0
    guard let output = graph.outputNode else { return }
    let conjugated = pass.conjugatedInputs[identity] ?? []
    for (index, node) in graph.placeholders.enumerated() where conjugated.contains(index) {
      functionalizer.conjugatedInputs.insert(node.id)
    }
    let nodes = graph.nodes.map { $0 }
    let vmaps = pass.aim == .decompose ? VmapRegions(nodes, emitter) : nil
    openRegions.autocast = pass.autocasts[identity]
    for node in nodes {
      recorder.move(before: node)
      emitter.modes.autocastDType = regions?.autocast(of: node)
      do {
        try visit(node, vmaps)
      } catch let error as FXError {
        throw error.atNode(node.name)
      }
    }
    recorder.move(before: output)
    emitter.modes.autocastDType = nil
    try finish(output, outputs)
    let isUnchanged =
      replaced.nodes.isEmpty && recorder.madeCount == 0 && (regions?.count ?? 0) == 0
    if isUnchanged { return }
    pass.hasChanged = true
    for node in replaced.nodes.reversed() where !node.isErased && node.userCount == 0 {
      try node.erase()
    }
    graph.eliminateDeadCode(isImpure: pass.context.isImpure)
  }

  private func visit(_ node: Node, _ vmaps: VmapRegions?) throws {
    guard node.kind == .callFunction else {
      if node.kind == .getAttr, let graph = module.graphModule(at: node.target) {
        results[node.id] = .module(graph)
        pass.autocasts[ObjectIdentifier(graph)] =
          pass.aim == .functionalize ? openRegions.autocast : emitter.modes.autocastDType
      } else {
        results[node.id] = try recorder.known(node)
      }
      return
    }
    if pass.aim == .functionalize { try openRegions.follow(node) }
    if pass.aim == .decompose, try visitScan(node) { return }
    if let vmaps, try visitBatched(node, vmaps) { return }
    if node.target == Targets.getitem { return try visitGetitem(node) }
    if try visitHigherOrder(node) { return }
    guard let resolved = resolve(node), let arguments = complete(node, resolved) else {
      return try keep(node)
    }
    if try visitCustom(node, resolved, arguments) { return }
    if isUntouched(resolved, arguments) { return try keep(node, resolved, arguments) }
    if pass.aim == .functionalize { try openRegions.check(resolved, pass.library) }
    let result: IValue
    do {
      let known = try recorder.values.fake(node.valueID)
      let emitted = try emitter.emit(resolved, arguments)
      let isView = resolved.schema.isView || resolved.schema.isMutable
      let kept = isView ? emitted : try functionalizer.keepingStrides(emitted, known)
      result = try recorder.settle(kept, as: known)
    } catch let error as FXError
      where ShapePropagation.isMissingRule(error) && isLeftWhole(resolved, arguments)
    {
      // What it was taken apart into by then is dead code.
      pass.left.note(node, because: error.message)
      return try keep(node, resolved, arguments)
    }
    results[node.id] = result
    replaced.append(node)
    pass.decomposedCount += 1
    if resolved.mutates(arguments, pass.library) { pass.functionalizedCount += 1 }
    if let new = recorder.node(of: result), try functionalizer.current(new) != node {
      node.replaceAllUses(with: new)
    }
  }

  /// Calls a custom operator that writes in a form that gives what it wrote.
  ///
  /// - Returns: whether it did.
  private func visitCustom(
    _ node: Node, _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws -> Bool {
    guard let call = AutoFunctionalizedCall(resolved),
      let result = try call.emit(
        arguments, recorder.values.fake(node.valueID) ?? .none, functionalizer)
    else { return false }
    results[node.id] = result
    replaced.append(node)
    pass.wrappedCount += 1
    if let new = recorder.node(of: result) { node.replaceAllUses(with: new) }
    return true
  }

  /// Tells whether an operator may stay where it can't be taken apart: it writes to nothing.
  private func isLeftWhole(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    resolved.isDirect && !resolved.schema.isMutable
      && resolved.writeRule?.concerns(arguments) != true
  }

  /// Tells whether an operator stays as it is.
  private func isUntouched(_ resolved: ResolvedOperator, _ arguments: [IValue]) -> Bool {
    if pass.changesNothing { return true }
    if resolved.mutates(arguments, pass.library) { return false }
    let isKept = emitter.isKept(resolved)
    if emitter.isChangedByAutocast(resolved, arguments, isKept: isKept) { return false }
    return resolved.isDirect && (isKept || resolved.definition?.decomposition == nil)
  }

  /// Leaves a node, with the current values as its inputs.
  func keep(_ node: Node) throws {
    for input in node.inputs {
      let current = try functionalizer.current(input)
      if current != input { node.replaceInput(input, with: current) }
    }
    if let value = try recorder.known(node) { results[node.id] = value }
  }

  /// Leaves the node of a call, of which all arguments are known.
  private func keep(
    _ node: Node, _ resolved: ResolvedOperator, _ arguments: [IValue]
  ) throws {
    // Views are of what the arguments are to the program, whatever node has the value by now.
    keptArguments[node.id] = arguments
    try keep(node)
    guard let value = results[node.id] else { return }
    // The parts of several results are noted where a getitem takes them.
    if value.elements == nil {
      functionalizer.aliases.noteView(resolved.schema, arguments, value)
    }
  }

  private func visitGetitem(_ node: Node) throws {
    guard let source = node.args.first?.node, case .int(let index)? = node.args.last else { return }
    let parts = results[source.id]?.elements ?? []
    if replaced.contains(source), parts.indices.contains(index), parts[index].elements != nil {
      // Of a list in a list the parts are taken.
      results[node.id] = parts[index]
      replaced.append(node)
      return
    }
    if parts.indices.contains(index), let new = recorder.node(of: parts[index]) {
      results[node.id] = parts[index]
      node.replaceAllUses(with: new)
      replaced.append(node)
      return
    }
    guard let value = try recorder.known(node) else { return }
    results[node.id] = value
    if let resolved = resolve(source), let arguments = keptArguments[source.id] {
      functionalizer.aliases.notePart(resolved.schema, arguments, index, value)
    }
  }

  // MARK: Reading calls

  func resolve(_ node: Node) -> ResolvedOperator? {
    guard let name = OperatorName(target: node.target), !name.isHigherOrder else { return nil }
    return pass.library.knownOperator(named: name.qualifiedName)
  }

  /// Returns a call's arguments as fake values; nil where nothing is known of one.
  func complete(_ node: Node, _ resolved: ResolvedOperator) -> [IValue]? {
    var arguments: [IValue] = []
    for argument in node.args {
      guard let value = value(of: argument) else { return nil }
      arguments.append(value)
    }
    var keywords: [(name: String, value: IValue)] = []
    for argument in node.kwargs {
      guard let value = value(of: argument.value) else { return nil }
      keywords.append((argument.name, value))
    }
    return try? resolved.complete(arguments, keywords)
  }

  func value(of argument: Argument) -> IValue? {
    argument.known { node in
      if let known = results[node.id] { return known }
      // A node that was made here, which took the place of another.
      return (try? recorder.known(node)) ?? nil
    }
  }
}
