import FXCore
import FXGraph
import FXOperators
import FXSchemas
import FXTensor

/// Records calls as nodes of a graph, with shapes.
///
/// Each call becomes one node; layers around it decide which calls those are. New nodes come before the
/// origin, get its metadata, and their shapes by propagation.
final class RecordingEmitter: Emitter {
  let library: OperatorLibrary
  let values: ShapeValues
  let graph: Graph
  var modes = EmitterModes()
  /// Propagates the shapes of what is recorded.
  let shapes: ShapeEmitter
  private let knownSymbols: SymbolicContext
  private let module: GraphModule
  /// The node before which calls go, and whose metadata they get; nil for the end of the graph.
  private(set) var origin: Node?
  private var metadata = MetadataID.empty
  /// Which node computes a fake value, which the table keeps so that no other gets its identity.
  private var nodes: [ObjectIdentifier: (value: IValue, node: Node)] = [:]
  /// Nodes that compute an expression, found or made.
  var computed: [SymbolicExpression: Node] = [:]
  /// Where the numbers of the graph before the origin are.
  var sources = ExpressionSources()
  /// How many nodes were made.
  private(set) var madeCount = 0
  /// How often symbols had been bound, and how many expressions were computed, when those were last
  /// written in the graph's symbols.
  private var settled = (bindCount: 0, computedCount: 0)
  /// The nodes that were made since values were last settled.
  private var fresh: [Node] = []

  var symbols: SymbolicContext? { knownSymbols }

  /// Makes an emitter for a module's graph, which `move` tells where calls go.
  init(_ module: GraphModule, library: OperatorLibrary, symbols: SymbolicContext) {
    self.module = module
    graph = module.graph
    self.library = library
    knownSymbols = symbols
    values = ShapeValues(context: graph.context, symbols: symbols)
    shapes = ShapeEmitter(library: library, symbols: symbols)
    // Graphs that are called with slices say themselves what those are.
    shapes.moduleRunner = { [values, unowned shapes] called, operands in
      var operands = operands
      for node in called.graph.placeholders.dropFirst(operands.count) {
        operands.append(try values.fake(node.valueID) ?? .none)
      }
      return try shapes.evaluate(called, operands)
    }
  }

  func lazyViews(of value: IValue) -> LazyViews { LazyViews() }

  /// Has further calls recorded before a node, with the metadata of that one or of another.
  func move(before node: Node, inPlaceOf described: Node? = nil) {
    origin = node
    metadata = (described ?? node).metadataID
  }

  /// Where calls go.
  var place: NodeBuilder { origin.map { graph.inserting(before: $0) } ?? graph.end }

  // MARK: Nodes of values

  /// Returns the node that computes a fake value; nil where there is none.
  func node(of value: IValue) -> Node? { value.fakeIdentity.flatMap { nodes[$0]?.node } }

  /// Returns a fake value of its own that a node computes; values without identity as they are.
  func bound(_ value: IValue, to node: Node) -> IValue {
    note(value.copyOfFake, of: node)
  }

  /// Returns the fake value that the graph has of a node; nil where nothing is known of it.
  ///
  /// - Throws: `symbolic.*` for a size that can't be read.
  func known(_ node: Node) throws -> IValue? {
    try values.fake(node.valueID).map { note($0, of: node) }
  }

  /// Returns the fake value that the graph has of a node.
  ///
  /// - Throws: `shape.unknown` where nothing is known of it.
  func value(of node: Node) throws -> IValue {
    guard let value = try known(node) else {
      throw FXError(.shapeUnknown, "nothing is known of '\(node.name)'")
    }
    return value
  }

  private func note(_ value: IValue, of node: Node) -> IValue {
    if let identity = value.fakeIdentity { nodes[identity] = (value, node) }
    return value
  }

  // MARK: Recording

