import FXCore
import FXExport
import FXGraph
import FXKernels
import FXOperators
import FXTensor

/// The lowest precision on the way to each value of a run.
///
/// A float that was computed in bfloat16 and converted back to float32 is no more exact than
/// bfloat16. Values inside of graphs that a node calls are on the way to its result.
struct PrecisionTrace {
  private let graph: Graph
  private var precisions: [NodeID: ScalarType] = [:]
  /// The lowest precision seen at all.
  private var lowest: ScalarType?
  /// The lowest precision seen inside of the node that runs.
  private var inside: ScalarType?

  /// Follows the run of a graph.
  init(_ graph: Graph) { self.graph = graph }

  /// Notes a node's result; nodes come in the order in which they run.
  mutating func observe(_ node: Node, _ value: IValue) {
    // What is given is exact, whatever its dtype.
    let isGiven = node.kind == .placeholder || node.kind == .getAttr
    var lowest = isGiven ? inside : ScalarType.lower(inside, value.precision)
    self.lowest = ScalarType.lower(self.lowest, lowest)
    guard node.graph === graph else {
      inside = lowest
      return
    }
    node.forEachInput { lowest = ScalarType.lower(lowest, precisions[$0.id]) }
    inside = nil
    if let lowest { precisions[node.id] = lowest }
  }

  /// Returns the lowest precision on the way to a node's result; nil where no float is.
  func precision(of node: Node) -> ScalarType? { precisions[node.id] }

  /// Returns the lowest precision on the way to what a run writes; of the whole run for what
  /// operators write in place.
  func precision(of place: Mutation.Place, in runner: ProgramRunner) -> ScalarType? {
    let results = graph.outputNode?.args.first
    let values = results?.elements ?? results.map { [$0] } ?? []
    for (spec, value) in zip(runner.program.signature.outputs, values)
    where runner.place(of: spec) == place {
      guard case .node(let node) = value else { return nil }
      return precisions[node.id]
    }
    return lowest
  }

  /// Returns the lowest precision on the way to each of the user's outputs, in flattened order.
  func userOutputs(of program: ExportedProgram) -> [ScalarType?] {
    guard let output = graph.outputNode, let results = output.args.first else { return [] }
    let values = results.elements ?? [results]
    return zip(program.signature.outputs, values).compactMap { spec, value -> ScalarType?? in
      switch spec.kind {
      case .userOutput, .lossOutput, .gradientToParameter, .gradientToUserInput:
        guard case .node(let node) = value else { return .some(nil) }
        return .some(precisions[node.id])
      default: return nil
      }
    }
  }
}

extension ScalarType {
  /// Returns the float with the fewer digits; nil stands for what is no float.
  static func lower(_ a: ScalarType?, _ b: ScalarType?) -> ScalarType? {
    guard let a, let b else { return a ?? b }
    let (first, second) = (
      TensorDifference.Tolerance.standard(for: a), TensorDifference.Tolerance.standard(for: b)
    )
    return second.relative > first.relative ? b : a
  }
}

extension IValue {
  /// The dtype of a tensor of floats, or the lowest among parts; nil where there is none.
  fileprivate var precision: ScalarType? {
    switch self {
    case .tensor(let tensor):
      tensor.dtype.isFloatingPoint || tensor.dtype.isComplex ? tensor.dtype : nil
    case .list(let parts), .tuple(let parts):
      parts.reduce(nil) { ScalarType.lower($0, $1.precision) }
    default: nil
    }
  }
}
