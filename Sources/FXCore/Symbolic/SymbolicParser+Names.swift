import Glibc

/// Names in expressions: symbols, constants, and calls of functions.
extension SymbolicParser {
  /// Reads what follows a name.
  mutating func named(_ name: String, at start: Int) throws(FXError) -> SymbolicExpression {
    if name == "L", dialect == .python { return try source(at: start) }
    if name == "math" || name == "torch", dialect == .python {
      while take(0x2E) {
        guard let member = word() else { throw unexpected("a name") }
        if take(0x28) { return try call(member, at: start) }
      }
      throw unexpected("'('")
    }
    if take(0x28) { return try call(name, at: start) }
    switch name {
    case "True", "False":
      noteStringForm()
      return .truth(name == "True")
    default:
      if let constant = SymbolicConstant(rawValue: name) { return .constant(constant) }
      noteStringForm()
      try checkSymbol(name, at: start)
      return .symbol(name, assumptions: Self.assumptions(of: name))
    }
  }

  /// Returns the assumptions that PyTorch gives to a symbol by its name.
  static func assumptions(of name: String) -> [String] {
    let digits = name.utf8.reversed().prefix { $0 >= 48 && $0 <= 57 }.count
    guard digits > 0 else { return [] }
    switch name.dropLast(digits) {
    case "s": return ["positive=True", "integer=True"]
    case "u": return ["integer=True"]
    case "zf", "zuf": return ["real=True"]
    default: return []
    }
  }

  /// Reads the arguments of a call; its parenthesis has been read.
  private mutating func call(_ name: String, at start: Int) throws(FXError) -> SymbolicExpression {
    switch name {
    case "Symbol", "Dummy": return try symbol()
    case "Integer":
      let value = try signedInteger()
      try close()
      return .integer(value)
    case "Rational":
      let numerator = try signedInteger()
      if !take(0x2C) { throw unexpected("','") }
      let denominator = try signedInteger()
      try close()
      guard denominator > 0 else {
        throw error(.symbolicDomain, "a fraction's denominator is not positive", at: start)
      }
      return .rational(numerator: numerator, denominator: denominator)
    case "Float": return try float(at: start)
    default: break
    }
    var arguments: [SymbolicExpression] = []
    var highest = 0
    if !take(0x29) {
      repeat {
        // `str` spells the pairs of a Piecewise as tuples.
        if name == "Piecewise", let pair = try tuplePair() {
          arguments.append(pair)
        } else {
          arguments.append(try expression())
        }
        highest = max(highest, height)
      } while take(0x2C)
      try close()
    }
    try rise(above: highest)
    return try apply(name, arguments, at: start)
  }

  private mutating func apply(
    _ name: String, _ arguments: [SymbolicExpression], at start: Int
  ) throws(FXError) -> SymbolicExpression {
    func check(_ function: SymbolicFunction) throws(FXError) -> SymbolicExpression {
      if !function.arity.contains(arguments.count) {
        throw error(
          .symbolicArguments, "'\(name)' does not take \(arguments.count) arguments", at: start)
      }
      return .call(function, arguments)
    }
    if let function = SymbolicFunction(rawValue: name) {
      let isRounding = function == .floor || function == .ceiling
      if dialect == .python, isRounding || function == .exp || function == .log {
        return try check(Self.pythonNames[name] ?? function)
      }
      return try check(function)
    }
    noteStringForm()
    if name == "sqrt", dialect == .sympy {
      if arguments.count != 1 {
        throw error(.symbolicArguments, "'sqrt' takes one argument", at: start)
      }
      return .call(.pow, [arguments[0], .rational(numerator: 1, denominator: 2)])
    }
    if name == "float" || name == "int", arguments.count != 1 {
      throw error(.symbolicArguments, "'\(name)' takes one argument", at: start)
    }
    if name == "round", dialect == .python {
      return try check(arguments.count == 2 ? .roundDecimal : .roundToInt)
    }
    let names = dialect == .python ? Self.pythonNames : Self.stringNames
    guard let function = names[name] else {
      throw error(.symbolicFunction, "the function '\(name)' is unknown", at: start)
    }
    return try check(function)
  }

  /// What `str` names in another way than `srepr`.
  private static let stringNames: [String: SymbolicFunction] = [
    "Eq": .equality, "Ne": .unequality, "Le": .lessThan, "Lt": .strictLessThan,
    "Ge": .greaterThan, "Gt": .strictGreaterThan, "floor": .floor, "ceiling": .ceiling,
  ]

