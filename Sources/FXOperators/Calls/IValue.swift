import FXCore
import FXGraph
import FXTensor

/// What an operator takes and gives back (PyTorch's `IValue`).
///
/// In a run tensors are `tensor` and numbers are numbers. Where shapes are propagated or a graph is
/// emitted, tensors are `fake` and numbers that depend on an input's sizes are `symbol`.
public enum IValue {
  case none
  case tensor(Tensor)
  case bool(Bool)
  case int(Int)
  case float(Double)
  case complex(Double, Double)
  case string(String)
  case dtype(ScalarType)
  case layout(Layout)
  case memoryFormat(MemoryFormat)
  case device(Device)
  case list([IValue])
  case tuple([IValue])
  case dict([(key: String, value: IValue)])
  /// A subgraph, the argument of a higher-order operator.
  case module(GraphModule)
  /// A tensor without data.
  case fake(FakeTensor)
  /// A number without a value.
  case symbol(SymbolicScalar)
  /// An object that is only handed on, by its description: a token, a custom object.
  case object(String)

  /// Makes the value of a number.
  public init(_ scalar: Scalar) {
    switch scalar {
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .unsigned(let value): self = .int(Int(bitPattern: UInt(value)))
    case .float(let value): self = .float(value)
    case .complex(let real, let imaginary): self = .complex(real, imaginary)
    }
  }

  /// Makes a list of integers.
  public static func ints(_ values: [Int]) -> IValue { .list(values.map { .int($0) }) }

  /// Makes a list of tensors.
  public static func tensors(_ values: [Tensor]) -> IValue { .list(values.map { .tensor($0) }) }

  /// Makes the value of a tensor that may be missing.
  public static func optional(_ tensor: Tensor?) -> IValue { tensor.map { .tensor($0) } ?? .none }

  /// The parts of a list or tuple; nil for other values.
  public var elements: [IValue]? {
    switch self {
    case .list(let parts), .tuple(let parts): parts
    default: nil
    }
  }

  /// Whether the value is `None`.
  public var isNone: Bool { if case .none = self { true } else { false } }

  /// Whether the value is a tensor, with data or without.
  public var isTensor: Bool {
    switch self {
    case .tensor, .fake: true
    default: false
    }
  }

  /// What the value is, for errors: `a tensor`, `an int`.
  public var kindName: String {
    switch self {
    case .none: "None"
    case .tensor, .fake: "a tensor"
    case .bool: "a bool"
    case .int: "an int"
    case .float: "a float"
    case .complex: "a complex number"
    case .string: "a string"
    case .dtype: "a dtype"
    case .layout: "a layout"
    case .memoryFormat: "a memory format"
    case .device: "a device"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dict: "a dict"
    case .module: "a graph module"
    case .symbol: "a symbolic number"
    case .object: "an object"
    }
  }
}

extension IValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral
{
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .none }
  public init(arrayLiteral elements: IValue...) { self = .list(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
}
