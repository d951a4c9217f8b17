import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXRuntime
import FXTensor

extension RunCase {
  /// Recomputes what the graphs say of values; returns the first that differs or has no rule.
  func shapeDifference() -> String? { examining { try Self.shapeDifference($0) } }

  private static func shapeDifference(_ program: ExportedProgram) throws -> String? {
    let propagation = ShapePropagation(program.module, ranges: program.symbolRanges)
    try propagation.run()
    if let found = propagation.contradictions.first {
      return "\(found.node) is \(found.known) and computed as \(found.computed)"
    }
    if let error = propagation.unknown.first { return error.description }
    return propagation.filledCount == 0 ? nil : "\(propagation.filledCount) values were not known"
  }

  /// Takes the program apart and returns how the result's shapes, operators or numbers differ.
  ///
  /// - Parameter left: the operators beyond core ATen that PyTorch leaves.
  func decomposedDifference(left: Set<String>) -> String? {
    examining { program in
      var program = program
      try PassPipeline("decompose").run(on: &program)
      let more = Self.operatorsBeyondCore(program.module).subtracting(left)
      if !more.isEmpty { return "\(more.sorted().joined(separator: ", ")) left" }
      if Self.hasVmap(program.module) { return "a region of torch.vmap left" }
      if let found = try Self.shapeDifference(program) { return found }
      return try difference(program)
    }
  }

  /// Makes the program's writes values and returns how its shapes or numbers differ, or what writes still.
  func functionalizedDifference() -> String? {
    if mentions("torch._functorch.predispatch._vmap_increment_nesting") { return nil }
    return examining { program in
      var program = program
      try PassPipeline("functionalize").run(on: &program)
      let library = OperatorLibrary(context: program.module.context)
      var writing: [String] = []
      program.module.forEachGraphModule { _, module in
        for node in module.graph.nodes where library.schema(of: node)?.isMutable == true {
          writing.append(node.target)
        }
      }
      if let first = writing.first { return "\(first) writes still" }
      return try difference(program)
    }
  }

  private static func hasVmap(_ module: GraphModule) -> Bool {
    var result = false
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.target.contains("._functorch.") { result = true }
    }
    return result
  }

  /// Whether the program has an operator, before it is taken apart.
  func mentions(_ target: String) -> Bool {
    json.firstRange(of: Array("\"target\": \"\(target)\"".utf8)) != nil
  }

  /// Returns the operators beyond core ATen that are left where the program is taken apart.
  func operatorsLeft() -> Set<String>? {
    guard var program = try? json.withUnsafeBytes({ try ExportedProgram(json: $0) }) else {
      return nil
    }
    let run = try? PassPipeline("decompose").run(on: &program)
    return run.map { _ in Self.operatorsBeyondCore(program.module) }
  }

  /// Makes constants of the inputs, folds, and returns how the result's outputs differ.
  func foldedDifference() -> String? {
    examining { program in
      let (program, state) = try folded(program)
      let runner = try ProgramRunner(program, state: state, seed: Self.seed)
      // Parts of a tensor are stored without what lay between them.
      return try difference(of: runner.run([]), strides: false)
    }
  }

  /// Whether no operator is left where all inputs are constants.
  func isFoldedAway() -> Bool {
    let left = examining { program in
      let graph = try folded(program).program.graph
      return graph.nodes.contains { $0.kind == .callFunction } ? "calls are left" : nil
    }
    return left == nil
  }

  private func folded(
    _ program: ExportedProgram
  ) throws -> (program: ExportedProgram, state: [String: Tensor]) {
    var program = program
    var state = try state(of: program)
    var position = 0
    for (index, node) in program.graph.placeholders.enumerated() {
      guard case .userInput = program.signature.inputs[index].kind else { continue }
      let name = "input_\(position)"
      state[name] = try input(position, node.value)
      program.signature.inputs[index] = InputSpec(.tensorConstant(.positional, target: name))
      position += 1
    }
    let context = PassContext()
    context.readState = { [state] in state }
    try PassPipeline("fold-constants").run(on: &program, context: context)
    for (name, tensor) in context.addedConstants { state[name] = tensor }
    return (program, state)
  }

  /// Returns the operators of a module's graphs that are not core ATen, higher-order ones left out.
  static func operatorsBeyondCore(_ module: GraphModule) -> Set<String> {
    let library = OperatorLibrary(context: module.context)
    var found: Set<String> = []
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        guard let name = OperatorName(target: node.target), !name.isHigherOrder else { continue }
        if library.schema(of: node)?.isCore != true { found.insert(node.target) }
      }
    }
    return found
  }
}
