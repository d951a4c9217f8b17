import FXCore
import FXGraph
import FXOperators
import FXSchemas
import FXTensor

/// Records the calls that a decomposition makes as nodes of a graph, with shapes.
///
/// Operators that are not wanted in the graph are taken apart themselves. New nodes get the metadata
/// of the node in whose place they come.
final class GraphEmitter: ShapeEmitter, WritingEmitter {
  /// Tells whether calls of an operator become nodes, even where it could be taken apart.
  let isKept: (OperatorSchema) -> Bool
  let values: ShapeValues
  let graph: Graph
  private let shapes: ShapeEmitter
  private(set) var origin: Node
  /// Nodes that compute an expression, found or made.
  var computed: [SymbolicExpression: Node] = [:]
  /// Where the numbers of the graph before the origin are.
  var sources = ExpressionSources()
  /// Which nodes share memory, and what has been written to it.
  let aliases = AliasTracker()
  /// The graph's inputs that are conjugated where it is called.
  var conjugatedInputs: Set<NodeID> = []
  /// How many nodes were made.
  private(set) var madeCount = 0
  /// How often symbols had been bound, and how many expressions were computed, when those were last
  /// written in the graph's symbols.
  private var settled = (bindCount: 0, computedCount: 0)
  /// The nodes that were made since values were last settled.
  private var fresh: [Node] = []

  /// Makes an emitter for a graph; calls go before `origin`.
  init(
    _ graph: Graph, before origin: Node, library: OperatorLibrary, symbols: SymbolicContext,
    isKept: @escaping (OperatorSchema) -> Bool
  ) {
    self.graph = graph
    self.origin = origin
    self.isKept = isKept
    values = ShapeValues(context: graph.context, symbols: symbols)
    shapes = ShapeEmitter(library: library, symbols: symbols)
    super.init(library: library, symbols: symbols)
  }

  override func lazyViews(of value: IValue) throws -> LazyViews {
    try value.node.map { try lazyViews(of: $0) } ?? LazyViews()
  }

  /// Has further calls recorded before another node.
  func move(before node: Node) { origin = node }

  /// Shapes inside a rule are not recorded.
  override var nestedEmitter: any Emitter { shapes }

  override func call(
    _ name: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    let resolved = try library.resolved(named: name)
    return try emit(resolved, resolved.complete(arguments, keywords))
  }

