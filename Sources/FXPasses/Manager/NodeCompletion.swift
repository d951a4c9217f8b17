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
  private let ranges: () -> [String: ValueRange]
  /// Whether calls that no program can have are errors.
  var throwsErrors = true
  /// Whether calls without positional arguments are completed as well, which may be a file's.
  var includesKeywordCalls = false

  /// Completes by what a library knows; `ranges` gives those of the program's symbols.
  init(_ library: OperatorLibrary, ranges: @escaping () -> [String: ValueRange]) {
    self.library = library
    self.ranges = ranges
  }

  /// Completes the nodes of a program's graphs.
  ///
  /// - Throws: `operator.unknown` for a call that names an operator otherwise than graphs do, or one
  ///   that there is not; `operator.*` for arguments that its schema does not have.
  func complete(_ module: GraphModule) throws(FXError) {
    var lacksValues = false
    var failure: FXError?
    module.forEachGraphModule { path, module in
      guard module.graph.mayHoldUnnamedCalls else { return }
      for node in module.graph.nodes where failure == nil && isMadeByHand(node) {
        if let error = error(of: node) {
          // It stays unnamed, so that it is an error where the program is written.
          if throwsErrors { failure = error.inPart(path) }
          continue
        }
        library.normalizeArguments(of: node)
        if node.valueID == .unknown { lacksValues = true }
      }
    }
    if let failure { throw failure }
    if !lacksValues { return }
    let propagation = ShapePropagation(module, library: library, ranges: ranges())
    propagation.keepsKnownValues = true
    do {
      try propagation.run()
    } catch {
      throw error as? FXError ?? FXError(.shapeUnknown, "\(error)")
    }
  }

  /// Completes the nodes of graphs that were edited by hand; returns whether nothing is wrong with them.
  func completeAll(_ module: GraphModule) -> Bool {
    var isNeeded = false
    module.forEachGraphModule { _, module in
      if isNeeded || !module.graph.mayHoldUnnamedCalls { return }
      isNeeded = module.graph.nodes.contains { isMadeByHand($0) }
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
  private func isMadeByHand(_ node: Node) -> Bool {
    guard node.kind == .callFunction else { return false }
    if node.argCount > 0 { return node.hasUnnamedArguments }
    return includesKeywordCalls && node.valueID == .unknown && node.userCount > 0
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
