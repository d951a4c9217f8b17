import FXCore
import FXGraph

/// The symbols that the values of a module and its submodules mention.
struct ProgramSymbols {
  private(set) var names: Set<String> = []
  private let context: GraphContext

  init(_ module: GraphModule) {
    context = module.context
    var names: Set<String> = []
    let expressions = context.expressions
    module.forEachSize { expression in
      guard let parsed = try? expressions.parse(expression.text) else { return }
      names.formUnion(parsed.freeSymbols)
    }
    self.names = names
  }

  /// Tells whether all symbols of an expression are mentioned.
  func contain(_ text: String) -> Bool {
    guard let expression = try? context.expressions.parse(text) else { return true }
    return expression.freeSymbols.allSatisfy(names.contains)
  }
}

extension GraphModule {
  /// Calls `body` with the expressions in the values of this module and those below it.
  fileprivate func forEachSize(_ body: (SymExpr) -> Void) {
    var seen: Set<ValueID> = []
    func visit(_ id: ValueID) {
      guard seen.insert(id).inserted, let value = context.values[id] else { return }
      for part in value.elements ?? [] { visit(part) }
      value.forEachExpression(body)
    }
    forEachGraphModule { _, module in
      for node in module.graph.nodes { visit(node.valueID) }
    }
  }

  /// Rewrites the expressions in the values of this module and those below it.
  ///
  /// - Parameter change: gets expressions in canonical form; those that it returns as they are, and those
  ///   that can't be given in another way, stay as they are spelled.
  func mapSizes(_ change: (SymbolicExpression) throws(FXError) -> SymbolicExpression) {
    var expressions: [String: SymbolicExpression?] = [:]
    var values: [ValueID: ValueID] = [:]
    func changed(_ expression: SymExpr) -> SymbolicExpression? {
      if let known = expressions[expression.text] { return known }
      var result: SymbolicExpression?
      if let parsed = try? context.expressions.parse(expression.text).canonical(),
        let other = try? change(parsed), other != parsed
      {
        result = other
      }
      expressions[expression.text] = .some(result)
      return result
    }
    func visit(_ id: ValueID) -> ValueID {
      if let known = values[id] { return known }
      guard let value = context.values[id] else { return id }
      let parts = (value.elements ?? []).map(visit)
      let result = context.values.intern(value.mapExpressions(changed, parts: parts))
      values[id] = result
      return result
    }
    forEachGraphModule { _, module in
      for node in module.graph.nodes { node.valueID = visit(node.valueID) }
    }
  }
}

extension Value {
  fileprivate func forEachExpression(_ body: (SymExpr) -> Void) {
    switch self {
    case .tensor(let meta):
      for size in meta.sizes + meta.strides + [meta.storageOffset] {
        if case .expr(let expression) = size { body(expression) }
      }
    case .symInt(.expr(let expression)), .symFloat(.expr(let expression)),
      .symBool(.expr(let expression)):
      body(expression)
    default: break
    }
  }

  /// Returns the value with expressions replaced, nil being one that stays, and with other parts.
  fileprivate func mapExpressions(
    _ change: (SymExpr) -> SymbolicExpression?, parts: [ValueID]
  ) -> Value {
    func changed(_ size: SymInt) -> SymInt {
      guard case .expr(let expression) = size, let other = change(expression) else {
        return size
      }
      if case .integer(let number) = other { return .int(number) }
      return .expr(expression.spelled(other))
    }
    switch self {
    case .tensor(var meta):
      for axis in meta.sizes.indices { meta.sizes[axis] = changed(meta.sizes[axis]) }
      for axis in meta.strides.indices { meta.strides[axis] = changed(meta.strides[axis]) }
      meta.storageOffset = changed(meta.storageOffset)
      return .tensor(meta)
    case .symInt(let size): return .symInt(changed(size))
    case .symFloat(.expr(let expression)):
      return .symFloat(.expr(change(expression).map(expression.spelled) ?? expression))
    case .symBool(.expr(let expression)):
      guard let other = change(expression) else { return self }
      if let truth = other.truthValue { return .symBool(.bool(truth)) }
      return .symBool(.expr(expression.spelled(other)))
    case .list: return .list(parts)
    case .tuple: return .tuple(parts)
    default: return self
    }
  }
}

extension SymExpr {
  /// Returns the expression with another spelling and the same example value.
  fileprivate func spelled(_ expression: SymbolicExpression) -> SymExpr {
    var result = self
    result.text = expression.srepr
    return result
  }
}
