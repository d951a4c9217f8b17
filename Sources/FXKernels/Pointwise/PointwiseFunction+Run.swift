import FXCore
import FXTensor

extension PointwiseFunction {
  /// Applies the function to tensors, which are broadcast to one shape.
  ///
  /// - Parameters:
  ///   - common: the dtype to which all inputs are converted, but those whose type the function
  ///     prescribes.
  ///   - result: the dtype of the result; that in which the function gives it unless given.
  ///   - keepsNumbers: whether lone numbers behind the first input are not rounded to float16 or
  ///     bfloat16 before it is computed with (PyTorch's `opmath` scalars).
  ///   - layoutOf: the tensors whose layout decides that of the result; the inputs unless given.
  ///   - destination: a tensor to write to where that is possible.
  /// - Throws: `tensor.dtype` where the function is not there for the dtype, `tensor.shape`, or
  ///   `tensor.memory`.
  public func run(
    _ inputs: [Tensor], in common: ScalarType, result: ScalarType? = nil,
    keepsNumbers: Bool = false, layoutOf models: [Tensor]? = nil, into destination: Tensor? = nil
  ) throws -> Tensor {
    guard let loop = loop(for: common) else { throw noKernel(for: common) }
    let result = result ?? common
    let output: Tensor
    if let destination, try Self.suits(destination, result, inputs) {
      output = destination
    } else {
      output = try .elementwiseOutput(result, inputs: models ?? inputs)
    }
    if output.elementCount == 0 { return output }
    var operands = inputs
    for (index, type) in loop.types.dropFirst().enumerated() {
      // Conditions keep their own type.
      guard type == common || type == common.opMathType else { continue }
      operands[index] = try Self.rounded(
        operands[index], to: common, keepsNumbers: keepsNumbers && index > 0)
    }
    try PointwiseWalk(loop, output, operands).run()
    return output
  }

  /// Converts an operand to the common dtype where converting it to the type of the loop at once
  /// would give other numbers.
  private static func rounded(
    _ tensor: Tensor, to common: ScalarType, keepsNumbers: Bool
  ) throws -> Tensor {
    if tensor.dtype == common || common.opMathType == common { return tensor }
    if keepsNumbers, tensor.elementCount == 1, common.isFloatingPoint { return tensor }
    return try tensor.converted(to: common)
  }

  /// Tells whether results may be written to a tensor while inputs are read.
  private static func suits(
    _ destination: Tensor, _ dtype: ScalarType, _ inputs: [Tensor]
  ) throws -> Bool {
    guard destination.dtype == dtype, destination.isDense,
      destination.sizes == (try Tensor.broadcastShape(of: inputs))
    else { return false }
    return inputs.allSatisfy { input in
      input.storage !== destination.storage
        || (input.storageOffset == destination.storageOffset && input.dtype == dtype
          && input.sizes == destination.sizes && input.strides == destination.strides)
    }
  }
}
