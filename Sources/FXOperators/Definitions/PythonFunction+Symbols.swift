import FXCore

extension PythonFunction {
  /// Returns the result of a function on numbers of which some are symbolic; nil where the
  /// function has no symbolic form.
  ///
  /// - Throws: `symbolic.*`, where an expression can't be made.
  public func symbolic(_ arguments: [IValue]) throws -> IValue? {
    guard let form = Self.symbolicForms[name] else { return nil }
    var operands: [SymbolicExpression] = []
    var isFloat = false
    for argument in arguments {
      guard let operand = Self.expression(argument) else { return nil }
      operands.append(operand.expression)
      isFloat = isFloat || operand.isFloat
    }
    let result: SymbolicExpression
    switch name {
    case "_operator.sub":
      guard operands.count == 2 else { return nil }
      let negated = try SymbolicExpression.applying(.mul, to: [.integer(-1), operands[1]])
      result = try .applying(.add, to: [operands[0], negated])
    case "_operator.neg": result = try .applying(.mul, to: [.integer(-1)] + operands)
    case "_operator.pos": return arguments.first
    default:
      guard form.function.arity.contains(operands.count) else { return nil }
      result = try .applying(form.function, to: operands)
    }
    let kind = form.kind ?? (isFloat ? .float : .int)
    return Self.value(result, kind)
  }

  private static func value(
    _ expression: SymbolicExpression, _ kind: SymbolicScalar.Kind
  ) -> IValue {
    switch (expression, kind) {
    case (.integer(let value), .int): return .int(value)
    case (.integer(let value), .float): return .float(Double(value))
    case (.float(let value, _), .float): return .float(value)
    case (.constant(.true), .bool): return .bool(true)
    case (.constant(.false), .bool): return .bool(false)
    default: return .symbol(SymbolicScalar(expression, kind))
    }
  }

  private static func expression(
    _ value: IValue
  ) -> (expression: SymbolicExpression, isFloat: Bool)? {
    switch value {
    case .int(let value): (.integer(value), false)
    case .float(let value): (.float(value, precision: 53), true)
    case .bool(let value): (.constant(value ? .true : .false), false)
    case .symbol(let number): (number.expression, number.kind == .float)
    default: nil
    }
  }

  private struct SymbolicForm {
    let function: SymbolicFunction
    /// The type of the result; nil for that of the operands.
    let kind: SymbolicScalar.Kind?

    init(_ function: SymbolicFunction, _ kind: SymbolicScalar.Kind? = nil) {
      self.function = function
      self.kind = kind
    }
  }

  /// How functions are written as expressions (`torch/fx/experimental/sym_node.py`).
  private static let symbolicForms: [String: SymbolicForm] = [
    "_operator.add": SymbolicForm(.add), "_operator.sub": SymbolicForm(.add),
    "_operator.mul": SymbolicForm(.mul), "_operator.neg": SymbolicForm(.mul),
    "_operator.pos": SymbolicForm(.identity),
    "_operator.floordiv": SymbolicForm(.floorDiv), "_operator.mod": SymbolicForm(.pythonMod),
    "_operator.truediv": SymbolicForm(.intTrueDiv, .float),
    "_operator.pow": SymbolicForm(.powByNatural), "_operator.eq": SymbolicForm(.equality, .bool),
    "_operator.ne": SymbolicForm(.unequality, .bool),
    "_operator.lt": SymbolicForm(.strictLessThan, .bool),
    "_operator.le": SymbolicForm(.lessThan, .bool),
    "_operator.gt": SymbolicForm(.strictGreaterThan, .bool),
    "_operator.ge": SymbolicForm(.greaterThan, .bool), "_operator.and_": SymbolicForm(.and, .bool),
    "_operator.or_": SymbolicForm(.or, .bool), "torch.sym_not": SymbolicForm(.not, .bool),
    "_operator.lshift": SymbolicForm(.leftShift), "_operator.rshift": SymbolicForm(.rightShift),
    "torch.sym_max": SymbolicForm(.max), "torch.sym_min": SymbolicForm(.min),
    "torch.sym_float": SymbolicForm(.toFloat, .float),
    "torch.sym_int": SymbolicForm(.truncToInt, .int),
    "math.floor": SymbolicForm(.floorToInt, .int), "math.ceil": SymbolicForm(.ceilToInt, .int),
    "math.trunc": SymbolicForm(.truncToInt, .int),
    "builtins.round": SymbolicForm(.roundToInt, .int), "round": SymbolicForm(.roundToInt, .int),
    "torch._sym_sqrt": SymbolicForm(.opaqueSqrt, .float),
    "torch.sym_ite": SymbolicForm(.whereElse),
  ]
}