  /// Functions of Python that PyTorch writes into guards.
  private static let pythonNames: [String: SymbolicFunction] = [
    "max": .max, "min": .min, "abs": .abs, "float": .toFloat, "int": .truncToInt,
    "floor": .floorToInt, "ceil": .ceilToInt, "trunc": .truncToInt, "pow": .floatPow,
    "sqrt": .opaqueSqrt, "cos": .opaqueCos, "cosh": .opaqueCosh, "sin": .opaqueSin,
    "sinh": .opaqueSinh, "tan": .opaqueTan, "tanh": .opaqueTanh, "asin": .opaqueAsin,
    "acos": .opaqueAcos, "atan": .opaqueAtan, "exp": .opaqueExp, "log": .opaqueLog,
    "asinh": .opaqueAsinh, "log2": .opaqueLog2, "sym_max": .max, "sym_min": .min,
    "sym_float": .toFloat, "sym_int": .truncToInt, "sym_not": .not, "sym_ite": .whereElse,
    "sym_sum": .add, "_sym_sqrt": .opaqueSqrt, "Eq": .equality, "Ne": .unequality,
  ]

  /// Reads `(value, condition)`; nil where the next argument is something else.
  private mutating func tuplePair() throws(FXError) -> SymbolicExpression? {
    let (start, count) = (position, nodeCount)
    guard take(0x28) else { return nil }
    let value = try expression()
    let highest = height
    guard take(0x2C) else {
      (position, nodeCount) = (start, count)
      return nil
    }
    let condition = try expression()
    try rise(above: max(highest, height))
    try close()
    noteStringForm()
    return try note(.call(.conditionPair, [value, condition]))
  }

  private mutating func symbol() throws(FXError) -> SymbolicExpression {
    let start = position
    let name = try quoted()
    try checkSymbol(name, at: start)
    var assumptions: [String] = []
    while take(0x2C) {
      skipSpaces()
      guard let key = word() else { throw unexpected("an assumption") }
      if !take(0x3D) { throw unexpected("'='") }
      skipSpaces()
      if let value = word() {
        assumptions.append("\(key)=\(value)")
      } else {
        assumptions.append("\(key)=\(try signedInteger())")
      }
    }
    try close()
    return .symbol(name, assumptions: assumptions)
  }

  /// Refuses names that Python spells with escapes, which expressions are read without.
  private func checkSymbol(_ name: String, at start: Int) throws(FXError) {
    guard name.unicodeScalars.allSatisfy(PythonText.isPrintable) else {
      throw error(.symbolicSyntax, "a symbol's name has a character that can't be shown", at: start)
    }
  }

  private mutating func float(at start: Int) throws(FXError) -> SymbolicExpression {
    let text = try quoted()
    guard let value = Double(text) else {
      throw error(.symbolicSyntax, "'\(text)' is not a number", at: start)
    }
    var precision = 53
    if take(0x2C) {
      skipSpaces()
      guard word() == "precision", take(0x3D) else { throw unexpected("'precision='") }
      precision = try signedInteger()
      guard precision > 0, precision < 10_000 else {
        throw error(.symbolicSyntax, "a float has \(precision) bits", at: start)
      }
    }
    try close()
    return .float(value, precision: precision)
  }

  private mutating func close() throws(FXError) {
    if !take(0x29) { throw unexpected("',' or ')'") }
  }

  mutating func signedInteger() throws(FXError) -> Int {
    skipSpaces()
    let start = position
    if position < bytes.count, bytes[position] == 0x2D { position += 1 }
    let digits = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    if position == digits { throw unexpected("a whole number") }
    guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw error(.symbolicOverflow, "a whole number does not fit 64 bits", at: start)
    }
    return value
  }

  /// Reads a number, whole or with a fraction or exponent, perhaps with a minus sign.
  mutating func numeral() throws(FXError) -> SymbolicExpression {
    let start = position
    if bytes[position] == 0x2D { position += 1 }
    var isWhole = true
    loop: while position < bytes.count {
      switch bytes[position] {
      case 0x30...0x39: position += 1
      case 0x2E, 0x65, 0x45:
        isWhole = false
        position += 1
        let isExponent = bytes[position - 1] != 0x2E
        if isExponent, position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
          position += 1
        }
      default: break loop
      }
    }
    if isWhole {
      let end = position
      position = start
      let value = try signedInteger()
      position = end
      return .integer(value)
    }
    noteStringForm()
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      throw error(.symbolicSyntax, "'\(text)' is not a number", at: start)
    }
    return .float(value, precision: 53)
  }
}
