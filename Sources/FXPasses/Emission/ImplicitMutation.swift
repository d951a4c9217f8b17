import FXCore
import FXOperators
import FXSchemas

/// Operators that write to arguments of which their schemas say nothing: running statistics.
struct ImplicitMutation {
  /// The functional operator that gives the statistics as results.
  private let name: String
  private let arguments: [IValue]
  /// The arguments that get new values, and the results that they get.
  private let writes: [(target: IValue, result: Int)]
  /// How many of the functional operator's results are the operator's own; nil for its first alone.
  private let resultCount: Int?
  /// Whether what is written to is the operator's result.
  private var givesTarget = false

  /// Tells whether an operator has calls that write to arguments without saying so.
  static func concerns(_ schema: OperatorSchema) -> Bool {
    switch schema.qualifiedName {
    case "aten::batch_norm", "aten::native_batch_norm", "aten::_native_batch_norm_legit",
      "aten::_batch_norm_with_update", "aten::rrelu_with_noise", "aten::normal_":
      true
    default: false
    }
  }

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
    case "aten::_batch_norm_with_update":
      guard arguments.count == 7, !arguments[3].isNone, !arguments[4].isNone else { return nil }
      name = "aten::_batch_norm_with_update_functional"
      self.arguments = arguments
      writes = [(arguments[3], 4), (arguments[4], 5)]
      resultCount = 4
    case "aten::rrelu_with_noise":
      name = "aten::rrelu_with_noise_functional"
      self.arguments = arguments
      writes = [(arguments[1], 1)]
      resultCount = nil
    case "aten::normal_":
      name = "aten::normal_functional"
      self.arguments = arguments
      writes = [(arguments[0], 0)]
      resultCount = nil
      givesTarget = true
    default: return nil
    }
  }

  /// Records the functional form and what it writes.
  func emit(_ emitter: any WritingEmitter) throws -> IValue {
    let result = try emitter.apply(name, arguments)
    let parts = result.elements ?? [result]
    guard let first = parts.first, writes.allSatisfy({ parts.indices.contains($0.result) }) else {
      return result
    }
    for write in writes { try emitter.write(parts[write.result], to: write.target) }
    if givesTarget, let target = writes.first?.target { return target }
    return resultCount.map { .tuple(Array(parts.prefix($0))) } ?? first
  }
}
