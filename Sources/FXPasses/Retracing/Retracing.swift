import FXCore
import FXGraph
import FXOperators

/// One run of a pass that makes the calls of all graphs anew, through emitters that change them.
///
/// Source: PyTorch's retracing of exported programs (`torch.export.ExportedProgram.run_decompositions`).
final class Retracing {
  /// Says what becomes of calls.
  enum Aim {
    /// Writes become values of their own; all other calls stay.
    case functionalize
    /// Writes become values, operators beyond core ATen are taken apart, and regions are inlined.
    case decompose
  }

  let aim: Aim
  let context: PassContext
  let library: OperatorLibrary
  let symbols: SymbolicContext
  /// Whether all calls stay, since only writes are to be changed and nothing writes.
  let changesNothing: Bool
  private var done: Set<ObjectIdentifier> = []
  /// What autocast lowers to in graphs that operators inside of regions call.
  var autocasts: [ObjectIdentifier: ScalarType] = [:]
  /// The inputs, by position, that are conjugated where graphs are called.
  var conjugatedInputs: [ObjectIdentifier: Set<Int>] = [:]
  /// The inputs, by position, of which graphs give new values after their own results.
  var writtenInputs: [ObjectIdentifier: [Int]] = [:]
  /// Which results of graphs are inputs that they write to, both by position.
  var aliasedResults: [ObjectIdentifier: [Int: Int]] = [:]
  var decomposedCount = 0
  var inlinedCount = 0
  /// How many writes became values, and how many of those are new outputs of the program.
  var functionalizedCount = 0
  var outputCount = 0
  var wrappedCount = 0
  /// How many regions of `torch.vmap` were taken apart.
  var batchedCount = 0
  /// What can't be taken apart, and why.
  var left: LeftOperators
  var hasChanged = false

  init(_ module: GraphModule, _ context: PassContext, to aim: Aim) {
    self.aim = aim
    self.context = context
    let library = context.library(of: module)
    self.library = library
    left = LeftOperators(library)
    changesNothing = aim == .functionalize && !library.mayWrite(module)
    let ranges = context.symbolRanges
    symbols = SymbolicContext(
      ranges: ranges, unbackedCount: ShapeValues.unbackedCount(of: module, ranges))
  }

  /// Makes the calls of a program's graphs anew.
  func retrace(_ module: GraphModule) throws {
    try retrace(module, outputs: .signature)
    // Graphs that no operator calls with operands of its own.
    try module.forEachGraphModule { _, module in try retrace(module, outputs: .refused) }
  }

  /// Retraces a graph, if it was not yet, and notes which inputs it gives new values of.
  func retrace(_ module: GraphModule, outputs: GraphRetracing.WrittenInputs) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    try GraphRetracing(module, self).retrace(outputs)
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
}
