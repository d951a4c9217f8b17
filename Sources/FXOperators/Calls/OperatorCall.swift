import FXCore
import FXGraph
import FXSchemas
import FXTensor

/// One call of an operator: its arguments in the schema's order, defaults filled in.
///
/// Accessors take the position of a parameter in the schema and convert as PyTorch's dispatcher
/// does; they throw `operator.argumentType`, which names the parameter.
public struct OperatorCall {
  /// The operator that is called.
  public let schema: OperatorSchema
  /// The arguments, one a parameter.
  public var arguments: [IValue]
  /// What runs or records the call.
  public let emitter: any Emitter
  /// A tensor that the result is to be written to, for in-place and `out` variants.
  ///
  /// A kernel may write there and return it; one that does not look at it returns a tensor of its
  /// own, which is copied.
  public var destination: Tensor?

  /// Makes a call of complete arguments.
  public init(
    _ schema: OperatorSchema, _ arguments: [IValue], emitter: any Emitter,
    destination: Tensor? = nil
  ) {
    self.schema = schema
    self.arguments = arguments
    self.emitter = emitter
    self.destination = destination
  }

  /// The argument at a position.
  public subscript(index: Int) -> IValue { arguments[index] }

  /// The position of the parameter of a name; nil where the overload has none.
  public func index(of name: String) -> Int? {
    schema.parameters.firstIndex { $0.name == name }
  }

  /// The argument of the parameter of a name; `None` where the overload has no such parameter.
  public func named(_ name: String) -> IValue { index(of: name).map { arguments[$0] } ?? .none }

  /// Makes the error for an argument that is not what the operator takes.
  public func wrong(_ index: Int, _ expected: String) -> FXError {
    FXError(
      .argumentType,
      "argument '\(schema.parameters[index].name)' of \(schema.qualifiedName) is "
        + "\(arguments[index].kindName), expected \(expected)")
  }

  /// Makes an error of the operator: its name, and what is wrong.
  public func error(_ message: String) -> FXError {
    FXError(.operatorDomain, "\(schema.qualifiedName): \(message)")
  }

  // MARK: Tensors

