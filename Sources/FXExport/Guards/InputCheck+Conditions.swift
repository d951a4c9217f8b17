import FXCore

/// Checks ranges and guards, in words.
extension InputCheck {
  /// Checks the values of symbols and derived sizes against the program's range constraints.
  mutating func checkRanges() {
    for (key, range) in program.rangeConstraints {
      let path = "range_constraints.\(key)"
      do throws(FXError) {
        let expression = try expressions.parse(key)
        guard case .integer(let found)? = try value(of: expression) else { continue }
        let least = range.min ?? .min
        let isBelow = found < least
        guard isBelow || found > range.max ?? .max else { continue }
        let limit = isBelow ? "at least \(least)" : "at most \(range.max ?? 0)"
        let bounds = ValueRange(min: range.min, max: range.max)
        let subject = try place(of: expression).map { sentence($0, found) } ?? "\(key) is \(found)"
        // PyTorch specializes on 0 and 1, and makes no guard of a lower bound up to 2.
        let isEnforced = !isBelow || least > 2
        report(
          .inputRange,
          "\(subject); the program needs \(limit) (\(key) in \(bounds))"
            + (isEnforced
              ? ""
              : ", but PyTorch does not enforce a lower bound of \(least) when it runs the program"),
          at: path, isEnforced ? .error : .warning)
      } catch {
        report(
          .inputUnchecked, "the range of '\(key)' can't be checked: \(error)", at: path, .warning)
      }
    }
  }

  /// Returns the dimension whose size an expression is.
  private func place(of expression: SymbolicExpression) throws(FXError) -> InputPlace? {
    if case .symbol(let name, _) = expression { return bound[name]?.place }
    let text = try expression.canonical().description
    for entry in derived where try entry.expression.canonical().description == text {
      return entry.place
    }
    return nil
  }

  /// Checks the program's guards.
  mutating func checkGuards() {
    for (index, text) in program.guardsCode.enumerated() {
      let path = "guards_code[\(index)]"
      var readings: [(String, SymbolicNumber)] = []
      do throws(FXError) {
        let condition = try GuardExpression(text)
        let holds = try condition.holds { (source) throws(FXError) in try reading(of: source) }
        if holds { continue }
        for name in condition.expression.freeSymbols {
          guard let source = condition.sources[name], let number = try reading(of: source) else {
            continue
          }
          readings.append((phrase(source), number))
        }
      } catch {
        if error.code == .symbolicUnassigned { continue }
        report(
          .inputUnchecked, "the guard \(Self.shortened(text)) can't be checked: \(error)", at: path,
          .warning)
        continue
      }
      let facts = readings.map { "\($0.0) is \(SymbolicExpression($0.1))" }
      report(
        .inputGuard,
        "the program needs \(Self.shortened(text))"
          + (facts.isEmpty ? "" : "; \(facts.joined(separator: ", "))"), at: path)
    }
  }

  private static func shortened(_ text: String) -> String {
    text.utf8.count > 200 ? text.prefix(200) + "…" : text
  }

  /// Returns what a guard reads of the inputs; nil where that input is not given.
  ///
  /// - Throws: `input.unchecked` where shapes don't tell it.
  private func reading(of source: GuardSource) throws(FXError) -> SymbolicNumber? {
    guard let position = inputs.position(at: source.steps) else {
      throw FXError(.inputUnchecked, "it reads something that is not an input of the program")
    }
    guard let shape = given[position] else {
      return inputs.inputs[position].constant.flatMap { $0.number }
    }
    switch (source.property, shape) {
    case (.value, .int(let value)): return .integer(value)
    case (.value, .float(let value)): return .float(value)
    case (.value, .bool(let value)): return .integer(value ? 1 : 0)
    case (.size(let axis), .tensor(let sizes)):
      let dimension = axis < 0 ? axis + sizes.count : axis
      // A wrong rank has been reported.
      return sizes.indices.contains(dimension) ? .integer(sizes[dimension]) : nil
    case (.rank, .tensor(let sizes)): return .integer(sizes.count)
    case (.elementCount, .tensor(let sizes)):
      var count = 1
      for size in sizes {
        let (product, overflows) = count.multipliedReportingOverflow(by: size)
        if overflows { throw FXError(.symbolicOverflow, "the tensor has too many elements") }
        count = product
      }
      return .integer(count)
    case (.stride, .tensor), (.storageOffset, .tensor):
      throw FXError(.inputUnchecked, "it reads strides or offsets, which shapes don't tell")
    default: return nil
    }
  }

  /// Names what a guard reads: "dimension 0 of input 'x'".
  private func phrase(_ source: GuardSource) -> String {
    let name = inputs.position(at: source.steps).map { inputs.inputs[$0].name } ?? "?"
    switch source.property {
    case .size(let axis): return "dimension \(axis) of input '\(name)'"
    case .rank: return "the number of dimensions of input '\(name)'"
    case .elementCount: return "the number of elements of input '\(name)'"
    case .value, .stride, .storageOffset: return "input '\(name)'"
    }
  }
}

extension ConstantValue {
  /// Returns the constant as a number; nil for texts and None.
  fileprivate var number: SymbolicNumber? {
    switch self {
    case .int(let value): .integer(value)
    case .float(let value): .float(value)
    case .bool(let value): .integer(value ? 1 : 0)
    case .none, .string: nil
    }
  }
}
