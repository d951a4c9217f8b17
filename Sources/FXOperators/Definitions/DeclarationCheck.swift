import FXCore
import FXGraph
import FXSchemas

/// Compares the graph of a declared operator with its schema.
struct DeclarationCheck {
  private let schema: OperatorSchema
  private let module: GraphModule
  private let library: SchemaLibrary
  /// What is known of the results of nodes.
  private var types: [NodeID: SchemaType] = [:]
  /// The parameters, by position, with which results may share memory.
  private var sources: [NodeID: Set<Int>] = [:]

  /// Prepares a check with a library that has the schemas of all operators that are declared.
  init(_ schema: OperatorSchema, _ module: GraphModule, _ library: SchemaLibrary) {
    self.schema = schema
    self.module = module
    self.library = library
  }

  /// Checks inputs, calls, writes and results.
  ///
  /// - Throws: `operator.declaration`, or what `SchemaLibrary.checkCall` finds, with the node.
  mutating func run() throws {
    try checkInputs()
    for node in module.graph.nodes {
      switch node.kind {
      case .callFunction: try check(call: node)
      case .output: try check(result: node.args.first ?? .none, of: node)
      default: break
      }
    }
  }

  private func error(_ message: String, _ node: Node) -> FXError {
    FXError(.operatorDeclaration, message, at: SourcePlace(node: node.name))
  }

  private mutating func checkInputs() throws {
    let names = schema.parameterNames
    for (index, node) in module.graph.placeholders.enumerated() {
      let parameter = schema.parameters[index]
      if node.name != parameter.name, let other = names.firstIndex(of: node.name) {
        throw error(
          "input \(index) of the graph of \(schema.qualifiedName) has the name of parameter "
            + "\(other); inputs come in the order of parameters", node)
      }
      types[node.id] = parameter.type
      sources[node.id] = [index]
    }
  }

  // MARK: Calls

  private mutating func check(call node: Node) throws {
    if node.target == Targets.getitem {
      noteItem(node)
      return
    }
    if let finding = library.checkCall(node).first { throw finding }
    guard let callee = library.schema(of: node) else { return }
    if !callee.hasUnknownResults {
      types[node.id] =
        callee.results.count == 1
        ? callee.results[0].type : .tuple(callee.results.map(\.type))
    }
    var shared: Set<Int> = []
    for (index, parameter) in callee.parameters.enumerated() {
      guard let alias = parameter.type.alias,
        let argument = node.arg(index) ?? node.kwarg(parameter.name)
      else { continue }
      let parameters = parameters(in: argument)
      shared.formUnion(parameters)
      guard alias.isWrite, let written = parameters.sorted().first(where: { !isWritten($0) }) else {
        continue
      }
      throw error(
        "the graph of \(schema.qualifiedName) writes to '\(schema.parameters[written].name)', and the "
          + "schema doesn't say so: Tensor(a!)", node)
    }
    if callee.isView || callee.isMutable { sources[node.id] = shared }
  }

  /// Returns the parameters with which an argument may share memory.
  private func parameters(in argument: Argument) -> Set<Int> {
    if let node = argument.node { return sources[node.id] ?? [] }
    return (argument.elements ?? []).reduce(into: []) { $0.formUnion(parameters(in: $1)) }
  }

  private func isWritten(_ index: Int) -> Bool { schema.parameters[index].isWritten }

  private mutating func noteItem(_ node: Node) {
    guard let source = node.args.first?.node else { return }
    sources[node.id] = sources[source.id]
    switch types[source.id]?.base {
    case .tuple(let parts)?:
      if case .int(let index)? = node.arg(1), parts.indices.contains(index) {
        types[node.id] = parts[index]
      }
    case .list(let part, _)?: types[node.id] = part
    default: break
    }
  }

  // MARK: Results

  private func check(result: Argument, of output: Node) throws {
    if schema.hasUnknownResults { return }
    let expected = schema.results
    var results = [result]
    if expected.isEmpty, result == .none { results = [] }
    // A graph may put its one result in a tuple, as programs do; a list is one result.
    if let parts = result.elements, expected.count != 1 || isTupleOfResults(result, expected[0]) {
      results = parts
    } else if expected.count > 1, case .tuple(let parts)? = result.node.flatMap({ types[$0.id] }) {
      guard parts.count == expected.count else { throw countError(parts.count, output) }
      return
    } else if expected.count > 1, result.node.map({ types[$0.id] == nil }) ?? false {
      return
    }
    guard results.count == expected.count else { throw countError(results.count, output) }
    for (index, part) in results.enumerated() where !fits(part, expected[index].type) {
      let found = part.node.flatMap { types[$0.id]?.description } ?? part.kindName
      throw error(
        "result \(index) of the graph of \(schema.qualifiedName) is \(found), and by the schema "
          + "\(expected[index].type)", output)
    }
  }

  private func isTupleOfResults(_ result: Argument, _ only: OperatorSchema.Result) -> Bool {
    guard case .tuple(let parts) = result else { return false }
    if case .list = only.type.base { return parts.count == 1 }
    return true
  }

  private func countError(_ count: Int, _ output: Node) -> FXError {
    error(
      "the graph of \(schema.qualifiedName) returns \(count) value\(count == 1 ? "" : "s"), "
        + "and the schema \(schema.results.count)", output)
  }

  /// Tells whether a value may be of a type, as far as both are known.
  private func fits(_ argument: Argument, _ type: SchemaType) -> Bool {
    if let node = argument.node {
      return types[node.id].map { Self.kind(of: $0).mayBe(Self.kind(of: type)) } ?? true
    }
    if argument == .none { return type.isOptional || type.base == .named(.noneType) }
    if let parts = argument.elements, case .list(let part, _) = type.base {
      return parts.allSatisfy { fits($0, part) }
    }
    return type.accepts(argument)
  }

  /// What a type is, as far as conversions don't make one of another.
  private enum Kind {
    case tensor, number, text, list, none, unknown

    func mayBe(_ other: Kind) -> Bool { self == other || self == .unknown || other == .unknown }
  }

  private static func kind(of type: SchemaType) -> Kind {
    switch type.base {
    case .named(.tensor): .tensor
    case .named(.string): .text
    case .named(.noneType): .none
    case .named(.int), .named(.symInt), .named(.float), .named(.symFloat), .named(.bool),
      .named(.symBool), .named(.complex), .named(.scalar):
      .number
    case .list: .list
    case .tuple(let parts): parts.isEmpty ? .none : .list
    default: .unknown
    }
  }
}
