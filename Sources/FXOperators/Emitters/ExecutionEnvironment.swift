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
  public var modes: EmitterModes
  public var symbols: SymbolicContext? { nil }
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
    modes = EmitterModes(isGradEnabled: isGradEnabled)
    generator = RandomGenerator(seed: seed)
    moduleRunner = { _, _ in
      throw FXError(.operatorUnsupported, "there is nothing that runs graphs")
    }
  }

  /// Computes a call: for each tensor of a batch, as autocast changes it, or as it is.
  ///
  /// - Throws: `operator.unsupported`, or what the kernel throws.
  public func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    if let batches, let result = try batches.call(resolved, arguments, self) { return result }
    if modes.autocastDType == nil { return try resolved.compute(arguments, in: self) }
    return try autocasting(resolved, arguments) { try resolved.compute($0, in: self) }
  }

  public func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    try operation.body(arguments, keywords, self)
  }

  public func lazyViews(of value: IValue) -> LazyViews {
    guard case .tensor(let tensor) = value else { return LazyViews() }
    return materializedViews.state(of: tensor)
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
