import FXCore
import Testing

/// `srepr` and `str` of expressions, as SymPy 1.14 with PyTorch 2.15's classes prints them.
@Suite struct SymbolicPrinterTests {
  /// Stands for the assumptions of PyTorch's backed sizes.
  static let sizes = ", positive=True, integer=True"

  static let cases: [(srepr: String, text: String)] = [
    ("Symbol('s77'~)", "s77"),
    ("Mul(Integer(2), Symbol('s77'~))", "2*s77"),
    ("Add(Symbol('s77'~), Integer(1))", "s77 + 1"),
    ("Mul(Integer(3), Symbol('s27'~), Symbol('s77'~))", "3*s27*s77"),
    ("Add(Symbol('s77'~), Integer(-1))", "s77 - 1"),
    ("Mul(Integer(-1), Symbol('s77'~))", "-s77"),
    ("Add(Integer(1), Mul(Integer(-1), Symbol('s77'~)))", "1 - s77"),
    ("Pow(Symbol('s77'~), Integer(2))", "s77**2"),
    ("Mul(Symbol('s77'~), FloorDiv(Symbol('s27'~), Integer(4)))", "s77*((s27//4))"),
    ("FloorDiv(Add(Symbol('s27'~), Symbol('s77'~)), Integer(2))", "((s27 + s77)//2)"),
    (
      "Add(Mul(Integer(-1), Mod(Symbol('s77'~), Integer(3))), Max(Symbol('s27'~), "
        + "Symbol('s77'~)), Min(Symbol('s77'~), Mul(Integer(2), Symbol('s27'~))))",
      "-(Mod(s77, 3)) + Max(s27, s77) + Min(2*s27, s77)"
    ),
    ("PythonMod(Symbol('s77'~), Integer(3))", "PythonMod(s77, 3)"),
    ("IntTrueDiv(Symbol('s77'~), Integer(2))", "IntTrueDiv(s77, 2)"),
    ("Mul(Integer(2), FloatTrueDiv(Symbol('s77'~), Integer(2)))", "2*(FloatTrueDiv(s77, 2))"),
    ("Mul(Rational(1, 2), Symbol('s77'~))", "s77/2"),
    ("Add(Mul(Rational(1, 2), Symbol('s77'~)), Rational(3, 4))", "s77/2 + 3/4"),
    ("Mul(Float('0.5', precision=53), Symbol('s77'~))", "0.5*s77"),
    ("Float('2.5', precision=53)", "2.50000000000000"),
    ("Float('1.0e+20', precision=53)", "1.00000000000000e+20"),
    ("Mul(Float('1.0000000000000001e-9', precision=53), Symbol('s77'~))", "1.0e-9*s77"),
    ("Pow(Symbol('s77'~), Rational(1, 2))", "sqrt(s77)"),
    ("Pow(Symbol('s77'~), Rational(-1, 2))", "1/sqrt(s77)"),
    ("Pow(Symbol('s77'~), Integer(-1))", "1/s77"),
    ("Mul(Pow(Symbol('s27'~), Integer(-1)), Symbol('s77'~))", "s77/s27"),
    (
      "Mul(Pow(Symbol('s27'~), Integer(-1)), Symbol('s77'~), Pow(Symbol('u0', "
        + "integer=True), Integer(-1)))",
      "s77/(s27*u0)"
    ),
    (
      "Mul(Pow(Add(Symbol('s27'~), Symbol('u0', integer=True)), Integer(-2)), "
        + "Add(Symbol('s77'~), Integer(1)))",
      "(s77 + 1)/(s27 + u0)**2"
    ),
    (
      "Mul(Add(Symbol('s27'~), Integer(-1)), Add(Symbol('s77'~), Integer(1)))",
      "(s27 - 1)*(s77 + 1)"
    ),
    ("Mul(Symbol('s27'~), Add(Mul(Integer(2), Symbol('s77'~)), Integer(2)))", "s27*(2*s77 + 2)"),
    ("Mul(Symbol('s27'~), Add(Mul(Integer(-1), Symbol('s77'~)), Integer(-1)))", "s27*(-s77 - 1)"),
    ("Equality(Symbol('s77'~), Integer(5))", "Eq(s77, 5)"),
    ("Unequality(Symbol('s77'~), Integer(5))", "Ne(s77, 5)"),
    ("LessThan(Symbol('s77'~), Symbol('u0', integer=True))", "s77 <= u0"),
    (
      "And(GreaterThan(Symbol('s27'~), Integer(2)), StrictLessThan(Symbol('s77'~), "
        + "Symbol('u0', integer=True)))",
      "(s27 >= 2) & (s77 < u0)"
    ),
    (
      "Or(Equality(Symbol('s27'~), Integer(2)), StrictLessThan(Symbol('s77'~), "
        + "Symbol('u0', integer=True)))",
      "Eq(s27, 2) | (s77 < u0)"
    ),
    (
      "Not(And(StrictLessThan(Symbol('s27'~), Integer(2)), "
        + "StrictLessThan(Symbol('s77'~), Symbol('u0', integer=True))))",
      "~((s27 < 2) & (s77 < u0))"
    ),
    ("ModularIndexing(Symbol('s77'~), Integer(2), Integer(3))", "ModularIndexing(s77, 2, 3)"),
    (
      "Where(StrictLessThan(Symbol('s77'~), Symbol('u0', integer=True)), "
        + "Symbol('s27'~), Symbol('s77'~))",
      "Where(s77 < u0, s27, s77)"
    ),
    ("CeilToInt(Mul(Rational(1, 2), Symbol('s77'~)))", "CeilToInt(s77/2)"),
    ("CleanDiv(Symbol('s77'~), Symbol('s27'~))", "(s77//s27)"),
    ("ToFloat(Symbol('s77'~))", "ToFloat(s77)"),
    (
      "TruncToInt(Mul(Float('1.5', precision=53), ToFloat(Symbol('s77'~))))",
      "TruncToInt(1.5*ToFloat(s77))"
    ),
    ("PowByNatural(Symbol('s77'~), Symbol('u0', integer=True))", "PowByNatural(s77, u0)"),
    (
      "FloatPow(ToFloat(Symbol('s77'~)), Float('2.0', precision=53))",
      "FloatPow(ToFloat(s77), 2.0)"
    ),
    ("Integer(3)", "3"),
    ("Max(Symbol('u0', integer=True), Add(Symbol('s27'~), Symbol('s77'~)))", "Max(u0, s27 + s77)"),
    ("Pow(Add(Symbol('s27'~), Symbol('s77'~)), Symbol('u0', integer=True))", "(s27 + s77)**u0"),
    ("Pow(Symbol('s77'~), Mul(Integer(-1), Symbol('u0', integer=True)))", "s77**(-u0)"),
    ("Add(Integer(4), Mul(Integer(-1), FloorDiv(Symbol('s77'~), Integer(2))))", "4 - ((s77//2))"),
    (
      "FloorDiv(Add(FloorDiv(Symbol('s77'~), Symbol('u0', integer=True)), Integer(1)), "
        + "Symbol('u0', integer=True))",
      "((((s77//u0)) + 1)//u0)"
    ),
    ("Mul(Integer(2), Max(Integer(0), Symbol('u0', integer=True)))", "2*Max(0, u0)"),
    ("RoundDecimal(ToFloat(Symbol('s77'~)), Integer(2))", "RoundDecimal(ToFloat(s77), 2)"),
    ("oo", "oo"),
    ("true", "True"),
    ("false", "False"),
    ("Abs(Symbol('u0', integer=True))", "Abs(u0)"),
    (
      "FloorDiv(Add(Symbol('s77'~), Symbol('u0', integer=True), Integer(-1)), "
        + "Symbol('u0', integer=True))",
      "((s77 + u0 - 1)//u0)"
    ),
    (
      "Mul(Symbol('s77'~), PowByNatural(Integer(2), Symbol('u0', integer=True)))",
      "s77*(PowByNatural(2, u0))"
    ),
    ("Mul(Symbol('s27'~), Pow(Add(Symbol('s77'~), Integer(1)), Integer(2)))", "s27*(s77 + 1)**2"),
    ("Mul(Integer(-1), Rational(1, 2), Symbol('s27'~), Symbol('s77'~))", "-s27*s77/2"),
    (
      "Add(Mul(Symbol('s77'~), Pow(Symbol('u0', integer=True), Integer(2))), "
        + "Pow(Symbol('u0', integer=True), Integer(3)), Integer(-7))",
      "s77*u0**2 + u0**3 - 7"
    ),
    ("floor(Mul(Rational(1, 3), Symbol('s77'~)))", "floor(s77/3)"),
    ("exp(Symbol('s77'~))", "exp(s77)"),
    ("Integer(1)", "1"),
    (
      "Mul(Integer(-1), Integer(2), PowByNatural(Symbol('s77'~), Symbol('u0', integer=True)))",
      "-2*PowByNatural(s77, u0)"
    ),
    ("Mul(Integer(2), Pow(Symbol('s77'~), Integer(-1)))", "2/s77"),
    ("Mul(Integer(-1), Pow(Symbol('s77'~), Integer(-1)))", "-1/s77"),
    ("Mul(Rational(2, 3), Pow(Symbol('s77'~), Integer(-1)))", "2/(3*s77)"),
    (
      "Mul(Rational(1, 2), Symbol('s27'~), Symbol('s77'~), Pow(Add(Symbol('u0', "
        + "integer=True), Integer(1)), Integer(-1)))",
      "s27*s77/(2*(u0 + 1))"
    ),
    (
      "Max(Integer(5), Mul(Integer(2), Symbol('s27'~)), Pow(Symbol('s77'~), "
        + "Integer(2)), Mul(Integer(-1), Symbol('u0', integer=True)), Mul(Symbol('s27'~), "
        + "Symbol('s77'~)), FloorDiv(Symbol('s77'~), Integer(2)))",
      "Max(5, 2*s27, s77**2, -u0, s27*s77, (s77//2))"
    ),
  ]

  @Test(arguments: cases)
  func printsAsSymPy(srepr: String, text: String) {
    let full = srepr.split(separator: "~", omittingEmptySubsequences: false)
      .joined(separator: Self.sizes)
    #expect(SymbolicExpression.display(full) == text)
  }

  @Test(arguments: ["", "s0 +", "Symbol(s0)", "Add(", "Add()x", "Integer('1')", "'s0'", "2*s0"])
  func keepsOtherText(text: String) {
    #expect(SymbolicExpression.display(text) == text)
  }

  @Test func refusesDeepNesting() {
    let text = String(repeating: "Add(", count: 100_000)
    #expect(SymbolicExpression(srepr: text) == nil)
  }
}
