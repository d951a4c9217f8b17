import FXCore
import FXGraph
import FXSchemas
import FXTensor

/// Propagates shapes: each call gives fake tensors by the operator's shape rule.
///
/// Operators without a rule are taken apart by their decomposition. Source: PyTorch's
/// `FakeTensorMode`.
public final class ShapeEmitter: Emitter {
  public let library: OperatorLibrary
  public var symbols: SymbolicContext? { context }
  private let context: SymbolicContext
  public var modes = EmitterModes()
  /// Propagates shapes through graphs that higher-order operators call.
  public var moduleRunner: (GraphModule, [IValue]) throws -> IValue = { _, _ in
    throw FXError(.shapeUnknown, "there is nothing that looks into graphs")
  }

  /// Makes an emitter for graphs of a library's context.
  public init(library: OperatorLibrary, symbols: SymbolicContext) {
    self.library = library
    context = symbols
  }

  /// Returns the fake result of a call with complete arguments.
  ///
  /// - Throws: `shape.unknown` where there is no rule, `shape.dataDependent`, or what a rule throws.
  public func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    try autocasting(resolved, arguments) { try shape(of: resolved, $0) }
  }

  private func shape(of resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    guard let definition = resolved.definition else { throw Self.unknown(resolved.schema) }
    switch resolved.variant {
    case .direct:
      return try apply(definition, OperatorCall(resolved.schema, arguments, emitter: self))
    case .writing(let functional, let targets, let isInPlace):
      // What is written to keeps its shape; `out` tensors are resized to the result's.
      if isInPlace { return arguments[targets[0]] }
      let inputs = resolved.functionalArguments(arguments)
      return try apply(definition, OperatorCall(functional, inputs, emitter: self))
    }
  }

  private func apply(_ definition: OperatorDefinition, _ call: OperatorCall) throws -> IValue {
    if let shape = definition.shape { return try shape(call) }
    if let decomposition = definition.decomposition {
      return try decomposition(call, self)
    }
    throw Self.unknown(call.schema)
  }

  public func lazyViews(of value: IValue) -> LazyViews { LazyViews() }

  public func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue {
    try moduleRunner(module, arguments)
  }

  public func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    try operation.shape(arguments, self)
  }

  private static func unknown(_ schema: OperatorSchema) -> FXError {
    FXError(.shapeUnknown, "there is no rule for the shape of \(schema.qualifiedName)")
  }
}

extension OperatorCall {
  /// What is known of symbols where shapes are propagated.
  ///
  /// - Throws: `operator.unsupported` in a run.
  public var symbols: SymbolicContext {
    get throws {
      guard let symbols = emitter.symbols else {
        throw FXError(.operatorUnsupported, "\(schema.qualifiedName) has no symbols in a run")
      }
      return symbols
    }
  }

  /// Returns a fake tensor; a number becomes one without dimensions.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func fake(_ index: Int) throws -> FakeTensor {
    switch arguments[index] {
    case .fake(let tensor): return tensor
    case .tensor(let tensor): return FakeTensor(describing: tensor)
    case .bool: return Self.wrapped(.bool)
    case .int: return Self.wrapped(.int64)
    case .float: return Self.wrapped(.float64)
    case .complex: return Self.wrapped(.complex128)
    case .symbol(let number):
      switch number.kind {
      case .int: return Self.wrapped(.int64)
      case .float: return Self.wrapped(.float64)
      case .bool: return Self.wrapped(.bool)
      }
    default: throw wrong(index, "a tensor")
    }
  }

  private static func wrapped(_ dtype: ScalarType) -> FakeTensor {
    FakeTensor(dtype, [], isWrappedNumber: true)
  }

  /// Returns a fake tensor or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalFake(_ index: Int) throws -> FakeTensor? {
    arguments[index].isNone ? nil : try fake(index)
  }

  /// Returns a list of fake tensors, some of which may be missing.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalFakes(_ index: Int) throws -> [FakeTensor?] {
    if arguments[index].isTensor { return [try fake(index)] }
    guard let parts = arguments[index].elements else { throw wrong(index, "a list of tensors") }
    return try parts.map { part in
      switch part {
      case .none: return nil
      case .fake(let tensor): return tensor
      case .tensor(let tensor): return FakeTensor(describing: tensor)
      default: throw wrong(index, "a list of tensors")
      }
    }
  }

  /// Returns a list of fake tensors.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func fakes(_ index: Int) throws -> [FakeTensor] {
    try optionalFakes(index).map { tensor in
      guard let tensor else { throw wrong(index, "a list of tensors") }
      return tensor
    }
  }
}

extension FakeTensor {
  /// Describes a tensor that has data.
  public convenience init(describing tensor: Tensor) {
    self.init(
      tensor.dtype, tensor.sizes.map { .int($0) }, strides: tensor.strides.map { .int($0) },
      storageOffset: .int(tensor.storageOffset), device: tensor.device, layout: tensor.layout,
      isWrappedNumber: tensor.isWrappedNumber)
  }
}
