import FXCore
import FXGraph
import FXSchemas

/// Operators that modules declare: each has a schema, and most a graph that computes it.
///
/// They are the members of a module. Their class is the schema, in PyTorch's spelling; the inputs of a
/// graph are the operator's parameters, in order. A leaf is an operator of which only the schema is
/// known.
///
///     module @operators {
///       module @scaled "mylib::scaled(Tensor x, float factor=2.) -> Tensor" {
///         %x = placeholder
///         %factor = placeholder
///         %y = call_function torch.ops.aten.mul.Scalar(%x, %factor)
///         output %y
///       }
///       leaf @checked "mylib::checked(Tensor x) -> Tensor"
///     }
public struct DeclaredOperators {
  /// One operator.
  public struct Entry {
    /// The schema.
    public let schema: OperatorSchema
    /// What computes it; nil where only the schema is known.
    public let body: GraphModule?
    /// The name of the module that declares it.
    let name: String
  }

  /// The operators in the order of names of modules.
  public private(set) var entries: [Entry] = []

  /// Starts without operators.
  public init() {}

  /// Adds the operators that the members of a module declare.
  ///
  /// - Throws: `operator.schemaSyntax` or `operator.declaration`, with the path of the member.
  public mutating func add(_ module: GraphModule) throws {
    let before = entries.count
    for (name, member) in module.members {
      guard case .module(let declared) = member else { continue }
      do {
        try add(declared, name)
      } catch let error as FXError {
        var placed = error
        placed.place.path = name
        throw placed
      }
    }
    guard entries.count > before else {
      throw FXError(
        .operatorDeclaration,
        "no operator is declared: each is a member of the main module, module @NAME \"SCHEMA\" {…}")
    }
    try checkCalls()
  }

  private mutating func add(_ module: Module, _ name: String) throws {
    let schema = try OperatorSchema(parsing: module.className)
    func error(_ message: String) -> FXError { FXError(.operatorDeclaration, message) }
    let qualified = schema.qualifiedName
    guard !OperatorTable.isBuiltIn(namespace: schema.namespace),
      OperatorFamilies.definition(named: qualified) == nil
    else { throw error("\(qualified) is an operator that FXKit knows") }
    guard !entries.contains(where: { $0.schema.qualifiedName == qualified }) else {
      throw error("\(qualified) is declared twice")
    }
    let body = module as? GraphModule
    if let body {
      let inputs = body.graph.placeholders.count
      guard inputs == schema.parameters.count, !schema.isVariadic else {
        throw error(
          "the graph of \(qualified) has \(inputs) inputs, and the schema "
            + "\(schema.parameters.count) parameters")
      }
      try body.forEachGraphModule { _, module in
        if let error = module.graph.lint().first { throw error }
      }
      for node in body.graph.nodes where node.kind == .callMethod || node.kind == .callModule {
        throw FXError(
          .operatorDeclaration,
          "the graph of \(qualified) calls '\(node.target)', and may call functions alone",
          at: SourcePlace(node: node.name))
      }
    }
    entries.append(Entry(schema: schema, body: body, name: name))
  }

  /// Makes sure that no operator calls itself, in however many steps.
  private func checkCalls() throws {
    var depths: [String: Int] = [:]
    var open: Set<String> = []
    func depth(of entry: Entry) throws -> Int {
      let target = entry.schema.target
      if let known = depths[target] { return known }
      guard open.insert(target).inserted, open.count <= Limits.callDepth.value else {
        throw FXError(
          .operatorDeclaration,
          "the graph of \(entry.schema.qualifiedName) calls the operator itself, or too many others "
            + "within one another", at: SourcePlace(path: entry.name))
      }
      var deepest = 0
      var called: Set<String> = []
      entry.body?.forEachGraphModule { _, module in
        for node in module.graph.nodes { called.insert(node.target) }
      }
      for other in entries where called.contains(other.schema.target) {
        deepest = max(deepest, try depth(of: other))
      }
      open.remove(target)
      depths[target] = deepest + 1
      return deepest + 1
    }
    for entry in entries { _ = try depth(of: entry) }
  }
}

extension OperatorLibrary {
  /// Declares operators, and registers their graphs as decompositions.
  ///
  /// They run by them, are taken apart by `decompose`, and have the shapes that they give.
  public func add(_ operators: DeclaredOperators) throws {
    for entry in operators.entries {
      declare(entry.schema)
      guard let graph = entry.body else { continue }
      let body = OperatorBody(module: graph.copy(in: context))
      try register(
        OperatorDefinition(entry.schema.qualifiedName) { call, emitter in
          try body.evaluate(call, emitter)
        })
    }
  }
}

extension FXError.Code {
  /// A module does not declare an operator as it should.
  public static let operatorDeclaration = FXError.Code("operator.declaration")
}
