import FXCore
import FXExport
import FXGraph
import FXOperators

/// Adds to nodes that were made by hand what files say of them and what follows from their operators:
/// the names of arguments, and what is known of results.
///
///     graph.inserting(before: output).callFunction("torch.ops.aten.gelu.default", [.node(x)])
///       →   %gelu = call_function torch.ops.aten.gelu.default(self: %x) : f32[2, 3]
struct NodeCompletion {
  private let library: OperatorLibrary
  private let ranges: [String: ValueRange]
  /// Whether calls that no program can have are errors.
  var throwsErrors = true

  /// Completes by what a library knows; `ranges` are those of the program's symbols.
  init(_ library: OperatorLibrary, ranges: [String: ValueRange]) {
    self.library = library
    self.ranges = ranges
  }

  /// Completes the nodes of a program's graphs.
  ///
  /// - Throws: `operator.unknown` for a call that names an operator otherwise than graphs do, or one
  ///   that there is not; `operator.*` for arguments that its schema does not have.
  func complete(_ module: GraphModule) throws {
    var lacksValues = false
    try module.forEachGraphModule { path, module in
      for node in module.graph.nodes where Self.isMadeByHand(node) {
        if throwsErrors, let error = error(of: node) { throw error.inPart(path) }
        library.normalizeArguments(of: node)
        if node.valueID == .unknown { lacksValues = true }
      }
    }
    if lacksValues {
      let propagation = ShapePropagation(module, library: library, ranges: ranges)
      propagation.keepsKnownValues = true
      try propagation.run()
    }
  }

  /// Completes the nodes of graphs that were edited by hand; returns whether nothing is wrong with them.
  func completeAll(_ module: GraphModule) -> Bool {
    var isNeeded = false
    module.forEachGraphModule { _, module in
      if !isNeeded { isNeeded = module.graph.nodes.contains { Self.isMadeByHand($0) } }
    }
    if !isNeeded { return true }
    do {
      try module.lintAll()
      try complete(module)
      return true
    } catch {
      return false
    }
  }

  /// Tells whether a call lacks what all calls have that come from a file or from FXKit's passes.
  private static func isMadeByHand(_ node: Node) -> Bool {
    guard node.kind == .callFunction else { return false }
    return node.hasUnnamedArguments
      || (node.valueID == .unknown && node.argCount == 0 && node.userCount > 0)
  }

  /// Returns what is wrong with what a call names, or with what it gives.
  private func error(of node: Node) -> FXError? {
    let target = node.target
    if library.schema(of: node) != nil { return library.checkCall(node).first }
    if ProgramVerifier.canCall(target), !library.isUnknownBuiltIn(target) { return nil }
    var message = "a program can't call '\(target)'"
    let meant = library.targets(meantBy: node)
    if let first = meant.first {
      let others = meant.dropFirst().prefix(2).map { "'\($0)'" }.joined(separator: " or ")
      message += "; write '\(first)'" + (others.isEmpty ? "" : ", or \(others)")
    } else if let near = library.target(like: target) {
      message += "; did you mean '\(near)'?"
    }
    return FXError(.unknownOperator, message, at: SourcePlace(node: node.name))
  }
}
