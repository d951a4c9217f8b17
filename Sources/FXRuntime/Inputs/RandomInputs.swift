import FXCore
import FXExport
import FXGraph
import FXKernels
import FXOperators
import FXTensor

extension ProgramRunner {
  /// Makes inputs of the shapes and dtypes of the signature from a seed.
  ///
  /// Symbols take the values that tracing saw, or else small ones that satisfy the program's ranges,
  /// guards and assertions. Floats are between -1 and 1, integers 0 or 1 so that they are valid
  /// indices, but for those that the program reads as sizes; numbers are those that tracing saw.
  ///
  /// - Throws: `run.inputs` for an input that is neither a tensor nor a number, or where no sizes
  ///   were found.
  public func randomInputs(seed: UInt64) throws -> [IValue] {
    let generator = RandomGenerator(seed: seed)
    let symbols = try SymbolAssignment(program, programInputs)
    return try inputs.map { input in
      if let constant = input.constant { return IValue(constant) }
      switch input.value {
      case .tensor(let meta):
        let tensor = try Self.random(meta, symbols.values, generator)
        for element in symbols.elements where element.input == input.name {
          try element.write(to: tensor)
        }
        return .tensor(tensor)
      case .symInt(let size): return .int(try Self.number(size, symbols.values))
      case .symFloat(let number): return .float(Self.number(number))
      case .symBool(let truth): return .bool(truth == .bool(true))
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

  /// Returns a float, or of an expression what tracing saw.
  private static func number(_ number: SymFloat) -> Double {
    switch number {
    case .float(let value): return value
    case .expr(let expression):
      guard case .float(let value)? = expression.hint else { return 0.5 }
      return value
    }
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
    let strides = try? meta.strides.map { try number($0, symbols) }
    return try tensor.converted(to: meta.dtype).laidOut(strides ?? [])
  }
}

extension Tensor {
  /// Returns the elements with other strides, where those put them one beside another.
  fileprivate func laidOut(_ strides: [Int]) throws -> Tensor {
    guard strides.count == rank, strides != self.strides, strides.allSatisfy({ $0 > 0 }),
      (try? Geometry.requiredCount(sizes, strides, offset: 0)) == elementCount
    else { return self }
    let result = try Tensor.empty(sizes, strides: strides, dtype)
    try result.copy(from: self)
    return result
  }
}

extension ReadElement {
  /// Writes the number to where the program reads it of a tensor.
  fileprivate func write(to tensor: Tensor) throws {
    guard let value else { return }
    guard let position, tensor.rank == 1 else { return try tensor.fill(.int(value)) }
    let size = tensor.sizes[0]
    if position >= -size, position < size { try tensor.select(0, position).fill(.int(value)) }
  }
}
