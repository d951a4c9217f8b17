import FXCore
import FXGraph
import FXTensor

/// Takes the calls that a decomposition or derivative makes: runs them, or records them in a graph.
///
/// A rule is written once against it. `ExecutionEnvironment` computes each call at once; emitters
/// of fake tensors propagate shapes, or append nodes to a graph.
public protocol Emitter: AnyObject {
  /// What is known of operators.
  var library: OperatorLibrary { get }
  /// Calls an operator by its qualified name: `aten::add.Tensor`.
  ///
  /// - Parameters:
  ///   - arguments: those given by position, in the schema's order.
  ///   - keywords: those given by name; all others take their defaults.
  /// - Throws: `operator.*`, or what the kernel or rule throws.
  func call(
    _ name: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue
  /// Calls a graph module with arguments, as higher-order operators do.
  func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue
  /// The emitter that computes or records in the end, below those that only look at calls.
  var underlying: any Emitter { get }
}

extension Emitter {
  public var underlying: any Emitter { self }
}

extension Emitter {
  /// Calls an operator by its qualified name with arguments by position.
  public func call(_ name: String, _ arguments: IValue...) throws -> IValue {
    try call(name, arguments, [])
  }

  /// Calls an operator by its qualified name with arguments by position and by name.
  public func call(
    _ name: String, _ arguments: IValue..., keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    try call(name, arguments, keywords)
  }
}

extension IValue {
  /// The dtype of a tensor, with data or without.
  ///
  /// - Throws: `operator.argumentType` where the value is no tensor, as the other facts.
  public var dtype: ScalarType {
    get throws {
      switch self {
      case .tensor(let tensor): tensor.dtype
      case .fake(let tensor): tensor.dtype
      default: throw notTensor
      }
    }
  }

  /// The number of dimensions of a tensor.
  public var rank: Int {
    get throws {
      switch self {
      case .tensor(let tensor): tensor.rank
      case .fake(let tensor): tensor.rank
      default: throw notTensor
      }
    }
  }

  /// The sizes of a tensor.
  public var sizes: [SymbolicSize] {
    get throws {
      switch self {
      case .tensor(let tensor): tensor.sizes.map { .int($0) }
      case .fake(let tensor): tensor.sizes
      default: throw notTensor
      }
    }
  }

  /// The device of a tensor.
  public var device: Device {
    get throws {
      switch self {
      case .tensor(let tensor): tensor.device
      case .fake(let tensor): tensor.device
      default: throw notTensor
      }
    }
  }

  /// Makes the value of a size, to hand it on as an argument.
  public init(_ size: SymbolicSize) {
    switch size {
    case .int(let value): self = .int(value)
    case .expression(let expression): self = .symbol(FakeNumber(expression))
    }
  }

  private var notTensor: FXError {
    FXError(.argumentType, "the value is \(kindName), expected a tensor")
  }
}
