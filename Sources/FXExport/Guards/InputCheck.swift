import FXCore
import FXGraph

extension ExportedProgram {
  /// Checks shapes and scalars against what the program demands of its inputs.
  ///
  /// Binds the symbols of the inputs' sizes, then checks ranks, fixed sizes, ranges and guards.
  /// Inputs that are not given are reported as warnings, and what depends on them is not checked.
  /// Below a range that starts at 2 or less PyTorch lets anything pass, which is a warning as well.
  ///
  /// - Parameter inputs: the program's inputs, where the caller knows them.
  public func findings(
    forInputs shapes: InputShapes, of inputs: ProgramInputs? = nil
  ) -> [Finding] {
    var run = InputCheck(self, inputs ?? ProgramInputs(of: self))
    run.match(shapes)
    run.bindSymbols()
    run.checkDerivedSizes()
    run.checkRanges()
    run.checkGuards()
    return run.findings
  }
}

/// The state of checking the inputs of one program.
struct InputCheck {
  let program: ExportedProgram
  let inputs: ProgramInputs
  let expressions: ExpressionTable
  var findings: [Finding] = []
  /// What is given for each input; nil where nothing is.
  var given: [InputShape?]
  /// The value of each symbol and where it was found.
  var bound: [String: (value: Int, place: InputPlace)] = [:]
  /// Sizes that are expressions of several parts, to be checked after symbols are bound.
  var derived: [(expression: SymbolicExpression, value: Int, place: InputPlace)] = []

  /// A dimension of an input, or an input that is a number.
  struct InputPlace {
    var input: Int
    var dimension: Int?
  }

  init(_ program: ExportedProgram, _ inputs: ProgramInputs) {
    self.program = program
    self.inputs = inputs
    expressions = program.module.context.expressions
    given = Array(repeating: nil, count: inputs.inputs.count)
  }

  mutating func report(
    _ code: FXError.Code, _ message: String, at path: String? = nil,
    _ severity: Finding.Severity = .error
  ) {
    findings.append(Finding(severity, code, message, at: SourcePlace(path: path)))
  }

  private func name(_ input: Int) -> String { "input '\(inputs.inputs[input].name)'" }

  /// Says what a place has: "input 'x' has size 1 in dimension 0".
  func sentence(_ place: InputPlace, _ value: Int) -> String {
    guard let dimension = place.dimension else { return "\(name(place.input)) is \(value)" }
    return "\(name(place.input)) has size \(value) in dimension \(dimension)"
  }

  private func noun(_ place: InputPlace) -> String {
    place.dimension.map { "dimension \($0) of \(name(place.input))" } ?? name(place.input)
  }

  // MARK: What is given

  /// Finds the input that each entry is for.
  mutating func match(_ shapes: InputShapes) {
    for entry in shapes.entries {
      guard let position = inputs.position(named: entry.name) else {
        let names = inputs.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
        report(.inputUnknown, "the program has no input '\(entry.name)'; it has \(names)")
        continue
      }
      if given[position] != nil {
        report(.inputUnknown, "\(name(position)) is given twice, again as '\(entry.name)'")
      }
      given[position] = entry.shape
    }
    for (position, input) in inputs.inputs.enumerated()
    where given[position] == nil && input.constant == nil {
      report(.inputMissing, "\(name(position)) is not given", .warning)
    }
  }

  // MARK: Sizes

  /// Checks ranks and fixed sizes, and binds lone symbols to the sizes given for them.
  mutating func bindSymbols() {
    for (position, input) in inputs.inputs.enumerated() {
      guard let shape = given[position] else { continue }
      let place = InputPlace(input: position, dimension: nil)
      if let constant = input.constant {
        checkConstant(constant, shape, position)
        continue
      }
      switch (input.value, shape) {
      case (.tensor(let meta)?, .tensor(let sizes)):
        guard meta.sizes.count == sizes.count else {
          report(
            .inputRank,
            "\(name(position)) has \(count(sizes.count)); the program needs "
              + "\(meta.sizes.count) (\(Self.text(meta.sizes)))")
          continue
        }
        for (dimension, size) in sizes.enumerated() {
          let place = InputPlace(input: position, dimension: dimension)
          check(size, against: meta.sizes[dimension], place)
        }
      case (.symInt(let size)?, .int(let value)): check(value, against: size, place)
      case (.int(let size)?, .int(let value)): check(value, against: .int(size), place)
      case (.tensor?, _):
        report(.inputKind, "\(name(position)) is a tensor; give its sizes as a list")
      case (.symInt?, _), (.int?, _):
        report(.inputKind, "\(name(position)) is a whole number")
      case (_, .tensor): report(.inputKind, "\(name(position)) is not a tensor")
      default: break
      }
    }
  }

