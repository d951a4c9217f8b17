/// Prints as SymPy's `StrPrinter` does.
///
/// Terms and factors keep their order: `srepr` writes them in the order in which `str` does. Only
/// `Max` and `Min` are sorted anew, as SymPy sorts them for `str` alone.
extension SymbolicExpression: CustomStringConvertible {
  public var description: String { text(isTopLevel: true) }

  private func text(isTopLevel: Bool = false) -> String {
    switch self {
    case .integer(let value): return String(value)
    case .rational(let numerator, let denominator): return "\(numerator)/\(denominator)"
    case .float(let value, let precision):
      return Self.float(value, precision: precision, stripsZeros: !isTopLevel)
    case .symbol(let name, _): return name
    case .constant(.true): return "True"
    case .constant(.false): return "False"
    case .constant(let constant): return constant.rawValue
    case .call(let function, let arguments): return call(function, arguments)
    }
  }

  private func call(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression]
  ) -> String {
    switch (function, arguments.count) {
    case (.add, 1...): return sum(arguments)
    case (.mul, 1...): return product(arguments)
    case (.pow, 2): return power(arguments[0], arguments[1])
    case (.floorDiv, 2), (.cleanDiv, 2):
      // PyTorch prints these itself: around every part that is no atom, and around the whole.
      return "(\(arguments[0].enclosed(below: 999.5))//\(arguments[1].enclosed(below: 999.5)))"
    case (.identity, 1): return "(\(arguments[0].text()))"
    case (.equality, 2): return "Eq(\(Self.list(arguments)))"
    case (.unequality, 2): return "Ne(\(Self.list(arguments)))"
    case (.lessThan, 2): return relation(arguments, "<=")
    case (.strictLessThan, 2): return relation(arguments, "<")
    case (.greaterThan, 2): return relation(arguments, ">=")
    case (.strictGreaterThan, 2): return relation(arguments, ">")
    case (.and, 1...): return arguments.map { $0.enclosed(upTo: 38) }.joined(separator: " & ")
    case (.or, 1...): return arguments.map { $0.enclosed(upTo: 36) }.joined(separator: " | ")
    case (.not, 1): return "~" + arguments[0].enclosed(below: 100)
    case (.conditionPair, 2): return "(\(Self.list(arguments)))"
    case (.max, _), (.min, _):
      return "\(function.rawValue)(\(Self.list(arguments.sorted(by: Self.precedes))))"
    default: return "\(function.rawValue)(\(Self.list(arguments)))"
    }
  }

  private static func list(_ arguments: [SymbolicExpression]) -> String {
    arguments.map { $0.text() }.joined(separator: ", ")
  }

  private func relation(_ sides: [SymbolicExpression], _ sign: String) -> String {
    "\(sides[0].enclosed(below: 35)) \(sign) \(sides[1].enclosed(below: 35))"
  }

  private func sum(_ terms: [SymbolicExpression]) -> String {
    var result = ""
    for (index, term) in terms.enumerated() {
      var text = term.text()
      var isAdd = false
      if case .call(.add, _) = term { isAdd = true }
      let isNegative = text.hasPrefix("-") && !isAdd
      if isNegative { text.removeFirst() }
      if index > 0 { result += " " }
      if isNegative { result += "-" } else if index > 0 { result += "+" }
      if index > 0 { result += " " }
      result += term.precedence < 40 || isAdd ? "(\(text))" : text
    }
    return result
  }

  private func product(_ factors: [SymbolicExpression]) -> String {
    let level = precedence
    var sign = ""
    var rest = Self.mergingSign(factors)
    if let first = rest.first, let number = first.number, number.sign < 0,
      first != .integer(.min)
    {
      sign = "-"
      rest[0] = first.negatedNumber
    }
    var above: [String] = []
    var below: [String] = []
    for factor in rest {
      switch factor {
      case .call(.pow, let parts) where parts.count == 2 && parts[1].isNegative:
        let inverse = parts[1].negated
        below.append(
          inverse.isInteger(1)
            ? parts[0].enclosed(upTo: level)
            : SymbolicExpression.call(.pow, [parts[0], inverse]).enclosed(upTo: level))
      case .rational(let numerator, let denominator):
        if numerator != 1 { above.append(String(numerator)) }
        below.append(String(denominator))
      case .integer(1): break
      default: above.append(factor.enclosed(upTo: level))
      }
    }
    let numerator = sign + (above.isEmpty ? "1" : above.joined(separator: "*"))
    switch below.count {
    case 0: return numerator
    case 1: return "\(numerator)/\(below[0])"
    default: return "\(numerator)/(\(below.joined(separator: "*")))"
    }
  }

  private func power(_ base: SymbolicExpression, _ exponent: SymbolicExpression) -> String {
    switch exponent {
    case .rational(1, 2): return "sqrt(\(base.text()))"
    case .rational(-1, 2): return "1/sqrt(\(base.text()))"
    case .integer(-1): return "1/\(base.enclosed(upTo: 60))"
    default: return "\(base.enclosed(upTo: 60))**\(exponent.enclosed(upTo: 60))"
    }
  }

  /// Tells whether the numeric coefficient is negative.
  var isNegative: Bool { (coefficientAndRest.coefficient?.number?.sign ?? 1) < 0 }

  /// Returns the expression times -1, for one with a negative coefficient.
  private var negated: SymbolicExpression {
    guard case .call(.mul, let factors) = self else { return negatedNumber }
    var merged = Self.mergingSign(factors)
    if let first = merged.first { merged[0] = first.negatedNumber }
    if merged.first?.isInteger(1) == true { merged.removeFirst() }
    return Self.product(of: merged)
  }

  private func enclosed(below level: Double) -> String {
    precedence < level ? "(\(text()))" : text()
  }

  private func enclosed(upTo level: Double) -> String {
    precedence <= level ? "(\(text()))" : text()
  }

  /// Returns how tightly the printed form binds (SymPy's `precedence`, PyTorch's for its classes).
  private var precedence: Double {
    switch self {
    case .integer, .float: return isNegative ? 40 : 1000
    case .rational: return isNegative ? 40 : 50
    case .symbol: return 1000
    case .constant(let constant): return constant.rawValue.hasPrefix("-") ? 40 : 1000
    case .call(.mul, let factors):
      return isNegative && !factors.contains { $0.bindsLoosely } ? 40 : 50
    case .call(let function, _): return Self.precedences[function] ?? 70
    }
  }

  /// Tells whether the expression is one of PyTorch's functions that bind less than a product.
  private var bindsLoosely: Bool {
    guard case .call(let function, _) = self else { return false }
    return Self.looseFunctions.contains(function)
  }

  private static let looseFunctions: Set<SymbolicFunction> = [
    .floorDiv, .cleanDiv, .modularIndexing, .whereElse, .pythonMod, .mod, .floatTrueDiv,
    .intTrueDiv, .identity, .bitwiseAnd, .bitwiseOr, .bitwiseXor,
  ]

  private static let precedences: [SymbolicFunction: Double] = [
    .add: 40, .pow: 60, .floorDiv: 35, .cleanDiv: 35, .modularIndexing: 35, .whereElse: 35,
    .pythonMod: 35, .mod: 35, .floatTrueDiv: 35, .intTrueDiv: 35, .powByNatural: 50,
    .floatPow: 60, .identity: 10, .max: 1000, .min: 1000, .and: 30, .or: 20, .not: 100,
    .equality: 50, .unequality: 50, .lessThan: 35, .strictLessThan: 35, .greaterThan: 35,
    .strictGreaterThan: 35, .bitwiseAnd: 38, .bitwiseOr: 36, .bitwiseXor: 37,
  ]
}

extension SymbolicExpression {
  /// Returns what Python's `str` shows for an expression in `srepr` spelling: `2*s77 + 1`.
  ///
  /// Text in any other spelling comes back unchanged.
  public static func display(_ srepr: String) -> String {
    SymbolicExpression(srepr: srepr)?.description ?? srepr
  }
}

extension SymExpr {
  /// Returns what Python's `str` shows for the expression: `2*s77 + 1`.
  public var displayText: String { SymbolicExpression.display(text) }

  /// Parses the expression, whichever spelling the file has, into canonical form.
  ///
  /// - Throws: `symbolic.*`, with the offset in the text.
  public func expression() throws(FXError) -> SymbolicExpression { try SymbolicExpression(text) }
}
