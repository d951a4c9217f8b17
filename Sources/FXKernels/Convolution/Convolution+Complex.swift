import FXCore
import FXTensor

extension Convolution {
  /// Convolves complex numbers by three convolutions of real ones, as PyTorch does:
  /// `(a + bi)(c + di) = ac - bd + ((a + b)(c + d) - ac - bd)i`.
  ///
  /// The differences lose places, so that all is computed in double precision.
  func complex(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let (a, b) = try parts(input)
    let (c, d) = try parts(weight)
    let offsets = try bias.map { try parts($0) }
    func sum(_ left: Tensor, _ right: Tensor) throws -> Tensor {
      try PointwiseFunction.add.run([left, right], in: .float64)
    }
    func difference(_ left: Tensor, _ right: Tensor) throws -> Tensor {
      try PointwiseFunction.subtract.run([left, right], in: .float64)
    }
    let first = try real(a, c, offsets?.0)
    let second = try real(b, d, nil)
    let third = try real(sum(a, b), sum(c, d), offsets.map { try sum($0.0, $0.1) })
    let result = try Tensor.empty(first.sizes, .complex128, device: input.device)
    try result.real().copy(from: difference(first, second))
    try result.imaginary().copy(from: difference(difference(third, first), second))
    return try finished(result, like: input, weight, input.dtype)
  }

  private func parts(_ tensor: Tensor) throws -> (Tensor, Tensor) {
    let wide = try tensor.converted(to: .complex128)
    return (try wide.real().contiguous(), try wide.imaginary().contiguous())
  }
}
