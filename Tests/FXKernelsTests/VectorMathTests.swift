import CVectorMath
import Glibc
import Testing

/// Loops of elementary functions against the C library in double precision.
@Suite struct VectorMathTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let run: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
    let exact: @Sendable (Double) -> Double
    /// The greatest error, in units of the last place.
    let bound: Double
    /// Powers of two between which numbers are, and whether there are negative ones.
    let exponents: ClosedRange<Double>
    let isSigned: Bool

    var testDescription: String { name }
  }

  static let functions: [Function] = [
    .init(
      name: "exp", run: { fx_exp($0, $1, $2) }, exact: exp, bound: 1.25, exponents: -20...6,
      isSigned: true),
    .init(
      name: "exp2", run: { fx_exp2($0, $1, $2) }, exact: exp2, bound: 1.25, exponents: -20...6.9,
      isSigned: true),
    .init(
      name: "expm1", run: { fx_expm1($0, $1, $2) }, exact: expm1, bound: 2, exponents: -20...6,
      isSigned: true),
    .init(
      name: "log", run: { fx_log($0, $1, $2) }, exact: log, bound: 1.25, exponents: -120...120,
      isSigned: false),
    .init(
      name: "log2", run: { fx_log2($0, $1, $2) }, exact: log2, bound: 1.75, exponents: -120...120,
      isSigned: false),
    .init(
      name: "log10", run: { fx_log10($0, $1, $2) }, exact: log10, bound: 1.75,
      exponents: -120...120, isSigned: false),
    .init(
      name: "log1p", run: { fx_log1p($0, $1, $2) }, exact: log1p, bound: 2, exponents: -24...20,
      isSigned: false),
    .init(
      name: "sin", run: { fx_sin($0, $1, $2) }, exact: sin, bound: 1.25, exponents: -20...10,
      isSigned: true),
    .init(
      name: "cos", run: { fx_cos($0, $1, $2) }, exact: cos, bound: 1.25, exponents: -20...10,
      isSigned: true),
    .init(
      name: "tan", run: { fx_tan($0, $1, $2) }, exact: tan, bound: 1.25, exponents: -20...10,
      isSigned: true),
    .init(
      name: "atan", run: { fx_atan($0, $1, $2) }, exact: atan, bound: 2, exponents: -20...20,
      isSigned: true),
    .init(
      name: "tanh", run: { fx_tanh($0, $1, $2) }, exact: tanh, bound: 2, exponents: -20...4,
      isSigned: true),
    .init(
      name: "erf", run: { fx_erf($0, $1, $2) }, exact: erf, bound: 1.5, exponents: -20...2.5,
      isSigned: true),
  ]

  @Test(arguments: functions) func resultsAreWithinABound(_ function: Function) {
    let count = 100_000
    let numbers = (0..<count).map { index in
      // Steps of the golden ratio fill the range evenly.
      let place = (Double(index) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
      let low = function.exponents.lowerBound
      let number = Float(exp2(low + place * (function.exponents.upperBound - low)))
      return function.isSigned && index % 2 == 1 ? -number : number
    }
    var results = [Float](repeating: 0, count: count)
    function.run(&results, numbers, count)
    var worst = (error: 0.0, number: Float(0))
    for (number, result) in zip(numbers, results) {
      let exact = function.exact(Double(number))
      let error = abs(Double(result) - exact) / Double(Float(exact).ulp)
      if !(error <= worst.error) { worst = (error, number) }
    }
    #expect(worst.error <= function.bound, "at \(worst.number)")
  }
}
