/// SymPy's order of expressions (`default_sort_key`): by class, arguments, exponent, coefficient.
extension SymPyExpression {
  static func precedes(_ a: SymPyExpression, _ b: SymPyExpression) -> Bool { compare(a, b) < 0 }

  private static func compare(_ a: SymPyExpression, _ b: SymPyExpression) -> Int {
    if let x = a.number, let y = b.number { return order(x, y) }
    if a.number != nil { return -1 }
    if b.number != nil { return 1 }
    let (left, right) = (a.sortParts, b.sortParts)
    var result = order(left.rank, right.rank)
    if result == 0 { result = order(left.name, right.name) }
    if result == 0 { result = order(left.arguments.count, right.arguments.count) }
    if result == 0, let x = left.atom, let y = right.atom { result = order(x, y) }
    if result == 0 {
      for (x, y) in zip(left.arguments, right.arguments) where result == 0 {
        result = compare(x, y)
      }
    }
    if result == 0 { result = compare(left.exponent, right.exponent) }
    return result != 0 ? result : order(left.coefficient, right.coefficient)
  }

  private struct SortParts {
    var rank: Int
    var name: String
    var atom: String?
    var arguments: [SymPyExpression]
    var exponent: SymPyExpression
    var coefficient: Double
  }

  private var sortParts: SortParts {
    let (coefficient, rest) = coefficientAndRest
    var base = rest
    var exponent = SymPyExpression.integer("1")
    if case .call("Pow", let parts) = rest, parts.count == 2 {
      (base, exponent) = (parts[0], parts[1])
    }
    let value = coefficient?.number ?? 1
    // The class is that of the product's rest or, for a power, of its base.
    let (rank, name) = base.classKey
    switch base {
    case .symbol(let text, _), .constant(let text):
      return SortParts(
        rank: rank, name: name, atom: text, arguments: [.integer("0")], exponent: exponent,
        coefficient: value)
    case .call(_, let arguments):
      return SortParts(
        rank: rank, name: name, atom: nil, arguments: arguments, exponent: exponent,
        coefficient: value)
    default:
      return SortParts(
        rank: rank, name: name, atom: base.description, arguments: [.integer("0")],
        exponent: exponent, coefficient: value)
    }
  }

  /// Returns SymPy's `class_key` as one number and a name.
  private var classKey: (Int, String) {
    switch self {
    case .integer, .rational, .float: return (1_000, "Number")
    case .symbol: return (2_000, "Symbol")
    case .constant(let name): return (2_000, name)
    case .call("Mul", _): return (3_000, "Mul")
    case .call("Add", _): return (3_001, "Add")
    case .call("Pow", _): return (3_002, "Pow")
    case .call(let name, _):
      switch name {
      case "Max", "Min", "And", "Or", "Not", "Equality", "Unequality", "LessThan",
        "StrictLessThan", "GreaterThan", "StrictGreaterThan":
        return (50_000, name)
      default: return (40_000, name)
      }
    }
  }

  private static func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
}
