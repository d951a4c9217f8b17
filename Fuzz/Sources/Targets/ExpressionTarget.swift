import FXKit

extension FuzzTarget {
  /// Expressions and guards: canonical forms stay what they are, and ranges hold.
  static let expressions = FuzzTarget(
    "expressions", pace: 2000, seeds: { try $0.expressions() },
    mutate: TokenMutator(
      words: SymbolicFunction.allCases.map(\.rawValue) + names,
      nests: [("(", ")"), ("Add(1, ", ")"), ("-", ""), ("Mod(", ", 3)"), ("2**", ""), ("L[", "]")],
      generate: { expression(&$0, depth: 3) }
    ).mutate,
    check: { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else { return false }
      for value in [0, 1, -1, 7, Int.max] {
        _ = try? GuardExpression(text).holds { _ in .integer(value) }
      }
      let parsed = try SymbolicExpression(parsing: text)
      _ = (parsed.description, parsed.srepr)
      // Floats are rounded, and a NaN is in no range.
      let isExact = !inexact.contains { parsed.srepr.contains($0) }
      let range = RangeAnalysis(ranges).range(of: parsed)
      for value in [2, 3, 8, 10] where isExact {
        guard let result = try? parsed.evaluate({ _ in .integer(value) }) else { continue }
        let number = result.number ?? .integer(result.truth == true ? 1 : 0)
        if case .float = number { continue }
        try FuzzFailure.unless(range.contains(number), "\(number) is not in \(range) of \(parsed)")
      }
      let canonical = try canonical(parsed)
      try FuzzFailure.unless(
        try canonical.canonical() == canonical, "the canonical form of \(parsed) has another")
      let srepr = canonical.srepr
      let again = try FuzzFailure.unlessDone("reading \(srepr)") {
        try SymbolicExpression(srepr)
      }
      try FuzzFailure.unless(again.srepr == srepr, "\(srepr) is read as \(again.srepr)")
      return true
    })

  /// Returns the canonical form, which every expression has that is no error itself.
  private static func canonical(_ expression: SymbolicExpression) throws -> SymbolicExpression {
    do {
      return try expression.canonical()
    } catch {
      try FuzzFailure.unless(
        error.code != .symbolicRounds, "\(expression) has no canonical form")
      throw error
    }
  }

  private static let inexact = [
    "Float", "Opaque", "TrueDiv", "exp(", "log(", "Decimal", "oo", "nan", "pi", "Rational",
  ]

  private static let names = [
    "s0", "s77", "u0", "oo", "int_oo", "-1", "0", "1", "2", "1.5", "True", "False", "**", "//", "/",
    "%", "<=", "==", "!=", "&", "|", "~", "and", "or", "not", "if", "else", "<<", ">>", ",",
    "9223372036854775807", "Symbol('s0', positive=True, integer=True)", "Rational(1, 2)",
    "Float('1.5', precision=53)", "Integer(3)", "L['x'].size()[0]", "L['x'].stride()[1]",
    "L['x'].storage_offset()", "zoo", "nan",
  ]

  private static let ranges = Dictionary(
    uniqueKeysWithValues: ["s0", "s77", "u0"].map { ($0, ValueRange(min: 2, max: 10)) })

  private static func expression(_ random: inout FuzzRandom, depth: Int) -> String {
    if depth == 0 || random.oneIn(4) {
      return random.oneIn(3) ? String(random.number()) : random.pick(["s0", "s77", "u0", "2", "3"])
    }
    if random.oneIn(2) {
      let mark = random.pick([
        "+", "-", "*", "//", "/", "%", "**", "<", "<=", "==", "&", "<<", " and ", " or ",
      ])
      let left = expression(&random, depth: depth - 1)
      return "(\(left)\(mark)\(expression(&random, depth: depth - 1)))"
    }
    let function = random.pick(SymbolicFunction.allCases)
    let arity = function.arity
    let count = arity.lowerBound + random.below(min(arity.count, 3))
    let parts = (0..<count).map { _ in expression(&random, depth: depth - 1) }
    return "\(function.rawValue)(\(parts.joined(separator: ", ")))"
  }
}
