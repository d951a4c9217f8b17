import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
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
      let context = try Self.context(program)
      try PassPipeline("decompose").run(on: program.module, context: context)
      program.signature = context.signature ?? program.signature
      let more = Self.operatorsBeyondCore(program.module).subtracting(left)
      if !more.isEmpty { return "\(more.sorted().joined(separator: ", ")) left" }
      if let found = try Self.shapeDifference(program) { return found }
      return try difference(program)
    }
  }

  /// Stores what depends on constants alone, and runs the result; constant inputs are the program's
  /// own where `bindsInputs`.
  func foldedDifference() -> String? {
    examining { program in
      var program = program
      let context = try Self.context(program)
      let state = try state(of: program)
      context.readState = { state }
      try PassPipeline("fold-constants").run(on: program.module, context: context)
      program.signature = context.signature ?? program.signature
      return try difference(program, constants: context.addedConstants)
    }
  }

  private static func context(_ program: ExportedProgram) throws -> PassContext {
    let context = PassContext()
    context.symbolRanges = program.symbolRanges
    context.signature = program.signature
    return context
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
