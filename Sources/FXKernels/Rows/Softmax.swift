import FXCore
import FXTensor
import Glibc

/// Softmax along a dimension, its logarithm, and their gradients.
///
/// Results are contiguous. All throw `tensor.index`, `tensor.dtype` for integers and complex
/// numbers, and `tensor.memory`.
public enum Softmax {
  /// Returns exponentials divided by their sum (`torch.softmax`), or the logarithms of that
  /// (`torch.log_softmax`).
  ///
  /// - Parameter isSafe: whether a row of -inf alone gives zeros and not NaN (`_safe_softmax`).
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func softmax(
    _ tensor: Tensor, _ axis: Int, isLogarithm: Bool = false, isSafe: Bool = false
  ) throws -> Tensor {
    guard tensor.dtype.isFloatingPoint else { throw noKernel(for: tensor.dtype) }
    let rows = try RowMatrix(tensor, axis, as: tensor.dtype.opMathType)
    let result = try rows.makeRows()
    // PyTorch keeps sums of the last dimension in the narrow dtype.
    let isLast = rows.axis == max(tensor.rank, 1) - 1
    let work = SoftmaxWork(
      rows: rows, result: result, isLogarithm: isLogarithm, isSafe: isSafe,
      sumType: isLast ? tensor.dtype : .float64)
    if result.dtype == .float64 { try work.run(Double.self) } else { try work.run(Float.self) }
    return try rows.arranged(result).converted(to: tensor.dtype)
  }

  /// Returns the gradient of softmax, or of its logarithm, by its result and the gradient of that
  /// (`_softmax_backward_data`, `_log_softmax_backward_data`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func gradient(
    _ gradient: Tensor, _ output: Tensor, _ axis: Int, isLogarithm: Bool = false
  ) throws -> Tensor {
    guard output.dtype.isFloatingPoint else { throw noKernel(for: output.dtype) }
    guard gradient.sizes == output.sizes else {
      throw FXError(
        .tensorShape,
        "the gradient of shape \(Geometry.text(gradient.sizes)) is not that of a result of shape "
          + Geometry.text(output.sizes))
    }
    let opMath = output.dtype.opMathType
    let rows = try RowMatrix(output, axis, as: opMath)
    let gradients = try RowMatrix(gradient, axis, as: opMath)
    let result = try rows.makeRows()
    let work = GradientWork(
      outputs: rows, gradients: gradients.tensor, result: result, isLogarithm: isLogarithm)
    if opMath == .float64 { try work.run(Double.self) } else { try work.run(Float.self) }
    return try rows.arranged(result).converted(to: output.dtype)
  }
}

private struct SoftmaxWork {
  let rows: RowMatrix
  let result: Tensor
  let isLogarithm: Bool
  let isSafe: Bool
  /// The dtype that sums are rounded to before their logarithm is taken.
  let sumType: ScalarType

  func run<Number: RowFloat>(_: Number.Type) throws {
    let source = try rows.tensor.pointer(Number.self)
    let target = try result.mutablePointer(Number.self)
    let length = rows.length
    rows.forEachRow(cost: 8) { row in
      let (from, to) = (source + row * length, target + row * length)
      let most = Number.extreme(from, length, isLargest: true)
      if isLogarithm {
        let sum = Number.storeExponentials(from, to, length, less: most)
        let logarithm = Number(sumType.rounded(log(sumType.rounded(sum))))
        for index in 0..<length { to[index] = from[index] - most - logarithm }
      } else if isSafe, most == Number.lowest {
        to.update(repeating: 0, count: length)
      } else {
        let scale = Number(1 / Number.storeExponentials(from, to, length, less: most))
        for index in 0..<length { to[index] *= scale }
      }
    }
  }
}

private struct GradientWork {
  let outputs: RowMatrix
  let gradients: Tensor
  let result: Tensor
  let isLogarithm: Bool

  func run<Number: RowFloat>(_: Number.Type) throws {
    let outputs = try outputs.tensor.pointer(Number.self)
    let gradients = try gradients.pointer(Number.self)
    let target = try result.mutablePointer(Number.self)
    let length = self.outputs.length
    self.outputs.forEachRow(cost: 4) { row in
      let start = row * length
      let places = start..<(start + length)
      var sum = 0.0
      if isLogarithm {
        for index in places { sum += Double(gradients[index]) }
        let sum = Number(sum)
        for index in places {
          target[index] = gradients[index] - Number(exp(Double(outputs[index]))) * sum
        }
      } else {
        for index in places { sum += Double(gradients[index]) * Double(outputs[index]) }
        let sum = Number(sum)
        for index in places { target[index] = outputs[index] * (gradients[index] - sum) }
      }
    }
  }
}
