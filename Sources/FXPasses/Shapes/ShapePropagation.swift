import FXATen
import FXCore
import FXGraph
import FXOperators
import FXRuntime
import FXTensor

/// Recomputes what a module's graphs know of their values, symbolic shapes included.
///
/// Each node's value follows from those of its arguments by the operator's shape rule. What a graph
/// says itself is compared with it: where the two are the same, in whatever form, it stays as it is.
public final class ShapePropagation {
  /// A value that a graph has otherwise than its operators give it.
  public struct Contradiction: Hashable, Sendable {
    /// The node.
    public let node: String
    /// What the graph says.
    public let known: String
    /// What follows from the arguments.
    public let computed: String
  }

  /// Where values differ from what the operators give.
  public private(set) var contradictions: [Contradiction] = []
  /// Why the values of nodes could not be computed; those keep what they have.
  public private(set) var unknown: [FXError] = []
  /// How many nodes had no value and have one now.
  public private(set) var filledCount = 0
  /// How many nodes' values were computed.
  public private(set) var computedCount = 0

  /// Whether what a graph says stays where it contradicts what its operators give.
  public var keepsKnownValues = false

  private let module: GraphModule
  private let emitter: ShapeEmitter
  private let symbols: SymbolicContext
  private let values: ShapeValues
  private static let detach = "torch.ops.aten.detach.default"
  private var depth = 0
  /// What autocast was outside of the regions that are open.
  private var regions: [ScalarType?] = []

  /// Prepares a module; `ranges` are those of the program's symbols.
  public init(
    _ module: GraphModule, library: OperatorLibrary? = nil, ranges: [String: ValueRange] = [:]
  ) {
    self.module = module
    symbols = SymbolicContext(
      ranges: ranges, unbackedCount: ShapeValues.unbackedCount(of: module, ranges))
    emitter = ShapeEmitter(
      library: library ?? OperatorLibrary(context: module.context), symbols: symbols)
    values = ShapeValues(context: module.context, symbols: symbols)
    emitter.moduleRunner = { [unowned self] module, arguments in
      try propagate(module, arguments) ?? .none
    }
  }

  /// Whether an error says that a shape can't be told, and not that arguments do not fit.
  static func isMissingRule(_ error: FXError) -> Bool {
    [.shapeUnknown, .shapeDataDependent, .operatorUnsupported, .unknownOperator].contains(
      error.code)
  }

  /// Propagates shapes through the module's graph and those that it calls.
  ///
  /// - Throws: `symbolic.*` for sizes of inputs that can't be read.
  public func run() throws { _ = try propagate(module, nil) }

  private func propagate(_ module: GraphModule, _ inputs: [IValue]?) throws -> IValue? {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Limits.callDepth.value else {
      throw FXError(.runInputs, "graphs call one another too deeply", beyond: Limits.callDepth)
    }
    var fakes: [NodeID: IValue] = [:]
    var position = 0
    var result: IValue?
    for node in module.graph.nodes {
      switch node.kind {
      case .placeholder:
        let known = try values.fake(node.valueID)
        let given = inputs.flatMap { position < $0.count ? $0[position] : nil }
        position += 1
        if let known { fakes[node.id] = known } else if let given { fakes[node.id] = given }
      case .getAttr:
        if let graph = module.graphModule(at: node.target) {
          fakes[node.id] = .module(graph)
        } else if let known = try values.fake(node.valueID) {
          fakes[node.id] = known
        }
      case .output: result = node.args.first.flatMap { value(of: $0, fakes) }
      default: try visit(node, &fakes)
      }
    }
    return result
  }

  private func visit(_ node: Node, _ fakes: inout [NodeID: IValue]) throws {
    let known = try values.fake(node.valueID)
    let computed: IValue
    do {
      computed = try compute(node, fakes)
    } catch let error as FXError {
      unknown.append(error.atNode(node.name))
      if let known { fakes[node.id] = known }
      return
    }
    computedCount += 1
    let followsGradient = node.inputs.contains { fakes[$0.id]?.requiresGrad == true }
    defer {
      if followsGradient, node.target != Self.detach {
        fakes[node.id] = fakes[node.id]?.requiringGrad
      }
    }
    guard let known else {
      fakes[node.id] = computed
      // Of operators without results graphs say nothing.
      let hasResult = !computed.isNone && computed.elements?.isEmpty != true
      if hasResult, let value = values.value(of: computed, known: nil) {
        node.value = value
        filledCount += 1
      }
      return
    }
    if known.isNone, computed.isNumber {
      // Exports have questions about tensors whose answers they do not keep.
      fakes[node.id] = computed
    } else if agrees(known, computed) {
      // The graph's own form is kept, in which later expressions are written as well.
      fakes[node.id] = known
    } else {
      contradictions.append(
        Contradiction(
          node: node.name, known: Self.text(known), computed: Self.text(computed)))
      fakes[node.id] = keepsKnownValues ? known : computed
      if !keepsKnownValues, let value = values.value(of: computed, known: node.value) {
        node.value = value
      }
    }
  }

  // MARK: Computing

  private func compute(_ node: Node, _ fakes: [NodeID: IValue]) throws -> IValue {
    guard node.kind == .callFunction else { throw unknown(node) }
    let arguments = try node.args.map { try required($0, fakes, node) }
    let keywords = try node.kwargs.map {
      (name: $0.name, value: try required($0.value, fakes, node))
    }
    let target = node.target
    if target == "_operator.getitem" { return try part(of: arguments, node) }
    if let name = OperatorName(target: target) {
      if name.isHigherOrder { return try higherOrder(name.name, arguments, node) }
      return try emitter.apply(name.qualifiedName, arguments, keywords)
    }
    if let result = try autocast(target, arguments, keywords) { return result }
    if let function = emitter.library.registry.function(named: target),
      let result = try function.symbolic(arguments)
    {
      return result
    }
    throw unknown(node)
  }