  private func count(_ rank: Int) -> String { rank == 1 ? "1 dimension" : "\(rank) dimensions" }

  private static func text(_ sizes: [SymInt]) -> String {
    let parts = sizes.map { size in
      switch size {
      case .int(let value): String(value)
      case .expr(let expression): expression.displayText
      }
    }
    return "[\(parts.joined(separator: ", "))]"
  }

  private mutating func check(_ value: Int, against size: SymInt, _ place: InputPlace) {
    switch size {
    case .int(let fixed):
      if fixed != value {
        report(.inputSize, "\(sentence(place, value)); the program needs \(fixed)")
      }
    case .expr(let text):
      let expression: SymbolicExpression
      do throws(FXError) {
        expression = try expressions.parse(text.text)
      } catch {
        report(.inputUnchecked, "\(noun(place)) can't be checked: \(error)", .warning)
        return
      }
      guard case .symbol(let symbol, _) = expression else {
        derived.append((expression, value, place))
        return
      }
      bind(symbol, to: value, place)
    }
  }

  private mutating func bind(_ symbol: String, to value: Int, _ place: InputPlace) {
    guard let known = bound[symbol] else {
      bound[symbol] = (value, place)
      return
    }
    if known.value == value { return }
    report(
      .inputSize,
      "\(sentence(place, value)); the program needs \(known.value), as in \(noun(known.place)) "
        + "(\(symbol))")
  }

  private mutating func checkConstant(
    _ constant: ConstantValue, _ shape: InputShape, _ position: Int
  ) {
    let isSame: Bool
    let text: String
    switch constant {
    case .none:
      isSame = shape == .none
      text = "None"
    case .int(let value):
      isSame = shape == .int(value)
      text = String(value)
    case .float(let value):
      isSame = shape == .float(value) || Int(exactly: value).map { shape == .int($0) } ?? false
      text = PythonText.float(value)
    case .string(let value):
      isSame = shape == .string(value)
      text = PythonText.string(value)
    case .bool(let value):
      isSame = shape == .bool(value)
      text = value ? "True" : "False"
    }
    if !isSame { report(.inputConstant, "\(name(position)) must be \(text)") }
  }

  // MARK: Derived sizes

  /// Returns the value of an expression; nil where a symbol is not bound.
  ///
  /// - Throws: `symbolic.*` other than `symbolic.unassigned`.
  func value(of expression: SymbolicExpression, with extra: [String: Int] = [:]) throws(FXError)
    -> SymbolicNumber?
  {
    do throws(FXError) {
      return try expression.evaluate { (extra[$0] ?? bound[$0]?.value).map { .integer($0) } }.number
    } catch {
      if error.code == .symbolicUnassigned { return nil }
      throw error
    }
  }

  /// Checks sizes such as `2*s77 + 1`, and solves those for a symbol that nothing else binds.
  mutating func checkDerivedSizes() {
    for (expression, size, place) in derived {
      do throws(FXError) {
        let open = expression.freeSymbols.filter { bound[$0] == nil }
        if open.count == 1 { try solve(expression, for: open[0], size, place) }
        guard let expected = try value(of: expression), expected != .integer(size) else { continue }
        let values = expression.freeSymbols.compactMap { name in
          bound[name].map { "\(name) = \($0.value)" }
        }
        report(
          .inputSize,
          "\(sentence(place, size)); the program needs \(SymbolicExpression(expected)) "
            + "(\(expression), with \(values.joined(separator: ", ")))")
      } catch {
        report(.inputUnchecked, "\(noun(place)) can't be checked: \(error)", .warning)
      }
    }
  }

  /// Finds the symbol's value from a size that is linear in it.
  private mutating func solve(
    _ expression: SymbolicExpression, for symbol: String, _ size: Int, _ place: InputPlace
  ) throws(FXError) {
    guard case .integer(let zero)? = try value(of: expression, with: [symbol: 0]),
      case .integer(let one)? = try value(of: expression, with: [symbol: 1])
    else { return }
    guard case .integer(let slope) = try SymbolicNumber.difference(one, zero),
      case .integer(let rise) = try SymbolicNumber.difference(size, zero), slope != 0
    else { return }
    let solution = slope == -1 ? 0 &- rise : rise / slope
    if try value(of: expression, with: [symbol: solution]) == .integer(size) {
      bound[symbol] = (solution, place)
    } else if expression.isLinear(in: symbol) {
      report(
        .inputSize, "\(sentence(place, size)); the program needs a size of the form \(expression)")
    }
  }
}
