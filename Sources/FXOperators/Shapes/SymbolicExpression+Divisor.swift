import FXCore

extension SymbolicExpression {
  /// The product of all numbers by which the expression divides products of symbols; nil where it
  /// divides sums or rounds otherwise.
  var exactDivisor: Int? {
    guard case .call(let function, let parts) = self else { return 1 }
    var result = 1
    func multiply(by number: Int) -> Bool {
      let (product, overflow) = result.multipliedReportingOverflow(by: number)
      result = product
      return !overflow
    }
    for part in parts {
      guard let divisor = part.exactDivisor, multiply(by: divisor) else { return nil }
    }
    switch function {
    case .floorDiv:
      guard parts.count == 2, parts[0].isProduct, case .integer(let divisor) = parts[1],
        divisor > 0, multiply(by: divisor)
      else { return nil }
    case .add, .mul, .max, .min: break
    default: return nil
    }
    return result
  }

  /// Whether the expression is a symbol.
  var isSymbol: Bool { if case .symbol = self { true } else { false } }

  /// Whether the expression is a symbol, a number, or a product of these.
  private var isProduct: Bool {
    switch self {
    case .symbol, .integer: true
    case .call(.mul, let parts): parts.allSatisfy(\.isProduct)
    default: false
    }
  }
}
