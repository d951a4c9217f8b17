/// Prints as SymPy's `StrPrinter` does.
///
/// Terms and factors keep their order: `srepr` writes them in the order in which `str` does. Only
/// `Max` and `Min` are sorted anew, as SymPy sorts them for `str` alone.
extension SymPyExpression: CustomStringConvertible {
  public var description: String { text(isTopLevel: true) }

  private func text(isTopLevel: Bool = false) -> String {
    switch self {
    case .integer(let digits): return digits
    case .rational(let numerator, let denominator): return "\(numerator)/\(denominator)"
    case .float(let value, let precision):
      return Self.float(value, precision: precision, stripsZeros: !isTopLevel)
    case .symbol(let name, _): return name
    case .constant(let name): return name == "true" ? "True" : name == "false" ? "False" : name
    case .call(let name, let arguments): return call(name, arguments)
    }
  }

  private func call(_ name: String, _ arguments: [SymPyExpression]) -> String {
    switch (name, arguments.count) {
    case ("Add", 1...): return sum(arguments)
    case ("Mul", 1...): return product(arguments)
    case ("Pow", 2): return power(arguments[0], arguments[1])
    case ("FloorDiv", 2), ("CleanDiv", 2):
      // PyTorch prints these itself: around every part that is no atom, and around the whole.
      return "(\(arguments[0].enclosed(below: 999.5))//\(arguments[1].enclosed(below: 999.5)))"
    case ("Identity", 1): return "(\(arguments[0].text()))"
    case ("Equality", 2): return "Eq(\(Self.list(arguments)))"
    case ("Unequality", 2): return "Ne(\(Self.list(arguments)))"
    case ("LessThan", 2): return relation(arguments, "<=")
    case ("StrictLessThan", 2): return relation(arguments, "<")
    case ("GreaterThan", 2): return relation(arguments, ">=")
    case ("StrictGreaterThan", 2): return relation(arguments, ">")
    case ("And", 1...): return arguments.map { $0.enclosed(upTo: 38) }.joined(separator: " & ")
    case ("Or", 1...): return arguments.map { $0.enclosed(upTo: 36) }.joined(separator: " | ")
    case ("Not", 1): return "~" + arguments[0].enclosed(below: 100)
    case ("Max", _), ("Min", _): return "\(name)(\(Self.list(arguments.sorted(by: Self.precedes))))"
    default: return "\(name)(\(Self.list(arguments)))"
    }
  }

  private static func list(_ arguments: [SymPyExpression]) -> String {
    arguments.map { $0.text() }.joined(separator: ", ")
  }

  private func relation(_ sides: [SymPyExpression], _ sign: String) -> String {
    "\(sides[0].enclosed(below: 35)) \(sign) \(sides[1].enclosed(below: 35))"
  }

  private func sum(_ terms: [SymPyExpression]) -> String {
    var result = ""
    for (index, term) in terms.enumerated() {
      var text = term.text()
      var isAdd = false
      if case .call("Add", _) = term { isAdd = true }
      let isNegative = text.hasPrefix("-") && !isAdd
      if isNegative { text.removeFirst() }
      if index > 0 { result += " " }
      if isNegative { result += "-" } else if index > 0 { result += "+" }
      if index > 0 { result += " " }
      result += term.precedence < 40 || isAdd ? "(\(text))" : text
    }
    return result
  }

  private func product(_ factors: [SymPyExpression]) -> String {
    let level = precedence
    var sign = ""
    var rest = Self.mergingSign(factors)
    if let first = rest.first, let number = first.number, number < 0 {
      sign = "-"
      rest[0] = first.negatedNumber
    }
    var above: [String] = []
    var below: [String] = []
    for factor in rest {
      switch factor {
      case .call("Pow", let parts) where parts.count == 2 && parts[1].isNegative:
        let inverse = parts[1].negated
        below.append(
          inverse.isInteger(1)
            ? parts[0].enclosed(upTo: level)
            : SymPyExpression.call("Pow", [parts[0], inverse]).enclosed(upTo: level))
      case .rational(let numerator, let denominator):
        if numerator != "1" { above.append(numerator) }
        below.append(denominator)
      case .integer("1"): break
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

  private func power(_ base: SymPyExpression, _ exponent: SymPyExpression) -> String {
    switch exponent {
    case .rational("1", "2"): return "sqrt(\(base.text()))"
    case .rational("-1", "2"): return "1/sqrt(\(base.text()))"
    case .integer("-1"): return "1/\(base.enclosed(upTo: 60))"
    default: return "\(base.enclosed(upTo: 60))**\(exponent.enclosed(upTo: 60))"
    }
  }

  /// Tells whether the numeric coefficient is negative.
  var isNegative: Bool { (coefficientAndRest.coefficient?.number ?? 1) < 0 }

  /// Returns the expression times -1, for one with a negative coefficient.
  private var negated: SymPyExpression {
    guard case .call("Mul", let factors) = self else { return negatedNumber }
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
    case .constant(let name): return name.hasPrefix("-") ? 40 : 1000
    case .call("Mul", let factors):
      return isNegative && !factors.contains { $0.bindsLoosely } ? 40 : 50
    case .call(let name, _): return Self.precedences[name] ?? 70
    }
  }

  /// Tells whether the expression is one of PyTorch's functions that bind less than a product.
  private var bindsLoosely: Bool {
    guard case .call(let name, _) = self else { return false }
    return Self.looseFunctions.contains(name)
  }

  private static let looseFunctions: Set<String> = [
    "FloorDiv", "CleanDiv", "ModularIndexing", "Where", "PythonMod", "Mod", "FloatTrueDiv",
    "IntTrueDiv", "Identity", "BitwiseFn_bitwise_and", "BitwiseFn_bitwise_or",
    "BitwiseFn_bitwise_xor",
  ]

  private static let precedences: [String: Double] = [
    "Add": 40, "Pow": 60, "FloorDiv": 35, "CleanDiv": 35, "ModularIndexing": 35, "Where": 35,
    "PythonMod": 35, "Mod": 35, "FloatTrueDiv": 35, "IntTrueDiv": 35, "PowByNatural": 50,
    "FloatPow": 60, "Identity": 10, "Max": 1000, "Min": 1000, "And": 30, "Or": 20, "Not": 100,
    "Equality": 50, "Unequality": 50, "LessThan": 35, "StrictLessThan": 35, "GreaterThan": 35,
    "StrictGreaterThan": 35, "BitwiseFn_bitwise_and": 38, "BitwiseFn_bitwise_or": 36,
    "BitwiseFn_bitwise_xor": 37,
  ]
}
