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
  /// The positions of the operators, by their targets.
  private var positions: [String: Int] = [:]

  private let registry: OperatorRegistry

  /// Starts without operators; those of a registry can't be declared anew.
  public init(besides registry: OperatorRegistry) { self.registry = registry }

  /// Adds the operators that the members of a module declare.
  ///
  /// - Throws: `operator.schemaSyntax` or `operator.declaration`, or what is wrong with a call of a
  ///   graph, with the path of the member.
  public mutating func add(_ module: GraphModule) throws {
    let before = entries.count
    for (name, member) in module.members {
      guard case .module(let declared) = member else { continue }
      do {
        try add(declared, name)
      } catch let error as FXError {
        throw error.inPart(name)
      }
    }
    guard entries.count > before else {
      throw FXError(
        .operatorDeclaration,
        "no operator is declared: each is a member of the main module, module @NAME \"SCHEMA\" {…}")
    }
    try checkCalls()
    let library = SchemaLibrary(for: module.context)
    for entry in entries { library.declare(entry.schema) }
    for entry in entries[before...] {
      guard let body = entry.body else { continue }
      var check = DeclarationCheck(entry.schema, body, library)
      do {
        try check.run()
      } catch let error as FXError {
        throw error.inPart(entry.name)
      }
    }
  }

  private mutating func add(_ module: Module, _ name: String) throws {
    let schema = try OperatorSchema(parsing: module.className)
    func error(_ message: String) -> FXError { FXError(.operatorDeclaration, message) }
    let qualified = schema.qualifiedName
    guard !OperatorTable.isBuiltIn(namespace: schema.namespace),
      registry.definition(named: qualified) == nil
    else { throw error("\(qualified) is an operator that FXKit knows") }
    guard positions.updateValue(entries.count, forKey: schema.target) == nil else {
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

  /// Makes sure that no operator calls itself, in however many steps, and that none makes more calls
  /// than can be carried out.
  private func checkCalls() throws {
    var expansion = Expansion(operators: self)
    for entry in entries { _ = try expansion.callCount(of: entry) }
  }

  /// Counts what calls of operators expand to.
  private struct Expansion {
    let operators: DeclaredOperators
    private var counts: [String: Int] = [:]
    private var graphCounts: [ObjectIdentifier: Int] = [:]
    private var open: Set<String> = []

    init(operators: DeclaredOperators) { self.operators = operators }

    /// Returns how many calls an operator expands to, those of other declared ones included.
    mutating func callCount(of entry: Entry) throws -> Int {
      let target = entry.schema.target
      if let known = counts[target] { return known }
      guard open.insert(target).inserted, open.count <= Limits.callDepth.value else {
        throw FXError(
          .operatorDeclaration,
          "the graph of \(entry.schema.qualifiedName) calls the operator itself, or too many others "
            + "within one another", at: SourcePlace(path: entry.name))
      }
      let count = try entry.body.map { try callCount(of: $0) } ?? 0
      guard count <= Limits.operatorCalls.value else {
        throw FXError(
          .operatorDeclaration,
          "\(entry.schema.qualifiedName) expands to more calls than can be made",
          beyond: Limits.operatorCalls, at: SourcePlace(path: entry.name))
      }
      open.remove(target)
      counts[target] = count
      return count
    }

    private mutating func callCount(of module: GraphModule) throws -> Int {
      let key = ObjectIdentifier(module)
      if let known = graphCounts[key] { return known }
      graphCounts[key] = 0
      var count = 0
      for node in module.graph.nodes where node.kind == .callFunction {
        count += 1
        if let position = operators.positions[node.target] {
          count += try callCount(of: operators.entries[position])
        }
        for input in node.inputs where input.kind == .getAttr {
          if let graph = module.graphModule(at: input.target) { count += try callCount(of: graph) }
        }
        // What is counted once more than the limit says is beyond it, however much there is.
        count = min(count, Limits.operatorCalls.value + 1)
      }
      graphCounts[key] = count
      return count
    }
  }
}

extension OperatorLibrary {
  /// Declares operators, and registers their graphs as decompositions.
  ///
  /// They run by them, are taken apart by `decompose`, and have the shapes that they give.
  ///
  /// - Throws: `operator.declaration` for an operator that is known already.
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