  /// Follows the switches of autocast regions; nil for other functions.
  private func autocast(
    _ target: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue? {
    switch target {
    case "torch.amp.autocast_mode._enter_autocast":
      regions.append(emitter.modes.autocastDType)
      emitter.modes.autocastDType = try Autocast.dtype(
        inRegion: Array((arguments + [.none, true]).prefix(3)), outside: emitter.modes.autocastDType
      )
      return IValue.none
    case "torch.amp.autocast_mode._exit_autocast":
      emitter.modes.autocastDType = regions.popLast() ?? nil
      return IValue.none
    default: return nil
    }
  }

  private func part(of arguments: [IValue], _ node: Node) throws -> IValue {
    guard arguments.count == 2, case .int(let index) = arguments[1],
      let parts = arguments[0].elements, parts.indices.contains(index)
    else { throw unknown(node) }
    return parts[index]
  }

  /// Looks into the graphs that a higher-order operator calls, which tell its results.
  private func higherOrder(
    _ name: String, _ arguments: [IValue], _ node: Node
  ) throws -> IValue {
    if let operation = emitter.library.registry.higherOrder(named: name),
      operation.graphs?.calls(in: arguments).isEmpty == false
    {
      return try emitter.emit(operation, arguments, [])
    }
    // Graphs of others are called with values of which their placeholders tell.
    for case .module(let graph) in arguments { _ = try emitter.run(graph, []) }
    throw unknown(node)
  }

  private func unknown(_ node: Node) -> FXError {
    FXError(.shapeUnknown, "there is no rule for the shape of '\(node.target)'")
  }

  private func required(
    _ argument: Argument, _ fakes: [NodeID: IValue], _ node: Node
  ) throws -> IValue {
    guard let value = value(of: argument, fakes) else {
      throw FXError(.shapeUnknown, "nothing is known of an argument of '\(node.target)'")
    }
    return value
  }

  private func value(of argument: Argument, _ fakes: [NodeID: IValue]) -> IValue? {
    argument.known { fakes[$0.id] }
  }

  // MARK: Comparing

  private func agrees(_ known: IValue, _ computed: IValue) -> Bool {
    switch (known, computed) {
    case (.fake(let a), .fake(let b)): return agrees(a, b)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)),
      (.list(let a), .tuple(let b)),
      (.tuple(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { agrees($0, $1) }
    case (.none, .none), (.object, .object): return true
    case (.string(let a), .string(let b)): return a == b
    default:
      guard let a = expression(known), let b = expression(computed) else { return false }
      return agrees(SymbolicSize(a), SymbolicSize(b))
    }
  }

  private func agrees(_ a: FakeTensor, _ b: FakeTensor) -> Bool {
    guard a.dtype == b.dtype, a.rank == b.rank, a.device.type == b.device.type else { return false }
    guard zip(a.sizes, b.sizes).allSatisfy({ agrees($0, $1) }) else { return false }
    if a.sizes.contains(0) { return true }
    for axis in a.sizes.indices where a.sizes[axis] != 1 {
      guard agrees(a.strides[axis], b.strides[axis]) else { return false }
    }
    return true
  }

  private func agrees(_ known: SymbolicSize, _ computed: SymbolicSize) -> Bool {
    if known == computed { return true }
    // A number that depends on data has a name of the graph's own.
    symbols.bind(computed.expression, to: known.expression)
    let bound = SymbolicSize(symbols.bound(computed.expression))
    return symbols.isEquivalent(known, bound)
  }

  private func expression(_ value: IValue) -> SymbolicExpression? {
    switch value {
    case .int(let number): .integer(number)
    case .float(let number): .float(number, precision: 53)
    case .bool(let truth): .constant(truth ? .true : .false)
    case .symbol(let number): number.expression
    default: nil
    }
  }

  private static func text(_ value: IValue) -> String {
    switch value {
    case .fake(let tensor):
      let sizes = tensor.sizes.map { "\($0.expression)" }.joined(separator: ", ")
      let strides = tensor.strides.map { "\($0.expression)" }.joined(separator: ", ")
      return "\(tensor.dtype.name)[\(sizes)] with strides [\(strides)]"
    case .list(let parts), .tuple(let parts):
      return "(" + parts.map { text($0) }.joined(separator: ", ") + ")"
    case .symbol(let number): return "\(number.expression)"
    case .int(let number): return "\(number)"
    case .float(let number): return "\(number)"
    case .bool(let truth): return "\(truth)"
    default: return value.kindName
    }
  }
}

extension IValue {
  /// Whether gradients flow to a fake tensor.
  fileprivate var requiresGrad: Bool {
    if case .fake(let tensor) = self { tensor.requiresGrad } else { false }
  }

  /// The value of a result to whose floats gradients flow.
  fileprivate var requiringGrad: IValue {
    switch self {
    case .fake(let tensor):
      tensor.dtype.isFloatingPoint ? .fake(tensor.copy(requiresGrad: true)) : self
    case .list(let parts): .list(parts.map(\.requiringGrad))
    case .tuple(let parts): .tuple(parts.map(\.requiringGrad))
    default: self
    }
  }
}

extension IValue {
  /// Whether the value is a number, a truth value or a dtype.
  fileprivate var isNumber: Bool {
    switch self {
    case .bool, .int, .float, .symbol, .dtype: true
    default: false
    }
  }
}
