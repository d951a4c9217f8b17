/// Prints as SymPy's `srepr` does.
extension SymbolicExpression {
  /// Returns the expression in the spelling of files since schema 8.2.
  ///
  ///     Mul(Integer(2), Symbol('s77', positive=True, integer=True))
  public var srepr: String {
    var text = ""
    writeRepr(to: &text)
    return text
  }

  private func writeRepr(to text: inout String) {
    switch self {
    case .integer(let value): text += "Integer(\(value))"
    case .rational(let top, let bottom): text += "Rational(\(top), \(bottom))"
    case .float(let value, let precision):
      let digitCount = Int((Double(precision) / 3.3219280948873626).rounded()) + 1
      let digits = Self.float(value, digitCount: digitCount, stripsZeros: true)
      text += "Float('\(digits)', precision=\(precision))"
    case .symbol(let name, let assumptions):
      text += "Symbol(\(([PythonText.string(name)] + assumptions).joined(separator: ", ")))"
    case .constant(let constant): text += constant.rawValue
    case .call(let function, let arguments):
      text += function.rawValue
      text += "("
      var isFirst = true
      for argument in Self.splittingSign(function, arguments) {
        if !isFirst { text += ", " }
        isFirst = false
        argument.writeRepr(to: &text)
      }
      text += ")"
    }
  }

  /// Returns the factors as `srepr` lists them: a negative number as -1 and its absolute value.
  private static func splittingSign(
    _ function: SymbolicFunction, _ arguments: [SymbolicExpression]
  ) -> [SymbolicExpression] {
    guard function == .mul, let first = arguments.first, let number = first.number,
      number.sign < 0, !first.isInteger(-1), first != .integer(.min)
    else { return arguments }
    return [.minusOne, first.negatedNumber] + arguments.dropFirst()
  }
}
