import FXCore
import Testing

/// An expression of the table, with what SymPy and PyTorch make of it.
struct SymbolicRow: Sendable, CustomTestStringConvertible {
  let source: String
  let srepr: String
  let text: String
  /// What it comes to at each of the points; `!` where PyTorch raises an error.
  let values: [String]
  /// The bounds under `ranges`; `?` where PyTorch has none.
  let bounds: [String]

  var testDescription: String { source }

  static let points: [[String: Int]] = [
    ["s77": 2, "s27": 3, "u0": 0], ["s77": 5, "s27": 2, "u0": -3],
    ["s77": 7, "s27": 12, "u0": 4], ["s77": 1, "s27": 1, "u0": 1],
  ]

  static let ranges: [String: ValueRange] = [
    "s77": ValueRange(min: 2, max: 10), "s27": ValueRange(min: 1, max: nil),
    "u0": ValueRange(min: -4, max: 20),
  ]

  static let all: [SymbolicRow] = symbolicTable.split(separator: "\n").map { line in
    let fields = line.drop { $0 == " " }.split(separator: " :: ").map(String.init)
    return SymbolicRow(
      source: fields[0], srepr: expanded(fields[1]), text: fields[2],
      values: fields[3].split(separator: ";").map(String.init),
      bounds: fields[4].split(separator: ";").map(String.init))
  }

  /// Undoes the abbreviations `$s77` and `#2`.
  private static func expanded(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let first = rest.popFirst() {
      guard first == "$" || first == "#" else {
        result.append(first)
        continue
      }
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
      rest = rest.dropFirst(name.count)
      if first == "#" {
        result += "Integer(\(name))"
      } else {
        let sign = name.hasPrefix("s") ? "positive=True, " : ""
        result += "Symbol('\(name)', \(sign)integer=True)"
      }
    }
    return result
  }
}

@Suite struct SymbolicTableTests {
  @Test func tableIsThere() { #expect(SymbolicRow.all.count > 250) }

  @Test(arguments: SymbolicRow.all)
  func sourcesBecomeCanonical(_ row: SymbolicRow) throws {
    let expression = try SymbolicExpression(row.source)
    #expect(expression.srepr == row.srepr)
    #expect(expression.description == row.text)
  }

  @Test(arguments: SymbolicRow.all)
  func bothSpellingsAreOneExpression(_ row: SymbolicRow) throws {
    let expression = try SymbolicExpression(row.srepr)
    #expect(expression.srepr == row.srepr)
    // `str` shows floats shortened, and divisions and identities without their names.
    let loses = ["Float", "CleanDiv", "Identity"].contains { row.srepr.contains($0) }
    if !loses { #expect(try SymbolicExpression(row.text) == expression) }
  }

  @Test(arguments: SymbolicRow.all)
  func valuesAreThoseOfPyTorch(_ row: SymbolicRow) throws {
    let expression = try SymbolicExpression(row.srepr)
    for (point, value) in zip(SymbolicRow.points, row.values) {
      let result = try? expression.evaluate { point[$0].map { .integer($0) } }
      #expect(matches(result, value), "\(point): \(String(describing: result)), not \(value)")
    }
  }

  @Test(arguments: SymbolicRow.all)
  func boundsHold(_ row: SymbolicRow) throws {
    let expression = try SymbolicExpression(row.srepr)
    let range = RangeAnalysis(SymbolicRow.ranges).range(of: expression)
    for point in SymbolicRow.points.dropLast() {
      guard let result = try? expression.evaluate({ point[$0].map { .integer($0) } }) else {
        continue
      }
      let value = result.number ?? .integer(result.truth == true ? 1 : 0)
      #expect(range.contains(value), "\(value) is not in \(range)")
    }
  }

  /// Symbols of one name are different ones where assumptions differ, and so are floats by bits.
  @Test(arguments: [" + ", " * ", "**2 - 2*", " | "])
  func orderOfTermsDoesNotMatter(_ sign: String) throws {
    let parts =
      (0..<8).map { "Symbol('u0', integer=True, a\($0)=True)" }
      + (0..<4).map { "Mod(u0, Float('1.5', precision=\(53 + $0)))" }
    let terms = sign == " | " ? parts.map { "(\($0) < 3)" } : parts
    let expression = try SymbolicExpression(terms.joined(separator: sign))
    #expect(try expression.canonical() == expression)
    #expect(try SymbolicExpression(expression.srepr) == expression)
    if !sign.contains("-") {
      #expect(try SymbolicExpression(terms.reversed().joined(separator: sign)) == expression)
    }
  }

  /// What one rule makes another may change: the form is one that none changes.
  @Test(arguments: [
    ("x*(x*y)**Rational(1, 2)*(x*y)**Rational(3, 2)", "x**3*y**2"),
    ("Float('nan')", "nan"), ("Float('-inf') + s0", "-oo"),
  ])
  func canonicalFormStands(_ text: String, form: String) throws {
    let expression = try SymbolicExpression(text)
    #expect(expression.description == form)
    #expect(try expression.canonical() == expression)
  }

  private func matches(_ result: SymbolicResult?, _ text: String) -> Bool {
    switch result {
    case nil: return text == "!"
    case .truth(let value): return text == (value ? "True" : "False")
    case .number(.integer(let value)): return text == String(value) || Double(text) == Double(value)
    case .number(.rational(let top, let bottom)): return text == "\(top)/\(bottom)"
    case .number(let number):
      guard
        let expected = Double(text.replacing("int_oo", with: "inf").replacing("oo", with: "inf"))
      else { return false }
      return abs(number.double - expected) <= 1e-14 * abs(expected) || number.double == expected
    }
  }

  /// What is no condition, no whole power and no positive modulus: nothing is known of the result.
  @Test(arguments: [
    "(s77 < 59549) | (s77 - u0)", "ModularIndexing(2**3, s77, -2)", "(s77 > 100) & u0",
    "ModularIndexing(-9223372036854775808, 3, 57691)", "ModularIndexing(-s77, 3, 57691)",
  ])
  func boundsOfOddArgumentsHold(_ text: String) throws {
    let expression = try SymbolicExpression(parsing: text)
    let range = RangeAnalysis(SymbolicRow.ranges).range(of: expression)
    for value in 2...10 {
      let result = try expression.evaluate { _ in .integer(value) }
      let number = result.number ?? .integer(result.truth == true ? 1 : 0)
      #expect(range.contains(number), "\(number) is not in \(range)")
    }
  }

  /// PyTorch relates a number to its own remainder, which makes one bound closer.
  @Test func boundsAreThoseOfPyTorch() throws {
    var different: [String] = []
    for row in SymbolicRow.all where row.bounds.count == 2 {
      let range = try RangeAnalysis(SymbolicRow.ranges).range(of: SymbolicExpression(row.srepr))
      if range.isTruth {
        let text = "[\(row.bounds[0]), \(row.bounds[1])]"
        if range.description != text { different.append(row.source) }
        continue
      }
      if !matches(.number(range.lower), row.bounds[0])
        || !matches(.number(range.upper), row.bounds[1])
      {
        different.append("\(row.source): \(range), not \(row.bounds)")
      }
    }
    #expect(
      different == [
        #"(((s77 - u0) + PythonMod(u0, 4)) + Max(1, 2)): [-16, 19], not ["-16", "16"]"#
      ])
  }
}
