import FXCore
import FXTensor

/// Rules of operators that make tensors, and of those that change no shape.
extension ShapeRules {
  /// Returns the rule of operators whose result is like an argument, contiguous or not as that is.
  ///
  /// - Parameter dtype: the position of a dtype that takes the argument's place.
  public static func like(
    _ index: Int = 0, dtype: Int? = nil
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(index)
      let given = try dtype.flatMap { try call.optionalDType($0) }
      return .fake(try dense(like: tensor, given ?? tensor.dtype, call.symbols))
    }
  }

  /// Returns the rule of operators whose results are each like an argument, row-major.
  public static func contiguousLike(_ positions: [Int]) -> OperatorDefinition.ShapeRule {
    { call in
      let results = try positions.map { position -> IValue in
        let tensor = try call.fake(position)
        return .fake(FakeTensor(tensor.dtype, tensor.sizes, device: tensor.device))
      }
      return results.count == 1 ? results[0] : .tuple(results)
    }
  }

  /// Makes a dense tensor in the order of another's dimensions (`memory_format=preserve`).
  public static func dense(
    like tensor: FakeTensor, _ dtype: ScalarType, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    if try isDense(tensor, symbols) {
      return FakeTensor(dtype, tensor.sizes, strides: tensor.strides, device: tensor.device)
    }
    return try elementwise(
      [FakeTensor(dtype, tensor.sizes, strides: tensor.strides, device: tensor.device)], dtype,
      symbols)
  }

  /// Returns the rule of operators that make a tensor of sizes and options.
  ///
  /// - Parameters:
  ///   - sizes: the position of the sizes.
  ///   - dtype: the position of the dtype; float32 where it is nil or `None`.
  public static func made(
    sizes: Int, dtype: Int?, device: Int? = nil, fallback: ScalarType = .float32
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let given = try dtype.flatMap { try call.optionalDType($0) }
      let place = try device.flatMap { try call.optionalDevice($0) }
      return .fake(
        FakeTensor(given ?? fallback, try call.sizes(sizes), device: place ?? .cpu))
    }
  }
}
