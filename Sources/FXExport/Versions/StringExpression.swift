/// Turns SymPy's `str` spelling of an expression, which schema 7 has, into its `srepr` spelling.
///
///     (s0 + 1)//2   →   FloorDiv(Add(Symbol('s0', …), Integer(1)), Integer(2))
struct StringExpression {
  private static let depthLimit = 200

  private let bytes: [UInt8]
  private let nonPositive: Set<String>
  private var position = 0
  private var depth = 0

  /// Returns the other spelling; nil for a text that is no such expression.
  ///
  /// - Parameter nonPositive: the symbols whose ranges reach below zero. Others that stand for
  ///   sizes are assumed to be positive, as PyTorch does.
  static func srepr(of text: String, nonPositive: Set<String> = []) -> String? {
    var parser = StringExpression(bytes: Array(text.utf8), nonPositive: nonPositive)
    guard let result = parser.disjunction(), parser.isAtEnd else { return nil }
    return result.text
  }

  private init(bytes: [UInt8], nonPositive: Set<String>) {
    self.bytes = bytes
    self.nonPositive = nonPositive
  }

  /// A part in the new spelling, with what decides how it joins others.
  private enum Part {
    case integer(String)
    case sum([Part])
    case product([Part])
    case other(String)

    var text: String {
      switch self {
      case .integer(let digits): "Integer(\(digits))"
      case .sum(let parts): Part.call("Add", parts)
      case .product(let parts): Part.call("Mul", parts)
      case .other(let text): text
      }
    }

    static func call(_ name: String, _ parts: [Part]) -> String {
      "\(name)(\(parts.map(\.text).joined(separator: ", ")))"
    }

    var negated: Part {
      switch self {
      case .integer(let digits):
        .integer(digits.hasPrefix("-") ? String(digits.dropFirst()) : "-\(digits)")
      case .product(let parts):
        if case .integer = parts[0] {
          .product([parts[0].negated] + parts.dropFirst())
        } else {
          .product([.integer("-1")] + parts)
        }
      default: .product([.integer("-1"), self])
      }
    }
  }

  // MARK: Grammar, from what binds least

  private mutating func disjunction() -> Part? {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit, let first = conjunction() else { return nil }
    var parts = [first]
    while take("|") {
      guard let next = conjunction() else { return nil }
      parts.append(next)
    }
    return parts.count == 1 ? first : .other(Part.call("Or", parts))
  }

  private mutating func conjunction() -> Part? {
    guard let first = negation() else { return nil }
    var parts = [first]
    while take("&") {
      guard let next = negation() else { return nil }
      parts.append(next)
    }
    return parts.count == 1 ? first : .other(Part.call("And", parts))
  }

  private mutating func negation() -> Part? {
    guard take("~") else { return comparison() }
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit, let operand = negation() else { return nil }
    return .other(Part.call("Not", [operand]))
  }

  private static let comparisons = [
    ("<=", "LessThan"), (">=", "GreaterThan"), ("==", "Equality"), ("!=", "Unequality"),
    ("<", "StrictLessThan"), (">", "StrictGreaterThan"),
  ]

  private mutating func comparison() -> Part? {
    guard let left = sum() else { return nil }
    for (sign, name) in Self.comparisons where take(sign) {
      guard let right = sum() else { return nil }
      return .other(Part.call(name, [left, right]))
    }
    return left
  }

  private mutating func sum() -> Part? {
    guard let first = product() else { return nil }
    var parts = [first]
    while true {
      if take("+") {
        guard let next = product() else { return nil }
        parts.append(next)
      } else if take("-") {
        guard let next = product() else { return nil }
        parts.append(next.negated)
      } else {
        return parts.count == 1 ? first : .sum(parts)
      }
    }
  }

  private mutating func product() -> Part? {
    guard var result = sign() else { return nil }
    while true {
      if take("//") {
        guard let next = sign() else { return nil }
        result = .other(Part.call("FloorDiv", [result, next]))
      } else if take("%") {
        guard let next = sign() else { return nil }
        result = .other(Part.call("Mod", [result, next]))
      } else if take("/") {
        guard let next = sign() else { return nil }
        if case .integer(let top) = result, case .integer(let bottom) = next {
          result = .other("Rational(\(top), \(bottom))")
        } else {
          result = joined(result, .other(Part.call("Pow", [next, .integer("-1")])))
        }
      } else if !startsWith("**"), take("*") {
        guard let next = sign() else { return nil }
        result = joined(result, next)
      } else {
        return result
      }
    }
  }

  private func joined(_ left: Part, _ right: Part) -> Part {
    if case .product(let parts) = left { return .product(parts + [right]) }
    return .product([left, right])
  }

  private mutating func sign() -> Part? {
    guard take("-") else { return power() }
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit else { return nil }
    return sign()?.negated
  }

  private mutating func power() -> Part? {
    guard let base = atom() else { return nil }
    guard take("**") else { return base }
    guard let exponent = sign() else { return nil }
    return .other(Part.call("Pow", [base, exponent]))
  }

  private mutating func atom() -> Part? {
    if take("(") {
      guard let inner = disjunction(), take(")") else { return nil }
      // In parentheses a product is a factor of its own: only the text counts from here on.
      if case .integer = inner { return inner }
      return .other(inner.text)
    }
    skipSpaces()
    guard position < bytes.count else { return nil }
    if isDigit(bytes[position]) { return number() }
    guard let name = word() else { return nil }
    guard take("(") else { return constant(name) }
    var parts: [Part] = []
    if !take(")") {
      repeat {
        guard let part = disjunction() else { return nil }
        parts.append(part)
      } while take(",")
      guard take(")") else { return nil }
    }
    return .other(Part.call(Self.classes[name] ?? name, parts))
  }

  /// The classes whose names in the two spellings differ.
  private static let classes = ["Eq": "Equality", "Ne": "Unequality"]

  private func constant(_ name: String) -> Part {
    switch name {
    case "True", "true": return .other("true")
    case "False", "false": return .other("false")
    case "oo", "int_oo", "nan", "zoo", "pi", "E", "I": return .other(name)
    default: break
    }
    // PyTorch names sizes s0, unbacked sizes u0, and their floating-point kin zf0 and zuf0.
    if name.hasPrefix("zf") || name.hasPrefix("zuf") {
      return .other("Symbol('\(name)', real=True)")
    }
    if name.hasPrefix("s"), !nonPositive.contains(name) {
      return .other("Symbol('\(name)', positive=True, integer=True)")
    }
    return .other("Symbol('\(name)', integer=True)")
  }

  // MARK: Characters

  private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private mutating func number() -> Part? {
    let start = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    let hasFraction = position < bytes.count && bytes[position] == UInt8(ascii: ".")
    if hasFraction {
      position += 1
      while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }
    var hasExponent = false
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      hasExponent = true
      position += 1
      if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
        position += 1
      }
      while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    return hasFraction || hasExponent
      ? .other("Float('\(digits)', precision=53)") : .integer(digits)
  }

  private mutating func word() -> String? {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      guard isLetter || byte == UInt8(ascii: "_") || (isDigit(byte) && position > start) else {
        break
      }
      position += 1
    }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 0x20 { position += 1 }
  }

  private mutating func startsWith(_ sign: String) -> Bool {
    skipSpaces()
    return bytes[position...].starts(with: sign.utf8)
  }

  private mutating func take(_ sign: String) -> Bool {
    guard startsWith(sign) else { return false }
    position += sign.utf8.count
    return true
  }

  private var isAtEnd: Bool { bytes[position...].allSatisfy { $0 == 0x20 } }
}
