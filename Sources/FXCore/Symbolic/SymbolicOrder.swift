/// SymPy's order of expressions (`default_sort_key`): by class, arguments, exponent, coefficient.
extension SymbolicExpression {
  /// Tells which of two expressions comes first; of different ones exactly one does.
  static func precedes(_ a: SymbolicExpression, _ b: SymbolicExpression) -> Bool {
    let order = compare(a, b)
    if order != 0 { return order < 0 }
    // SymPy's order knows nothing of assumptions and of how many bits a float has.
    return a == b ? false : a.srepr < b.srepr
  }

  private static func compare(_ a: SymbolicExpression, _ b: SymbolicExpression) -> Int {
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
    if result != 0 { return result }
    return order(left.coefficient, right.coefficient)
  }

  /// Compares numbers, exact ones before the floats that they round to, NaN last.
  private static func order(_ x: SymbolicNumber, _ y: SymbolicNumber) -> Int {
    if x.isNaN || y.isNaN { return order(x.isNaN ? 1 : 0, y.isNaN ? 1 : 0) }
    let result = order(x.double, y.double)
    if result != 0 { return result }
    if x.isFloat != y.isFloat { return x.isFloat ? 1 : -1 }
    return SymbolicNumber.order(x, y) ?? 0
  }

  private struct SortParts {
    var rank: Int
    var name: String
    var atom: String?
    var arguments: [SymbolicExpression]
    var exponent: SymbolicExpression
    var coefficient: SymbolicNumber
  }

  private var sortParts: SortParts {
    let (coefficient, rest) = coefficientAndRest
    var base = rest
    var exponent = SymbolicExpression.one
    if case .call(.pow, let parts) = rest, parts.count == 2 {
      (base, exponent) = (parts[0], parts[1])
    }
    let value = coefficient?.number ?? .one
    // The class is that of the product's rest or, for a power, of its base.
    let (rank, name) = base.classKey
    if case .call(_, let arguments) = base {
      return SortParts(
        rank: rank, name: name, atom: nil, arguments: arguments, exponent: exponent,
        coefficient: value)
    }
    var atom = base.description
    if case .symbol(let text, _) = base { atom = text }
    return SortParts(
      rank: rank, name: name, atom: atom, arguments: [.zero], exponent: exponent,
      coefficient: value)
  }

  /// Returns SymPy's `class_key` as one number and a name.
  private var classKey: (Int, String) {
    switch self {
    case .integer, .rational, .float: return (1_000, "Number")
    case .symbol: return (2_000, "Symbol")
    case .constant(.true): return (50_000, "BooleanTrue")
    case .constant(.false): return (50_000, "BooleanFalse")
    case .constant(let constant): return (2_000, constant.rawValue)
    case .call(.mul, _): return (3_000, "Mul")
    case .call(.add, _): return (3_001, "Add")
    case .call(.pow, _): return (3_002, "Pow")
    case .call(.piecewise, _): return (40_000, "Piecewise")
    case .call(let function, _):
      switch function {
      case .max, .min, .and, .or, .not, .ifThenElse, .conditionPair:
        return (50_000, function.rawValue)
      case _ where function.isRelation: return (50_000, function.rawValue)
      default: return (49_000, function.rawValue)
      }
    }
  }

  private static func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }

  // MARK: Terms of a sum

  /// Returns the terms of a sum in the order in which SymPy prints them: by powers, highest first.
  static func orderedTerms(_ terms: [SymbolicExpression]) -> [SymbolicExpression] {
    // `1 - x` is not turned round.
    if terms.count == 2, let index = terms.firstIndex(where: { $0.number != nil }),
      let number = terms[index].number, number.sign > 0,
      case .call(.mul, let factors) = terms[1 - index], factors.count == 2,
      let coefficient = factors[0].number, coefficient.sign < 0
    {
      return [terms[index], terms[1 - index]]
    }
    let parts = terms.map { Monomial($0) }
    var bases: Set<SymbolicExpression> = []
    for part in parts { bases.formUnion(part.powers.keys) }
    var ranks: [SymbolicExpression: Int] = [:]
    for (rank, base) in bases.sorted(by: precedes).enumerated() { ranks[base] = rank }
    let keys = parts.map { part in
      part.powers.map { (rank: ranks[$0.key] ?? 0, power: $0.value) }.sorted { $0.rank < $1.rank }
    }
    let indices = terms.indices.sorted { a, b in
      let order = compareMonomials(keys[a], keys[b])
      if order != 0 { return order < 0 }
      if parts[a].coefficient != parts[b].coefficient {
        return parts[a].coefficient < parts[b].coefficient
      }
      return precedes(terms[a], terms[b])
    }
    return indices.map { terms[$0] }
  }

  /// Compares exponents base by base; the higher power comes first.
  private static func compareMonomials(
    _ a: [(rank: Int, power: Int)], _ b: [(rank: Int, power: Int)]
  ) -> Int {
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      let left = i < a.count ? a[i].rank : .max
      let right = j < b.count ? b[j].rank : .max
      let x = left <= right ? a[i].power : 0
      let y = right <= left ? b[j].power : 0
      if x != y { return x > y ? -1 : 1 }
      if left <= right { i += 1 }
      if right <= left { j += 1 }
    }
    return 0
  }

  /// A term as a coefficient and powers of bases.
  private struct Monomial {
    var coefficient = 1.0
    var powers: [SymbolicExpression: Int] = [:]

    init(_ term: SymbolicExpression) {
      let (number, rest) = term.coefficientAndRest
      coefficient = number?.number?.double ?? 1
      for factor in rest.parts(of: .mul) where !factor.isInteger(1) {
        if let value = factor.number {
          coefficient *= value.double
          continue
        }
        guard case .call(.pow, let parts) = factor, parts.count == 2 else {
          powers[factor] = 1
          continue
        }
        switch parts[1] {
        case .integer(let power): powers[parts[0]] = power
        case .rational(let power, let root):
          powers[.call(.pow, [parts[0], .rational(numerator: 1, denominator: root)])] = power
        case let exponent:
          let (scale, tail) = exponent.coefficientAndRest
          if case .integer(let power)? = scale {
            powers[.call(.pow, [parts[0], tail])] = power
          } else {
            powers[factor] = 1
          }
        }
      }
    }
  }
}
