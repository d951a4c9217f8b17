import FXCore
import FXExport
import FXGraph
import FXKernels
import FXOperators
import FXTensor

extension ProgramRunner {
  /// Makes inputs of the shapes and dtypes of the signature from a seed.
  ///
  /// Symbols take the value that tracing saw, or else the least that is at least 2 in their range.
  /// Floats are between -1 and 1, integers 0 or 1 so that they are valid indices, numbers those that
  /// tracing saw.
  ///
  /// - Throws: `run.inputs` for an input that is neither a tensor nor a number.
  public func randomInputs(seed: UInt64) throws -> [IValue] {
    let generator = RandomGenerator(seed: seed)
    let symbols = try symbolValues()
    return try inputs.map { input in
      if let constant = input.constant { return IValue(constant) }
      switch input.value {
      case .tensor(let meta): return .tensor(try Self.random(meta, symbols, generator))
      case .symInt(let size): return .int(try Self.number(size, symbols))
      case .int(let value): return .int(value)
      case .bool(let value): return .bool(value)
      case .float(let value): return .float(value)
      case .string(let value): return .string(value)
      case .none?: return .none
      default:
        throw FXError(
          .runInputs, "no random value can be made for the input '\(input.name)'")
      }
    }
  }

  /// Finds a value for each symbol of the inputs' sizes.
  private func symbolValues() throws -> [String: Int] {
    var ranges: [String: RangeConstraint] = [:]
    for (symbol, range) in program.rangeConstraints {
      if case .symbol(let name, _)? = try? SymbolicExpression(symbol) { ranges[name] = range }
    }
    var values: [String: Int] = [:]
    for input in inputs {
      var sizes: [SymInt] = []
      if case .tensor(let meta)? = input.value { sizes = meta.sizes }
      if case .symInt(let size)? = input.value { sizes = [size] }
      for case .expr(let expression) in sizes {
        guard case .symbol(let name, _) = try expression.expression() else { continue }
        if case .int(let hint)? = expression.hint {
          values[name] = hint
        } else if values[name] == nil {
          let least = max(ranges[name]?.min ?? 2, 2)
          values[name] = min(max(least, 2), ranges[name]?.max ?? least)
        }
      }
    }
    return values
  }

  private static func number(_ size: SymInt, _ symbols: [String: Int]) throws -> Int {
    switch size {
    case .int(let value): return value
    case .expr(let expression):
      let parsed = try expression.expression()
      let result = try parsed.evaluate { name in symbols[name].map { .integer($0) } }
      guard let value = result.number?.int else {
        throw FXError(.runInputs, "the size '\(expression.displayText)' has no value")
      }
      return value
    }
  }

  private static func random(
    _ meta: TensorMeta, _ symbols: [String: Int], _ generator: RandomGenerator
  ) throws -> Tensor {
    let sizes = try meta.sizes.map { try number($0, symbols) }
    let tensor = try Tensor.empty(sizes, .float64)
    let start = try tensor.mutablePointer(Double.self)
    let isFloat = meta.dtype.isFloatingPoint || meta.dtype.isComplex
    for index in 0..<tensor.elementCount {
      let unit = Double(generator.next64() >> 11) * 0x1p-53
      start[index] = isFloat ? unit * 2 - 1 : (unit < 0.5 ? 0 : 1)
    }
    return try tensor.converted(to: meta.dtype)
  }
}
