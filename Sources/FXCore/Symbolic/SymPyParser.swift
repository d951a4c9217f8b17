extension SymPyExpression {
  /// How deep calls may be nested; deeper text is not taken for an expression.
  static let depthLimit = 200

  /// Parses SymPy's `srepr` spelling; nil where the text is something else.
  public init?(srepr text: String) {
    var parser = SymPyParser(bytes: Array(text.utf8))
    guard let expression = parser.expression(depth: 0), parser.isAtEnd else { return nil }
    self = expression
  }
}

/// Reads `NAME`, `NAME(…)`, quoted strings and numbers.
private struct SymPyParser {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// An argument in parentheses: an expression, or what only some classes take.
  private enum Part {
    case expression(SymPyExpression)
    case text(String)
    case assignment(String)
  }

  var isAtEnd: Bool {
    mutating get {
      skipSpaces()
      return position == bytes.count
    }
  }

  mutating func expression(depth: Int) -> SymPyExpression? {
    guard depth < SymPyExpression.depthLimit, case .expression(let result)? = part(depth: depth)
    else { return nil }
    return result
  }

  private mutating func part(depth: Int) -> Part? {
    skipSpaces()
    guard position < bytes.count else { return nil }
    let first = bytes[position]
    if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
      return quoted(first).map { .text($0) }
    }
    if first == UInt8(ascii: "-") || isDigit(first) {
      return number().map { .expression(.integer($0)) }
    }
    guard let name = word() else { return nil }
    skipSpaces()
    if take(UInt8(ascii: "=")) {
      skipSpaces()
      guard let value = word() ?? number() else { return nil }
      return .assignment("\(name)=\(value)")
    }
    guard take(UInt8(ascii: "(")) else { return .expression(.constant(name)) }
    var parts: [Part] = []
    skipSpaces()
    if !take(UInt8(ascii: ")")) {
      repeat {
        guard depth + 1 < SymPyExpression.depthLimit, let next = part(depth: depth + 1) else {
          return nil
        }
        parts.append(next)
        skipSpaces()
      } while take(UInt8(ascii: ","))
      guard take(UInt8(ascii: ")")) else { return nil }
    }
    return call(name, parts).map { .expression($0) }
  }

  private func call(_ name: String, _ parts: [Part]) -> SymPyExpression? {
    switch name {
    case "Symbol", "Dummy":
      guard case .text(let symbol)? = parts.first else { return nil }
      var assumptions: [String] = []
      for part in parts.dropFirst() {
        guard case .assignment(let text) = part else { return nil }
        assumptions.append(text)
      }
      return .symbol(symbol, assumptions: assumptions)
    case "Integer":
      guard parts.count == 1, case .expression(.integer(let digits))? = parts.first else {
        return nil
      }
      return .integer(digits)
    case "Rational":
      guard parts.count == 2, case .expression(.integer(let numerator)) = parts[0],
        case .expression(.integer(let denominator)) = parts[1]
      else { return nil }
      return .rational(numerator: numerator, denominator: denominator)
    case "Float":
      guard case .text(let text)? = parts.first, let value = Double(text) else { return nil }
      var precision = 53
      if parts.count == 2, case .assignment(let setting) = parts[1], setting.hasPrefix("precision=")
      {
        guard let bits = Int(setting.dropFirst(10)), bits > 0, bits < 10_000 else { return nil }
        precision = bits
      }
      return .float(value, precision: precision)
    default:
      var arguments: [SymPyExpression] = []
      for part in parts {
        guard case .expression(let argument) = part else { return nil }
        arguments.append(argument)
      }
      return .call(name, arguments)
    }
  }

  private mutating func word() -> String? {
    let start = position
    while position < bytes.count, isWord(bytes[position]) { position += 1 }
    guard position > start, !isDigit(bytes[start]) else {
      position = start
      return nil
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func number() -> String? {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    let digits = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    guard position > digits else {
      position = start
      return nil
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted(_ quote: UInt8) -> String? {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote {
      // Symbol names with escapes don't occur; such text is shown raw.
      if bytes[position] == UInt8(ascii: "\\") { return nil }
      position += 1
    }
    guard position < bytes.count else { return nil }
    position += 1
    return String(decoding: bytes[start..<(position - 1)], as: UTF8.self)
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() {
    while position < bytes.count, bytes[position] == 32 || bytes[position] == 10 { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == 95 || byte >= 128 || (65...90).contains(byte)
      || (97...122).contains(byte)
  }
}
