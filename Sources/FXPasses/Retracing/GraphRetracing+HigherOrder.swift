import FXCore
import FXGraph
import FXOperators

/// Operators that call graphs: what those write to is a result of theirs.
extension GraphRetracing {
  /// Retraces the graphs that a higher-order operator calls, and has what they write follow it.
  ///
  /// - Returns: whether the node is such an operator.
  func visitHigherOrder(_ node: Node) throws -> Bool {
    guard let name = OperatorName(target: node.target), name.isHigherOrder else { return false }
    let arguments = node.args.map { value(of: $0) ?? .none }
    let places = pass.library.registry.higherOrder(named: name.name)?.graphs
    let calls = places?.calls(in: arguments) ?? []
    for call in calls {
      for (index, operand) in call.operands.enumerated() where try emitter.isConjugated(operand) {
        pass.conjugatedInputs[ObjectIdentifier(call.graph), default: []].insert(index)
      }
    }
    if pass.aim == .functionalize, name.name == "wrap_with_autocast", let body = calls.first?.graph
    {
      pass.autocasts[ObjectIdentifier(body)] =
        try AutocastRegion(of: node).loweredDType(outside: openRegions.autocast)
    }
    for call in calls {
      try pass.retrace(call.graph, outputs: places?.givesResults == true ? .results : .refused)
    }
    try keep(node)
    var written: [Int] = []
    for call in calls {
      for index in pass.writtenInputs[ObjectIdentifier(call.graph)] ?? []
      where !written.contains(index) { written.append(index) }
    }
    guard let call = calls.first, !written.isEmpty else { return true }
    for call in calls { try giveResults(for: written, of: call.graph) }
    try noteAliases(of: calls, node)
    try follow(written.map { call.operands[$0] }, of: node)
    return true
  }

  /// Has results that are operands which graphs write to be those.
  private func noteAliases(of calls: [GraphArguments.Call], _ node: Node) throws {
    let all = calls.map { pass.aliasedResults[ObjectIdentifier($0.graph)] ?? [:] }
    guard let aliases = all.first, all.allSatisfy({ $0 == aliases }) else {
      throw FXError(
        .operatorUnsupported,
        "one graph of '\(node.target)' gives an input that it writes to, and another does not")
    }
    guard !aliases.isEmpty, var parts = results[node.id]?.elements else { return }
    for (result, input) in aliases where parts.indices.contains(result) {
      parts[result] = calls[0].operands[input]
    }
    results[node.id] = .tuple(parts)
  }

  /// Has a graph give the values of inputs that it does not write to, where the graphs beside it do.
  private func giveResults(for written: [Int], of module: GraphModule) throws {
    let identity = ObjectIdentifier(module)
    let given = pass.writtenInputs[identity] ?? []
    guard given != written else { return }
    guard given == Array(written.prefix(given.count)), let output = module.graph.outputNode else {
      throw FXError(
        .operatorUnsupported, "the graphs of an operator write to their inputs in different orders")
    }
    let recorder = RecordingEmitter(module, library: pass.library, symbols: pass.symbols)
    recorder.move(before: output)
    let placeholders = module.graph.placeholders
    let copies = try written.dropFirst(given.count).map { index in
      // A result that is an input is one that PyTorch refuses.
      try recorder.argument(
        recorder.call("aten::clone", recorder.value(of: placeholders[index])))
    }
    output.args = [.tuple((output.args.first?.elements ?? output.args) + copies)]
    pass.writtenInputs[identity] = written
  }

  /// Takes the new values of operands from the end of an operator's results.
  private func follow(_ operands: [IValue], of node: Node) throws {
    guard let result = try recorder.values.fake(node.valueID), let parts = result.elements else {
      throw FXError(
        .operatorUnsupported, "what '\(node.target)' writes can't follow results of unknown shape")
    }
    let values = operands.map(\.copyOfFake)
    node.value = recorder.values.value(of: .tuple(parts + values), known: node.value)
    guard let next = node.next else { return }
    recorder.move(before: next, inPlaceOf: node)
    for (index, (operand, value)) in zip(operands, values).enumerated() {
      let new = try recorder.recordPart(parts.count + index, of: node, value)
      try functionalizer.write(new, to: operand)
    }
  }
}