  /// Records a call of an operator as a node, and what it gives as getitems where that are several.
  ///
  /// - Throws: `shape.*` where the shape can't be told, or an argument has no node.
  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    try emit(resolved, arguments, shape: shapes.emit(resolved, arguments))
  }

  /// Records a call whose shape is known.
  func emit(
    _ resolved: ResolvedOperator, _ arguments: [IValue], shape: IValue
  ) throws -> IValue {
    let node = try makeNode(resolved, arguments)
    node.value = values.value(of: shape, known: nil)
    switch shape {
    case .list(let parts): return .list(try getitems(of: node, parts))
    case .tuple(let parts): return .tuple(try getitems(of: node, parts))
    default: return bound(shape, to: node)
    }
  }

  private func getitems(of node: Node, _ parts: [IValue]) throws -> [IValue] {
    try parts.enumerated().map { try recordPart($0, of: node, $1) }
  }

  /// Makes the node that takes a part of a call's result.
  func recordPart(_ index: Int, of node: Node, _ part: IValue) throws -> IValue {
    let item = add(
      place.callFunction(
        Targets.getitem, [.node(node), .int(index)]))
    item.value = values.value(of: part, known: nil)
    return bound(part, to: item)
  }

  /// Makes the node of a higher-order operator that calls another operator.
  func recordHigherOrder(
    _ name: String, calling target: String, _ keywords: [(name: String, value: IValue)],
    giving parts: [IValue]
  ) throws -> Node {
    let kwargs = try keywords.map { NamedArgument($0.name, try argument($0.value)) }
    let node = add(
      place.callFunction(
        "torch.ops.higher_order.\(name)", [.function(target)], kwargs: kwargs, name: name))
    node.value = values.value(of: .tuple(parts), known: nil)
    return node
  }

  /// Records a call of an operator that calls graphs, which become modules of the one whose graph it is.
  ///
  /// - Throws: `shape.*` where the results' shapes can't be told.
  func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    let shape = try shapes.emit(operation, arguments, keywords)
    let args = try arguments.enumerated().map { index, value in
      guard case .module(let graph) = value else { return try argument(value) }
      return .node(attribute(of: graph, named: operation.graphs?.name(at: index) ?? "subgraph"))
    }
    let kwargs = try keywords.map { NamedArgument($0.name, try argument($0.value)) }
    let node = add(
      place.callFunction(
        "torch.ops.higher_order.\(operation.name)", args, kwargs: kwargs, name: operation.name))
    node.value = values.value(of: shape, known: nil)
    guard let parts = shape.elements else { return bound(shape, to: node) }
    return .tuple(try getitems(of: node, parts))
  }

  /// Makes the calls of a graph, as if they were the program's own.
  func run(_ module: GraphModule, _ arguments: [IValue]) throws -> IValue {
    try evaluate(module, arguments)
  }

  /// Returns the node of the attribute that holds a graph, which is added where there is none.
  private func attribute(of called: GraphModule, named prefix: String) -> Node {
    let known = module.members.first { entry in
      if case .module(let other) = entry.member { other === called } else { false }
    }
    if let known { return add(place.getAttr(known.name)) }
    var number = 0
    while module["\(prefix)_\(number)"] != nil { number += 1 }
    module["\(prefix)_\(number)"] = .module(called)
    return add(place.getAttr("\(prefix)_\(number)"))
  }

  /// Counts a node that was made, and gives it the metadata of the node in whose place it comes.
  func add(_ node: Node) -> Node {
    node.metadataID = metadata
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
      place.callFunction(
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
    let symbols = knownSymbols
    guard symbols.hasMade else { return result }
    if let known { symbols.bind(result, to: known) }
    for node in fresh {
      guard let value = try values.fake(node.valueID) else { continue }
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
    return inSymbolsOfGraph(result)
  }

  private func inSymbolsOfGraph(_ value: IValue) -> IValue {
    switch value {
    case .list(let parts): return .list(parts.map { inSymbolsOfGraph($0) })
    case .tuple(let parts): return .tuple(parts.map { inSymbolsOfGraph($0) })
    default:
      let result = knownSymbols.bound(value)
      return node(of: value).map { note(result, of: $0) } ?? result
    }
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
    case .fake:
      guard let node = node(of: value) else {
        throw FXError(.shapeUnknown, "a tensor of a decomposition has no node")
      }
      return .node(node)
    case .symbol(let number):
      if let node = node(of: value) { return .node(node) }
      return .node(try node(computing: number.expression))
    case .module(let graph): return .node(attribute(of: graph, named: "subgraph"))
    case .tensor, .dict, .object:
      throw FXError(.shapeUnknown, "\(value.kindName) can't be an argument of a new node")
    }
  }
}