  /// Returns a tensor; a number becomes one without dimensions, as PyTorch's wrapped numbers.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func tensor(_ index: Int) throws -> Tensor {
    switch arguments[index] {
    case .tensor(let tensor): return tensor
    case .bool, .int, .float, .complex: return try Self.wrapped(try scalar(index))
    default: throw wrong(index, "a tensor")
    }
  }

  /// Makes a tensor of a number that has no dtype of its own in type promotion.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public static func wrapped(_ number: Scalar) throws -> Tensor {
    let dtype: ScalarType
    switch number {
    case .float: dtype = .float64
    case .complex: dtype = .complex128
    default: dtype = number.scalarType
    }
    let tensor = try Tensor.scalar(number, dtype)
    tensor.isWrappedNumber = true
    return tensor
  }

  /// Returns a tensor or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalTensor(_ index: Int) throws -> Tensor? {
    arguments[index].isNone ? nil : try tensor(index)
  }

  /// Returns a list of tensors.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func tensors(_ index: Int) throws -> [Tensor] {
    try optionalTensors(index).map { tensor in
      guard let tensor else { throw wrong(index, "a list of tensors") }
      return tensor
    }
  }

  /// Returns a list of tensors, some of which may be missing.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalTensors(_ index: Int) throws -> [Tensor?] {
    if case .tensor(let tensor) = arguments[index] { return [tensor] }
    guard let parts = arguments[index].elements else { throw wrong(index, "a list of tensors") }
    return try parts.map { part in
      switch part {
      case .none: return nil
      case .tensor(let tensor): return tensor
      default: throw wrong(index, "a list of tensors")
      }
    }
  }

  // MARK: Numbers

  /// Returns a number; a tensor of one element gives its element.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func scalar(_ index: Int) throws -> Scalar {
    guard let scalar = try optionalScalar(index) else { throw wrong(index, "a number") }
    return scalar
  }

  /// Returns a number or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalScalar(_ index: Int) throws -> Scalar? {
    switch arguments[index] {
    case .none: return nil
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .complex(let real, let imaginary): return .complex(real, imaginary)
    case .tensor(let tensor): return try tensor.item()
    default: throw wrong(index, "a number")
    }
  }

  /// Returns an integer.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func int(_ index: Int) throws -> Int {
    guard let value = try optionalInt(index) else { throw wrong(index, "an int") }
    return value
  }

  /// Returns an integer or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalInt(_ index: Int) throws -> Int? {
    switch arguments[index] {
    case .none: return nil
    case .int(let value): return value
    case .bool(let value): return value ? 1 : 0
    case .tensor(let tensor):
      if case .int(let value) = try tensor.item() { return value }
      throw wrong(index, "an int")
    default: throw wrong(index, "an int")
    }
  }

  /// Returns a float; integers are converted.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func float(_ index: Int) throws -> Double {
    guard let value = try optionalFloat(index) else { throw wrong(index, "a float") }
    return value
  }

  /// Returns a float or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalFloat(_ index: Int) throws -> Double? {
    switch arguments[index] {
    case .none: return nil
    case .float(let value): return value
    case .int(let value): return Double(value)
    case .bool(let value): return value ? 1 : 0
    case .tensor(let tensor): return try tensor.item().double
    default: throw wrong(index, "a float")
    }
  }

  /// Returns a truth value; `None` counts as false.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func bool(_ index: Int) throws -> Bool {
    switch arguments[index] {
    case .none: return false
    case .bool(let value): return value
    case .int(let value): return value != 0
    case .tensor(let tensor): return try tensor.item().isTrue
    default: throw wrong(index, "a bool")
    }
  }

  /// Returns a list of integers.
  ///
  /// - Parameter count: the length to which a single number is repeated, where the schema gives one.
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func ints(_ index: Int, count: Int? = nil) throws -> [Int] {
    guard let values = try optionalInts(index, count: count) else {
      throw wrong(index, "a list of ints")
    }
    return values
  }

  /// Returns a list of integers or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalInts(_ index: Int, count: Int? = nil) throws -> [Int]? {
    switch arguments[index] {
    case .none: return nil
    case .int(let value): return Array(repeating: value, count: count ?? 1)
    case .list(let parts), .tuple(let parts):
      let values = try parts.map { part -> Int in
        switch part {
        case .int(let value): return value
        case .bool(let value): return value ? 1 : 0
        case .tensor(let tensor):
          if case .int(let value) = try tensor.item() { return value }
          throw wrong(index, "a list of ints")
        default: throw wrong(index, "a list of ints")
        }
      }
      if values.count == 1, let count { return Array(repeating: values[0], count: count) }
      return values
    default: throw wrong(index, "a list of ints")
    }
  }

  /// Returns a list of floats or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalFloats(_ index: Int) throws -> [Double]? {
    switch arguments[index] {
    case .none: return nil
    case .float(let value): return [value]
    case .list(let parts), .tuple(let parts):
      return try parts.map { part -> Double in
        switch part {
        case .int(let value): return Double(value)
        case .float(let value): return value
        default: throw wrong(index, "a list of floats")
        }
      }
    default: throw wrong(index, "a list of floats")
    }
  }

  // MARK: Other values

  /// Returns a string or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalString(_ index: Int) throws -> String? {
    switch arguments[index] {
    case .none: return nil
    case .string(let value): return value
    default: throw wrong(index, "a string")
    }
  }

  /// Returns a dtype or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalDType(_ index: Int) throws -> ScalarType? {
    switch arguments[index] {
    case .none: return nil
    case .dtype(let value): return value
    default: throw wrong(index, "a dtype")
    }
  }

  /// Returns a memory format or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalMemoryFormat(_ index: Int) throws -> MemoryFormat? {
    switch arguments[index] {
    case .none: return nil
    case .memoryFormat(let value): return value
    default: throw wrong(index, "a memory format")
    }
  }

  /// Returns a device or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalDevice(_ index: Int) throws -> Device? {
    switch arguments[index] {
    case .none: return nil
    case .device(let value): return value
    default: throw wrong(index, "a device")
    }
  }

  /// Returns a graph module, the argument of a higher-order operator.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func module(_ index: Int) throws -> GraphModule {
    guard case .module(let module) = arguments[index] else { throw wrong(index, "a graph module") }
    return module
  }
}
