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
  /// Takes a call of an operator.
  ///
  /// - Parameter arguments: one for each parameter of the schema, defaults filled in.
  /// - Throws: `operator.*`, or what the kernel or rule throws.
  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue
  /// Calls a graph module with arguments, as higher-order operators do.
  func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue
  /// Calls an operator that calls graphs.
  func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue
  /// The modes that calls are made in.
  var modes: EmitterModes { get set }
  /// What is known of symbols; nil where calls are computed at once.
  var symbols: SymbolicContext? { get }
  /// Returns what of a tensor PyTorch computes only when it reads it.
  func lazyViews(of value: IValue) throws -> LazyViews
  /// The emitter that computes or records in the end, below those that only look at calls.
  var underlying: any Emitter { get }
}

/// Modes that programs switch on and off, and that calls meet.
public struct EmitterModes: Hashable, Sendable {
  /// Whether gradients are recorded, as `torch.is_grad_enabled` tells it.
  public var isGradEnabled = false
  /// The dtype to which `autocast` lowers operators on the CPU; nil where it is off.
  public var autocastDType: ScalarType?

  /// Makes the modes of a program's start.
  public init(isGradEnabled: Bool = false) { self.isGradEnabled = isGradEnabled }
}

extension Emitter {
  public var underlying: any Emitter { self }

  /// Calls `body` in other modes, and goes back to those that were.
  public func with<Result>(
    _ changed: EmitterModes, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = modes
    modes = changed
    defer { modes = before }
    return try body()
  }

  /// Calls `body` where autocast lowers to a dtype, or is off.
  public func withAutocast<Result>(
    to dtype: ScalarType?, _ body: () throws -> Result
  ) rethrows -> Result {
    var changed = modes
    changed.autocastDType = dtype
    return try with(changed, body)
  }
}

/// An emitter around another one: it sees calls on their way, and changes, divides or notes them.
public protocol EmitterLayer: Emitter {
  /// The emitter that calls go on to.
  var below: any Emitter { get }
}

extension EmitterLayer {
  public var library: OperatorLibrary { below.library }
  public var underlying: any Emitter { below.underlying }
  public var symbols: SymbolicContext? { below.symbols }
  public var modes: EmitterModes {
    get { below.modes }
    set { below.modes = newValue }
  }

  public func lazyViews(of value: IValue) throws -> LazyViews { try below.lazyViews(of: value) }

  public func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue {
    try below.run(module, arguments)
  }

  public func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    try below.emit(operation, arguments, keywords)
  }
}

extension Emitter {
  /// Calls an operator by its qualified name with arguments in the schema's order:
  /// `call("aten::add.Tensor", x, y)`.
  ///
  /// - Parameter keywords: arguments given by name; all others take their defaults.
  /// - Throws: `operator.*`, or what the kernel or rule throws.
  public func call(
    _ name: String, _ arguments: IValue..., keywords: [(name: String, value: IValue)] = []
  ) throws -> IValue {
    try apply(name, arguments, keywords)
  }

  /// Calls an operator by its qualified name with a list of arguments in the schema's order.
  ///
  /// - Parameter keywords: arguments given by name; all others take their defaults.
  /// - Throws: `operator.*`, or what the kernel or rule throws.
  public func apply(
    _ name: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)] = []
  ) throws -> IValue {
    let resolved = try library.resolved(named: name)
    return try emit(resolved, resolved.complete(arguments, keywords))
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
    case .expression(let expression): self = .symbol(SymbolicScalar(expression))
    }
  }

  private var notTensor: FXError {
    FXError(.argumentType, "the value is \(kindName), expected a tensor")
  }
}
