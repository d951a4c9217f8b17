import FXCore
import Testing

/// Texts that are no expressions, or too large ones: an error with its place, never a trap.
@Suite struct SymbolicLimitTests {
  static let faults: [(text: String, code: FXError.Code, offset: Int?)] = [
    ("", .symbolicSyntax, 0), ("s0 +", .symbolicSyntax, 4), ("(s0", .symbolicSyntax, 3),
    ("s0 s1", .symbolicSyntax, 3), ("Symbol(s0)", .symbolicSyntax, 7),
    ("Symbol('s0", .symbolicSyntax, 7), ("2 $ 3", .symbolicSyntax, 2),
    ("__import__('os')", .symbolicSyntax, 11), ("evil(s0)", .symbolicFunction, 0),
    ("s0 + exec(s1)", .symbolicFunction, 5), ("Mod(s0)", .symbolicArguments, 0),
    ("Not(s0, s1)", .symbolicArguments, 0), ("9223372036854775808", .symbolicOverflow, 0),
    ("Integer(-9223372036854775809)", .symbolicOverflow, 8), ("Rational(1, 0)", .symbolicDomain, 0),
    ("9223372036854775807 + 1", .symbolicOverflow, nil), ("10**100", .symbolicOverflow, nil),
    ("2**9223372036854775807", .symbolicOverflow, nil), ("s0//0", .symbolicDomain, nil),
    ("Mod(s0, 0)", .symbolicDomain, nil), ("1/0", .symbolicDomain, nil),
    ("zoo", .symbolicDomain, nil),
    ("1 + (s0 < 2)", .symbolicKind, nil), ("Not(3)", .symbolicKind, nil),
    ("Piecewise(s0, s1)", .symbolicArguments, nil),
    ("-9223372036854775808*-1", .symbolicOverflow, nil),
    ("-9223372036854775808//-1", .symbolicOverflow, nil), ("1e999", .symbolicSyntax, 0),
    ("1.2.3", .symbolicSyntax, 0), ("\u{0}", .symbolicSyntax, 0),
    ("LShift(s0, -1)", .symbolicDomain, nil), ("Symbol('a\u{0}')", .symbolicSyntax, 7),
    ("a\u{a0}b", .symbolicSyntax, 0), ("Symbol('\u{2028}')", .symbolicSyntax, 7),
  ]

  @Test(arguments: faults)
  func faultsAreErrors(text: String, code: FXError.Code, offset: Int?) {
    let error = #expect(throws: FXError.self) { try SymbolicExpression(text) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.place.offset == offset)
  }

