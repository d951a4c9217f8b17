import FXCore
import FXGraph
import FXOperators

extension GraphPass {
  /// Recomputes what graphs know of values, from the inputs' shapes on.
  ///
  ///     %y = cat([%x, %x])   →   %y = cat([%x, %x]) : float32["2*s77"]
  ///
  /// Values that are the same in another form stay. With `=check` nothing changes, and what
  /// contradicts the operators is an error.
  public static let propagateShapes = GraphPass(
    "propagate-shapes", "recomputes shapes, dtypes and strides, symbolic ones included",
    optionHelp: "check: change nothing, and fail where values contradict the operators"
  ) { module, context in
    if let option = context.option, option != "check" {
      throw FXError(.badPassOption, "the option is 'check', found '\(option)'")
    }
    let target = context.option == "check" ? module.copy() : module
    let propagation = ShapePropagation(
      target, library: context.library(of: target), ranges: context.symbolRanges)
    try propagation.run()
    let found = propagation.contradictions
    let misfits = propagation.unknown.filter { !ShapePropagation.isMissingRule($0) }
    if context.option == "check" {
      if let first = misfits.first { throw first }
      guard let first = found.first else {
        // An operator without a rule contradicts nothing.
        context.count(propagation.unknown.count, "kept", "unknown value")
        return false
      }
      let more = found.count > 1 ? ", and \(found.count - 1) more" : ""
      throw FXError(
        .shapeContradiction, "the graph says \(first.known), and it is \(first.computed)\(more)",
        at: SourcePlace(node: first.node))
    }
    context.count(found.count, "corrected", "value")
    context.count(propagation.filledCount, "filled in", "value")
    context.count(propagation.unknown.count, "kept", "unknown value")
    return !found.isEmpty || propagation.filledCount > 0
  }
}

extension FXError.Code {
  /// What a graph says of a value is not what its operator gives.
  public static let shapeContradiction = FXError.Code("shape.contradiction")
}
