extension SymbolicExpression {
  /// Parses an expression in either of SymPy's spellings, `srepr` or `str`, and keeps it as written.
  ///
  /// Symbols without assumptions get those that PyTorch gives by name: `s77` is a positive integer,
  /// `u0` an integer.
  ///
  /// - Throws: `symbolic.syntax`, `symbolic.function`, `symbolic.arguments`, `symbolic.depth`,
  ///   `symbolic.size`, `symbolic.overflow`, each with the offset in the text.
  public init(parsing text: String) throws(FXError) {
    var parser = SymbolicParser(Array(text.utf8), dialect: .sympy)
    self = try parser.parse()
  }

  /// Parses an expression in either of SymPy's spellings into canonical form.
  ///
  /// - Throws: `symbolic.*`, as `init(parsing:)` and `canonical()`.
  public init(_ text: String) throws(FXError) {
    self = try SymbolicExpression(parsing: text).canonical()
  }

  /// Parses SymPy's `srepr` spelling and keeps it as written; nil where the text is something else.
  public init?(srepr text: String) {
    var parser = SymbolicParser(Array(text.utf8), dialect: .sympy)
    guard let expression = try? parser.parse(), parser.isRepr else { return nil }
    self = expression
  }
}

/// How the text of an expression is to be understood.
enum SymbolicDialect {
  /// SymPy's `str` and `srepr`: `/` divides exactly, bare names are symbols.
  case sympy
  /// A guard in Python: `/` gives a float, `%` is Python's, `L[…]` is an input.
  case python
}

/// Reads expressions with Python's operators. Nothing of the text is ever executed.
struct SymbolicParser {
  let bytes: [UInt8]
  let dialect: SymbolicDialect
  var position = 0
  var depth = 0
  var nodeCount = 0
  /// How many levels the expression read last has.
  var height = 1
  /// Whether the text is spelled as `srepr` does: classes make its numbers and symbols.
  private(set) var isRepr = true
  /// What a guard reads of inputs, by the names of its symbols.
  var sources: [String: GuardSource] = [:]

  init(_ bytes: [UInt8], dialect: SymbolicDialect) {
    self.bytes = bytes
    self.dialect = dialect
  }

  mutating func parse() throws(FXError) -> SymbolicExpression {
    let result = try expression()
    skipSpaces()
    if position < bytes.count { throw unexpected("the end") }
    return result
  }

  // MARK: Errors

  func error(_ code: FXError.Code, _ message: String, at place: Int? = nil) -> FXError {
    FXError(code, message, at: SourcePlace(offset: place ?? position))
  }

  func unexpected(_ expected: String) -> FXError {
    guard position < bytes.count else {
      return error(.symbolicSyntax, "the expression ends where \(expected) is expected")
    }
    let byte = bytes[position]
    let found =
      byte > 0x20 && byte < 0x7F
      ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x\(String(byte, radix: 16))"
    return error(.symbolicSyntax, "found \(found) where \(expected) is expected")
  }

  /// Counts a part of the expression.
  mutating func note(_ expression: SymbolicExpression) throws(FXError) -> SymbolicExpression {
    nodeCount += 1
    if nodeCount > Limits.expressionParts.value {
      throw FXError.expressionSize(at: SourcePlace(offset: position))
    }
    return expression
  }

  mutating func enter() throws(FXError) {
    depth += 1
    if depth > Limits.expressionDepth.value { throw tooDeep() }
  }

  /// Notes that an operator was put above parts of a height. A chain of operators nests to the left.
  mutating func rise(above parts: Int) throws(FXError) {
    height = parts + 1
    if height > Limits.expressionDepth.value { throw tooDeep() }
  }

  private func tooDeep() -> FXError {
    FXError.expressionDepth(at: SourcePlace(offset: position))
  }

  // MARK: Operators, by precedence

  /// Reads an expression: the conditional binds least.
  mutating func expression() throws(FXError) -> SymbolicExpression {
    try enter()
    defer { depth -= 1 }
    let value = try binary(0)
    guard takeWord("if") else { return value }
    isRepr = false
    var parts = height
    let condition = try binary(0)
    parts = max(parts, height)
    guard takeWord("else") else { throw unexpected("'else'") }
    let other = try expression()
    try rise(above: max(parts, height))
    return try note(.call(.whereElse, [condition, value, other]))
  }

