import FXCore

/// Turns SymPy's `str` spelling of an expression, which schema 7 has, into its `srepr` spelling.
///
///     (s0 + 1)//2   →   FloorDiv(Add(Symbol('s0', …), Integer(1)), Integer(2))
enum StringExpression {
  /// Returns the other spelling; nil for a text that is no expression.
  ///
  /// - Parameter nonPositive: the symbols whose ranges reach below zero. Others that stand for
  ///   sizes are assumed to be positive, as PyTorch does.
  static func srepr(of text: String, nonPositive: Set<String> = []) -> String? {
    guard let written = try? SymbolicExpression(parsing: text) else { return nil }
    let expression = (try? written.canonical()) ?? written
    return withoutSigns(expression, of: nonPositive).srepr
  }

  /// Returns the expression in which some symbols are not assumed to be positive.
  private static func withoutSigns(
    _ expression: SymbolicExpression, of names: Set<String>
  ) -> SymbolicExpression {
    switch expression {
    case .symbol(let name, let assumptions) where names.contains(name):
      .symbol(name, assumptions: assumptions.filter { $0 != "positive=True" })
    case .call(let function, let arguments):
      .call(function, arguments.map { withoutSigns($0, of: names) })
    default: expression
    }
  }
}