  /// Values that an expression does not have.
  @Test(arguments: [
    ("PowByNatural(s0, 255) % 2 < 3", FXError.Code.symbolicDomain),
    ("Mod(LShift(Abs(127/s0), 2), 3)", .symbolicKind), ("(1/s0) % 3", .symbolicKind),
    ("(1/s0) << 1", .symbolicKind),
  ])
  func valuesAreErrors(text: String, code: FXError.Code) throws {
    let expression = try SymbolicExpression(parsing: text)
    let error = #expect(throws: FXError.self) {
      _ = try expression.evaluate { _ in .integer(54241) }
    }
    #expect(error?.code == code)
  }

  @Test(arguments: ["Add(", "(", "-", "~", "not ", "Mod(s0, ", "s0**", "2 if s0 < 3 else "])
  func depthIsLimited(_ prefix: String) {
    let text = String(repeating: prefix, count: 100_000) + "s0"
    let error = #expect(throws: FXError.self) { try SymbolicExpression(parsing: text) }
    #expect(error?.code == .symbolicDepth)
    #expect(error?.place.offset != nil)
  }

  /// Chains of operators nest to the left; they must not be deep either.
  @Test(arguments: ["//s0", "%s0", "/s0", "<<s0", "|s0"])
  func chainsAreLimited(_ suffix: String) {
    let text = "s0" + String(repeating: suffix, count: 100_000)
    let error = #expect(throws: FXError.self) { try SymbolicExpression(parsing: text) }
    #expect(error?.code == .symbolicDepth)
  }

  @Test(arguments: ["+s0", "*s0", " and s0", "-s0*2", "<s0"])
  func sizeIsLimited(_ suffix: String) {
    let text = "s0" + String(repeating: suffix, count: 100_000)
    let error = #expect(throws: FXError.self) { try SymbolicExpression(parsing: text) }
    #expect(error?.code == .symbolicSize)
  }

  @Test(arguments: [
    "s0**9223372036854775807", "(s0 + s1)**9223372036854775807",
    "PowByNatural(s0, 9223372036854775807)", "1 << 9223372036854775807",
    "s0**(-9223372036854775807)", "LShift(1, 9223372036854775807)",
  ])
  func hugePowersAreQuick(_ text: String) throws {
    let expression = try SymbolicExpression(text)
    _ = RangeAnalysis().range(of: expression)
    for value in [0, 1, -1, 2, 3, .max] { _ = try? expression.evaluate { _ in .integer(value) } }
    #expect(try SymbolicExpression(expression.srepr) == expression)
  }

  @Test(arguments: ["2**(2**62)", "2**2**2**2**2**2**2", "10**9**9"])
  func hugeNumbersAreErrors(_ text: String) {
    let error = #expect(throws: FXError.self) { try SymbolicExpression(text) }
    #expect(error?.code == .symbolicOverflow)
  }

  @Test func nestedChainsStayFlat() {
    var text = "s0"
    for _ in 0..<20 { text = "(\(text))" + String(repeating: "//s1", count: 20) }
    let error = #expect(throws: FXError.self) { try SymbolicExpression(parsing: text) }
    #expect(error?.code == .symbolicDepth)
  }

  @Test func wideSumsAreQuick() throws {
    let text = (0..<4_000).map { "\($0 + 2)*s\($0)" }.joined(separator: " + ")
    let expression = try SymbolicExpression(text)
    #expect(expression.freeSymbols.count == 4_000)
    #expect(try SymbolicExpression(expression.srepr) == expression)
  }

  @Test func everyTruncationIsAnErrorOrAnExpression() {
    let text =
      "Piecewise(ExprCondPair(Symbol('s77', integer=True), And(Mod(Integer(-2), 3) < 1, true)), "
      + "ExprCondPair(Float('1.5e-3', precision=53), not (s1 // -2 >= 4 if s0 else ~u0)))"
    let bytes = Array(text.utf8)
    for count in 0..<bytes.count {
      let part = String(decoding: bytes[..<count], as: UTF8.self)
      // A bare name is a symbol.
      if count == 0 || count > 9 {
        #expect(throws: FXError.self) { try SymbolicExpression(parsing: part) }
      }
      for byte in [UInt8(ascii: "("), 0, 0xFF, UInt8(ascii: "-"), UInt8(ascii: "'")] {
        var damaged = bytes
        damaged[count] = byte
        _ = try? SymbolicExpression(String(decoding: damaged, as: UTF8.self))
      }
    }
  }

  @Test func evaluationFindsOverflow() throws {
    let product = try SymbolicExpression("s0*s1 + 1")
    let error = #expect(throws: FXError.self) { try product.evaluate { _ in .integer(1 << 40) } }
    #expect(error?.code == .symbolicOverflow)
    let missing = #expect(throws: FXError.self) { try product.evaluate { _ in nil } }
    #expect(missing?.code == .symbolicUnassigned)
    let undefined = try SymbolicExpression("Mod(u0, 3)")
    let domain = #expect(throws: FXError.self) { try undefined.evaluate { _ in .integer(-1) } }
    #expect(domain?.code == .symbolicDomain)
  }

  @Test func shiftsAreByWholeNumbers() throws {
    let expression = try SymbolicExpression(parsing: "LShift(4, OpaqueUnaryFn_log2(s0))")
    let error = #expect(throws: FXError.self) { try expression.evaluate { _ in .integer(1) } }
    #expect(error?.code == .symbolicDomain)
  }

  @Test func substitutionIsCanonicalAndLimited() throws {
    let expression = try SymbolicExpression("s0**2 + s1")
    let replaced = try expression.substituting([
      "s0": .integer(3), "s1": SymbolicExpression("2*u0"),
    ])
    #expect(replaced.description == "2*u0 + 9")
    let wide = try SymbolicExpression((0..<2_000).map { "s\($0 + 2)" }.joined(separator: "+"))
    let many = try SymbolicExpression(
      (0..<200).map { "FloorDiv(s0, s\($0 + 1))" }.joined(separator: "+"))
    let error = #expect(throws: FXError.self) { try many.substituting(["s0": wide]) }
    #expect(error?.code == .symbolicSize)
  }

  /// Whatever is made of the table's texts, everything done with it ends in a value or an error.
  @Test func damagedExpressionsNeverTrap() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("()+-*/%<>=!~&|,.'# 0123456789sSuUoO_eL[]".utf8)
    let numbers: [Int] = [0, 1, -1, 2, .max, .min]
    for row in SymbolicRow.all {
      for source in [row.source, row.srepr] {
        var bytes = Array(source.utf8)
        for _ in 0..<4 {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes.remove(at: place)
          case 1: bytes.insert(contentsOf: "9223372036854775807".utf8, at: place)
          default: bytes[place] = alphabet.randomElement(using: &random) ?? 0
          }
          if bytes.isEmpty { break }
          let text = String(decoding: bytes, as: UTF8.self)
          _ = try? GuardExpression(text).holds { _ in .integer(numbers.randomElement() ?? 0) }
          guard let expression = try? SymbolicExpression(parsing: text) else { continue }
          _ = (expression.description, expression.srepr)
          _ = RangeAnalysis(SymbolicRow.ranges).range(of: expression).description
          _ = RangeAnalysis().range(of: expression)
          for number in numbers { _ = try? expression.evaluate { _ in .integer(number) } }
          guard let canonical = try? expression.canonical() else { continue }
          _ = RangeAnalysis(SymbolicRow.ranges).range(of: canonical)
          _ = try? canonical.substituting(["s77": .integer(.min)])
        }
      }
    }
  }
}