  /// Reads operators that bind at least as tightly as a level: `or`, `and`, comparisons, `|`, `^`,
  /// `&`, shifts, sums, products.
  private mutating func binary(_ level: Int) throws(FXError) -> SymbolicExpression {
    var left: SymbolicExpression
    // Negation stands between `and` and the comparisons.
    if level <= 2, takeWord("not") {
      isRepr = false
      left = try prefixed(.not) { (parser) throws(FXError) in try parser.binary(2) }
    } else {
      left = try unary()
    }
    // Operands of a sum, product or junction that is being read, so that long ones stay flat.
    var flat: (function: SymbolicFunction, parts: [SymbolicExpression])?
    while let (name, next) = peekOperator(), next >= level {
      isRepr = false
      let function = Self.flatFunctions[name]
      if let open = flat, open.function != function || open.parts.isScaledSum {
        left = .call(open.function, open.parts)
        flat = nil
      }
      if next == 2 {
        left = try comparisons(left)
        continue
      }
      position += name.utf8.count
      let leftHeight = height
      let right = try binary(next + 1)
      guard let function else {
        // A quotient inverts its right side.
        try rise(above: max(leftHeight, height + 1))
        left = try note(apply(name, left, right))
        continue
      }
      // A difference negates its right side.
      let rightHeight = height + (name == "-" ? 1 : 0)
      if flat == nil {
        let isNested = left.function == function && !left.arguments.isScaledSum
        flat = try (function, note(left).parts(of: isNested ? function : .conditionPair))
        try rise(above: max(leftHeight, rightHeight))
      } else {
        try rise(above: max(leftHeight - 1, rightHeight))
      }
      flat?.parts.append(try note(name == "-" ? right.negatedAsWritten : right))
    }
    return flat.map { .call($0.function, $0.parts) } ?? left
  }

  private static let flatFunctions: [String: SymbolicFunction] = [
    "+": .add, "-": .add, "*": .mul, "or": .or, "and": .and,
  ]

  /// Reads a chain of comparisons: `2 <= x < y` is both.
  private mutating func comparisons(_ first: SymbolicExpression) throws(FXError)
    -> SymbolicExpression
  {
    var relations: [SymbolicExpression] = []
    var left = first
    var highest = height
    while let (name, level) = peekOperator(), level == 2 {
      position += name.utf8.count
      let right = try binary(3)
      highest = max(highest, height)
      relations.append(try note(apply(name, left, right)))
      left = right
    }
    try rise(above: highest + 1)
    return relations.count == 1 ? relations[0] : try note(.call(.and, relations))
  }

  /// Returns the next operator and its level.
  private mutating func peekOperator() -> (String, Int)? {
    skipSpaces()
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    let second = position + 1 < bytes.count ? bytes[position + 1] : 0
    switch (first, second) {
    case (0x3D, 0x3D): return ("==", 2)
    case (0x21, 0x3D): return ("!=", 2)
    case (0x3C, 0x3D): return ("<=", 2)
    case (0x3E, 0x3D): return (">=", 2)
    case (0x3C, 0x3C): return ("<<", 6)
    case (0x3E, 0x3E): return (">>", 6)
    case (0x3C, _): return ("<", 2)
    case (0x3E, _): return (">", 2)
    case (0x7C, _): return ("|", 3)
    case (0x5E, _): return ("^", 4)
    case (0x26, _): return ("&", 5)
    case (0x2B, _): return ("+", 7)
    case (0x2D, _): return ("-", 7)
    case (0x2A, 0x2A): return nil
    case (0x2A, _): return ("*", 8)
    case (0x2F, 0x2F): return ("//", 8)
    case (0x2F, _): return ("/", 8)
    case (0x25, _): return ("%", 8)
    default:
      if peekWord("or") { return ("or", 0) }
      if peekWord("and") { return ("and", 1) }
      return nil
    }
  }

