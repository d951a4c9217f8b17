import FXCore
import FXGraph
import FXTensor

/// An operator that calls graphs, or another operator: `torch.ops.higher_order.NAME`.
///
/// Its body is written once against an `Emitter`, as decompositions are. Source:
/// `torch/_higher_order_ops`.
public struct HigherOrderOperator: Sendable {
  /// Computes the result of positional and keyword arguments.
  public typealias Body =
    @Sendable ([IValue], [(name: String, value: IValue)], any Emitter) throws -> IValue
  /// Tells the fake result of positional arguments, calling each graph once.
  public typealias ShapeRule = @Sendable ([IValue], any Emitter) throws -> IValue

  /// The name: `cond`.
  public let name: String
  /// Where the graphs that it calls stand among its arguments; nil for one that calls an operator.
  public let graphs: GraphArguments?
  /// Computes the result.
  public let body: Body
  private var rule: ShapeRule?

  /// Makes an operator of a name, whose body tells shapes too, unless `shaped` gives it a rule.
  public init(name: String, graphs: GraphArguments? = nil, body: @escaping Body) {
    self.name = name
    self.graphs = graphs
    self.body = body
  }

  /// Returns the operator with a rule for shapes.
  package func shaped(_ rule: @escaping ShapeRule) -> HigherOrderOperator {
    var copy = self
    copy.rule = rule
    return copy
  }

  /// Returns the fake result of arguments.
  ///
  /// - Throws: `shape.*`, or what a rule throws.
  func shape(_ arguments: [IValue], _ emitter: any Emitter) throws -> IValue {
    try rule?(arguments, emitter) ?? body(arguments, [], emitter)
  }

  /// The shape rule of an operator whose results are those of any of its graphs, of which all are looked at.
  package static func resultsOfFirst(_ places: GraphArguments) -> ShapeRule {
    { arguments, emitter in
      let results = try places.calls(in: arguments).map { try emitter.run($0.graph, $0.operands) }
      guard let first = results.first else {
        throw FXError(.shapeUnknown, "the operator calls no graph")
      }
      return first
    }
  }

  /// Calls a graph that is an argument.
  package static func run(
    _ graph: IValue, _ operands: [IValue], _ emitter: any Emitter
  ) throws -> IValue {
    guard case .module(let module) = graph else {
      throw FXError(.argumentType, "the argument is \(graph.kindName), expected a graph module")
    }
    return try emitter.run(module, operands)
  }

  /// Calls a graph that is an argument and returns its results.
  package static func results(
    of graph: IValue, _ operands: [IValue], _ emitter: any Emitter
  ) throws -> [IValue] {
    let result = try run(graph, operands, emitter)
    return result.elements ?? [result]
  }

  /// Makes the error of arguments that an operator does not take.
  package static func wrong(_ name: String) -> FXError {
    FXError(.argumentType, "'\(name)' does not take these arguments")
  }
}

/// Where a higher-order operator has graphs among its arguments, and what it calls them with.
public struct GraphArguments: Sendable {
  /// Says what graphs are called with.
  public enum Operands: Sendable {
    /// The arguments from a position on, or the parts of the only one there if that is a tuple.
    case rest(Int)
    /// The parts of the arguments at these positions, one after the other.
    case lists([Int])
    /// Slices and results of calls before, of which only the graph's placeholders tell.
    case slices
  }

  /// One graph, and what it is called with.
  public struct Call {
    /// The graph.
    public let graph: GraphModule
    /// What its placeholders stand for.
    public let operands: [IValue]
  }

  /// The positions of graphs, or of lists of graphs. Results are those of the first.
  public let positions: [Int]
  /// What they are called with.
  public let operands: Operands

  /// Whether one of the graphs is called once, and its results are the operator's.
  public let givesResults: Bool

  /// What PyTorch calls the attributes that hold the graphs, in the order of positions.
  public let names: [String]

  /// Says where graphs and operands stand.
  public init(
    at positions: [Int], named names: [String] = [], operands: Operands,
    givesResults: Bool = true
  ) {
    self.positions = positions
    self.names = names
    self.operands = operands
    self.givesResults = givesResults
  }

  /// Returns the graphs that a call has, with what they are called with; none where an argument that
  /// should be a graph is not.
  public func calls(in arguments: [IValue]) -> [Call] {
    var graphs: [GraphModule] = []
    for position in positions {
      guard position < arguments.count else { return [] }
      for part in arguments[position].elements ?? [arguments[position]] {
        guard case .module(let module) = part else { return [] }
        graphs.append(module)
      }
    }
    let values = given(in: arguments)
    return graphs.map { Call(graph: $0, operands: values) }
  }

  /// What an attribute is called that holds the graph at a position of the arguments.
  public func name(at position: Int) -> String {
    let place = positions.firstIndex(of: position) ?? names.count
    return place < names.count ? names[place] : "subgraph"
  }

  private func given(in arguments: [IValue]) -> [IValue] {
    switch operands {
    case .slices: return []
    case .lists(let positions):
      return positions.filter { $0 < arguments.count }.flatMap { arguments[$0].elements ?? [] }
    case .rest(let first):
      let rest = Array(arguments.dropFirst(first))
      if rest.count == 1, case .tuple(let parts) = rest[0] { return parts }
      return rest
    }
  }
}
