import FXCore
import FXGraph
import FXKernels
import FXTensor

/// Runs operators at once, on tensors with data; the state of a run.
///
/// It belongs to one thread at a time.
public final class ExecutionEnvironment: Emitter {
  public let library: OperatorLibrary
  /// Where random operators draw their numbers (PyTorch's default CPU generator).
  public let generator: RandomGenerator
  /// Whether gradients are recorded, as `torch.is_grad_enabled` tells it.
  public var isGradEnabled: Bool
  /// The dtype to which `autocast` lowers operators on the CPU; nil where it is off.
  public var autocastDType: ScalarType?
  /// The tensors whose first dimension `vmap` hides; nil outside of it.
  package var batches: BatchedTensors?
  /// The views that are computed at once, though writes go through them.
  package let materializedViews = MaterializedViews()
  /// How many `vmap`s are within one another.
  package var batchLevel = 0
  /// Runs the graphs that higher-order operators call.
  public var moduleRunner: (GraphModule, [IValue]) throws -> IValue

  /// Makes an environment with a seed for random numbers.
  public init(
    library: OperatorLibrary, seed: UInt64 = RandomGenerator.defaultSeed,
    isGradEnabled: Bool = false
  ) {
    self.library = library
    self.isGradEnabled = isGradEnabled
    generator = RandomGenerator(seed: seed)
    moduleRunner = { _, _ in
      throw FXError(.operatorUnsupported, "there is nothing that runs graphs")
    }
  }

  /// Whether a mode changes how operators are called.
  var hasModes: Bool { autocastDType != nil || batches != nil }

  public func call(
    _ name: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    let resolved = try library.resolved(named: name)
    return try resolved.run(resolved.complete(arguments, keywords), in: self)
  }

  public func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue {
    try moduleRunner(module, arguments)
  }
}

extension OperatorCall {
  /// The run that the call is part of.
  ///
  /// - Throws: `operator.unsupported` where the call is only recorded.
  public var environment: ExecutionEnvironment {
    get throws {
      guard let environment = emitter.underlying as? ExecutionEnvironment else {
        throw FXError(.operatorUnsupported, "\(schema.qualifiedName) can only be run")
      }
      return environment
    }
  }
}