  private func apply(
    _ name: String, _ a: SymbolicExpression, _ b: SymbolicExpression
  ) -> SymbolicExpression {
    let isPython = dialect == .python
    switch name {
    case "|": return .call(isPython ? .bitwiseOr : .or, [a, b])
    case "&": return .call(isPython ? .bitwiseAnd : .and, [a, b])
    case "^": return .call(.bitwiseXor, [a, b])
    case "==": return .call(.equality, [a, b])
    case "!=": return .call(.unequality, [a, b])
    case "<=": return .call(.lessThan, [a, b])
    case "<": return .call(.strictLessThan, [a, b])
    case ">=": return .call(.greaterThan, [a, b])
    case ">": return .call(.strictGreaterThan, [a, b])
    case "<<": return .call(.leftShift, [a, b])
    case ">>": return .call(.rightShift, [a, b])
    case "//": return .call(.floorDiv, [a, b])
    case "%": return .call(isPython ? .pythonMod : .mod, [a, b])
    default:
      return isPython
        ? .call(.intTrueDiv, [a, b]) : .call(.mul, [a, .call(.pow, [b, .minusOne])])
    }
  }

  /// Reads signs, `~`, an operand and its power.
  private mutating func unary() throws(FXError) -> SymbolicExpression {
    skipSpaces()
    guard position < bytes.count else { throw unexpected("an operand") }
    switch bytes[position] {
    case 0x2D:
      // The least number has no positive counterpart.
      if position + 1 < bytes.count, isDigit(bytes[position + 1]) {
        let start = position
        let value = try numeral()
        if !peekPower() {
          height = 1
          return try note(value)
        }
        position = start
      }
      position += 1
      return try prefixed(nil) { (parser) throws(FXError) in try parser.unary() }
    case 0x2B:
      isRepr = false
      position += 1
      try enter()
      defer { depth -= 1 }
      return try unary()
    case 0x7E:
      isRepr = false
      position += 1
      return try prefixed(.not) { (parser) throws(FXError) in try parser.unary() }
    default: break
    }
    let base = try operand()
    guard peekPower() else { return base }
    isRepr = false
    position += 2
    let baseHeight = height
    try enter()
    defer { depth -= 1 }
    let exponent = try unary()
    try rise(above: max(baseHeight, height))
    return try note(.call(.pow, [base, exponent]))
  }

  /// Reads the operand of a prefix: `not` and `~`, or the minus sign where nil.
  private mutating func prefixed(
    _ function: SymbolicFunction?,
    _ read: (inout SymbolicParser) throws(FXError) -> SymbolicExpression
  ) throws(FXError) -> SymbolicExpression {
    try enter()
    defer { depth -= 1 }
    let inner = try read(&self)
    try rise(above: height)
    return try note(function.map { .call($0, [inner]) } ?? inner.negatedAsWritten)
  }

  private mutating func peekPower() -> Bool {
    skipSpaces()
    return position + 1 < bytes.count && bytes[position] == 0x2A && bytes[position + 1] == 0x2A
  }

  private mutating func operand() throws(FXError) -> SymbolicExpression {
    let first = bytes[position]
    height = 1
    if isDigit(first) || first == 0x2E { return try note(numeral()) }
    if take(0x28) {
      isRepr = false
      let inner = try expression()
      if !take(0x29) { throw unexpected("')'") }
      return inner
    }
    let start = position
    guard let name = word() else { throw unexpected("an operand") }
    return try note(named(name, at: start))
  }

  mutating func noteStringForm() { isRepr = false }
}

extension SymbolicExpression {
  /// Returns the expression with its sign changed, a number in place.
  fileprivate var negatedAsWritten: SymbolicExpression {
    switch self {
    case .integer(.min), .rational(.min, _): return .call(.mul, [.minusOne, self])
    case .integer, .float, .rational: return negatedNumber
    case .constant(let constant) where constant.negated != nil: return negatedNumber
    case .call(.mul, let factors):
      if let first = factors.first, case .integer(let value) = first, value != .min {
        return value == -1 && factors.count > 1
          ? Self.product(of: Array(factors.dropFirst()))
          : .call(.mul, [.integer(-value)] + factors.dropFirst())
      }
      return .call(.mul, [.minusOne] + factors)
    default: return .call(.mul, [.minusOne, self])
    }
  }
}

extension [SymbolicExpression] {
  /// Tells whether these are a number and a sum: Python multiplies them first, and SymPy out.
  fileprivate var isScaledSum: Bool {
    count == 2 && self[0].number != nil && self[1].function == .add
  }
}