  /// Records a call of complete arguments: as a node, by its decomposition, or by the functional
  /// overload of an operator that writes to its arguments.
  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    if let lower = autocastDType { return try emitCast(resolved, arguments, to: lower) }
    return try emitPlainly(resolved, arguments)
  }

  /// Records a call as it is, without autocast.
  func emitPlainly(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    if let view = InPlaceView(resolved.schema) { return try view.emit(self, arguments, shapes) }
    if let filled = try filledDiagonal(resolved.schema, arguments) { return filled }
    if let form = library.functionalForm(of: resolved) {
      return try write(form, resolved, arguments)
    }
    if let writes = ImplicitMutation(resolved.schema, arguments) { return try writes.emit(self) }
    if !isKept(resolved.schema), let decomposition = resolved.definition?.decomposition {
      return try decomposition(OperatorCall(resolved.schema, arguments, emitter: self), self)
    }
    let shape = try shapes.shape(of: resolved, arguments)
    let result = try record(resolved, arguments, shape)
    aliases.noteView(resolved.schema, arguments, result)
    return result
  }

  /// Has a value take the place of a tensor that is written to, in all its views.
  func write(_ value: IValue, to target: IValue) throws {
    guard case .fake(let old) = target, let node = old.node, case .fake(let new) = value else {
      throw FXError(.shapeUnknown, "what is written to is not a tensor of the graph")
    }
    var value = value
    if new.dtype != old.dtype {
      value = try call(
        "aten::_to_copy", [value], [(name: "dtype", value: .dtype(old.dtype))])
    }
    if new.sizes != old.sizes { value = try call("aten::expand", value, .sizes(old.sizes)) }
    // Of nothing, nothing is written.
    if old.sizes.contains(0) { return }
    if let source = value.node, aliases.sharesMemory(source, node) {
      value = try call("aten::clone", value)
    }
    try aliases.write(value, to: node, self)
  }

  /// Makes the node of a call, and the getitems of its parts.
  private func record(
    _ resolved: ResolvedOperator, _ arguments: [IValue], _ shape: IValue
  ) throws -> IValue {
    let node = try makeNode(resolved, arguments)
    node.value = values.value(of: shape, known: nil)
    switch shape {
    case .list(let parts): return .list(try getitems(of: node, parts))
    case .tuple(let parts): return .tuple(try getitems(of: node, parts))
    default: return shape.computed(by: node)
    }
  }

  private func getitems(of node: Node, _ parts: [IValue]) throws -> [IValue] {
    try parts.enumerated().map { try recordPart($0, of: node, $1) }
  }

  /// Makes the node that takes a part of a call's result.
  func recordPart(_ index: Int, of node: Node, _ part: IValue) throws -> IValue {
    let item = add(
      graph.inserting(before: origin).callFunction(
        Targets.getitem, [.node(node), .int(index)]))
    item.value = values.value(of: part, known: nil)
    return part.computed(by: item)
  }

  /// Makes the node of a higher-order operator that calls another operator.
  func recordHigherOrder(
    _ name: String, calling target: String, _ keywords: [(name: String, value: IValue)],
    giving parts: [IValue]
  ) throws -> Node {
    let kwargs = try keywords.map { NamedArgument($0.name, try argument($0.value)) }
    let node = add(
      graph.inserting(before: origin).callFunction(
        "torch.ops.higher_order.\(name)", [.function(target)], kwargs: kwargs, name: name))
    node.value = values.value(of: .tuple(parts), known: nil)
    return node
  }

  /// Counts a node that was made, and gives it the metadata of the node in whose place it comes.
  func add(_ node: Node) -> Node {
    node.metadataID = origin.metadataID
    madeCount += 1
    fresh.append(node)
    return node
  }

  private func makeNode(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> Node {
    let parameters = resolved.schema.parameters
    let defaults = parameters.indices.map { resolved.defaultValue(at: $0) }
    let positional = parameters.indices.filter { !parameters[$0].isKeywordOnly }
    let last = positional.last { index in
      guard let value = defaults[index] else { return true }
      return !value.isIdentical(to: arguments[index])
    }
    var args: [Argument] = []
    if let last {
      for index in positional where index <= last { args.append(try argument(arguments[index])) }
    }
    var kwargs: [NamedArgument] = []
    for index in parameters.indices where parameters[index].isKeywordOnly {
      if let value = defaults[index], value.isIdentical(to: arguments[index]) { continue }
      kwargs.append(NamedArgument(parameters[index].name, try argument(arguments[index])))
    }
    let node = add(
      graph.inserting(before: origin).callFunction(
        resolved.schema.target, args, kwargs: kwargs, name: resolved.schema.name))
    library.normalizeArguments(of: node)
    return node
  }

  /// Gives symbols of data the names that the graph has for a call's result, in all that was recorded
  /// of it.
  ///
  /// - Returns: the result in the graph's symbols.
  func settle(_ result: IValue, as known: IValue?) throws -> IValue {
    defer { fresh = [] }
    guard symbols.hasMade else { return result }
    if let known { symbols.bind(result, to: known) }
    for node in fresh {
      guard let value = try values.fake(node.valueID, node: node) else { continue }
      let before = node.valueID
      node.value = values.value(of: symbols.bound(value), known: node.value)
      guard node.valueID != before else { continue }
      try sources.note(in: graph, before: node, values)
      try sources.note(node, values)
    }
    if settled != (symbols.bindCount, computed.count) {
      for (expression, node) in computed {
        let bound = symbols.bound(expression)
        if bound != expression { computed[bound] = node }
      }
      settled = (symbols.bindCount, computed.count)
    }
    return symbols.bound(result)
  }

  /// Returns a value as an argument; expressions become nodes that compute them.
  ///
  /// - Throws: `shape.unknown` for a tensor or number that no node computes.
  func argument(_ value: IValue) throws -> Argument {
    switch value {
    case .none: return .none
    case .bool(let truth): return .bool(truth)
    case .int(let number): return .int(number)
    case .float(let number): return .float(number)
    case .complex(let real, let imaginary): return .complex(real: real, imaginary: imaginary)
    case .string(let text): return .string(text)
    case .dtype(let dtype): return .dtype(dtype)
    case .layout(let layout): return .layout(layout)
    case .memoryFormat(let format): return .memoryFormat(format)
    case .device(let device): return .device(device)
    case .list(let parts): return .list(try parts.map { try argument($0) })
    case .tuple(let parts): return .tuple(try parts.map { try argument($0) })
    case .fake(let tensor):
      guard let node = tensor.node else {
        throw FXError(.shapeUnknown, "a tensor of a decomposition has no node")
      }
      return .node(try aliases.current(node, self))
    case .symbol(let number):
      if let node = number.node { return .node(node) }
      return .node(try node(computing: number.expression))
    case .tensor, .dict, .module, .object:
      throw FXError(.shapeUnknown, "\(value.kindName) can't be an argument of a new node")
    }
  }

  /// Returns the fake value that the graph has of a node.
  ///
  /// - Throws: `shape.unknown` where nothing is known of it.
  func value(of node: Node) throws -> IValue {
    guard let value = try values.fake(node.valueID, node: node) else {
      throw FXError(.shapeUnknown, "nothing is known of '\(node.name)'")
    }
    return value
  }

  /// Returns the shapes of a call's results, without a node.
  func shapesOf(_ name: String, _ arguments: [IValue]) throws -> IValue {
    try shapes.call(name, arguments, [])
  }
}
