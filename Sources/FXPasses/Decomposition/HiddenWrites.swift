import FXCore
import FXOperators

/// Operators that write to arguments of which their schemas say nothing: running statistics.
struct HiddenWrites {
  /// The functional operator that gives the statistics as results.
  private let name: String
  private let arguments: [IValue]
  /// The arguments that get new values, and the results that they get.
  private let writes: [(target: IValue, result: Int)]
  /// How many of the functional operator's results are the operator's own; nil for its first alone.
  private let resultCount: Int?

  /// Finds the functional form of a call; nil for calls that write nothing unsaid.
  init?(_ schema: OperatorSchema, _ arguments: [IValue]) {
    switch schema.qualifiedName {
    case "aten::batch_norm", "aten::native_batch_norm", "aten::_native_batch_norm_legit":
      guard arguments.count >= 8, case .bool(let isTraining) = arguments[5] else { return nil }
      // Of nothing there are no statistics.
      if schema.name == "batch_norm", (try? arguments[0].sizes.contains(0)) == true { return nil }
      resultCount = schema.name == "batch_norm" ? nil : 3
      if isTraining, !arguments[3].isNone, !arguments[4].isNone {
        name = "aten::_native_batch_norm_legit_functional"
        self.arguments = Array(arguments.prefix(8))
        writes = [(arguments[3], 3), (arguments[4], 4)]
      } else if isTraining {
        name = "aten::_native_batch_norm_legit.no_stats"
        self.arguments = Array(arguments.prefix(3)) + Array(arguments[5..<8])
        writes = []
      } else {
        name = "aten::_native_batch_norm_legit_no_training"
        self.arguments = Array(arguments.prefix(5)) + Array(arguments[6..<8])
        writes = []
      }
    default: return nil
    }
  }

  /// Records the functional form and what it writes.
  func emit(_ emitter: GraphEmitter) throws -> IValue {
    let result = try emitter.call(name, arguments, [])
    guard let parts = result.elements, let first = parts.first else { return result }
    for write in writes { try emitter.write(parts[write.result], to: write.target) }
    return resultCount.map { .tuple(Array(parts.prefix($0))) } ?? first
  }
}
