import FXCore
import FXTensor

extension Convolution {
  /// Convolves complex numbers by three convolutions of real ones, as PyTorch does:
  /// `(a + bi)(c + di) = ac - bd + ((a + b)(c + d) - ac - bd)i`.
  func complex(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let dtype = input.dtype.computeType
    let (a, b) = try parts(input.converted(to: dtype))
    let (c, d) = try parts(weight.converted(to: dtype))
    let offsets = try bias.map { try parts($0.converted(to: dtype)) }
    let sumOfOffsets = try offsets.map { try combined([$0.0, $0.1], [1, 1]) }
    let first = try real(a, c, offsets?.0)
    let second = try real(b, d, nil)
    let third = try real(combined([a, b], [1, 1]), combined([c, d], [1, 1]), sumOfOffsets)
    let result = try Tensor.empty(first.sizes, dtype, device: input.device)
    try result.real().copy(from: combined([first, second], [1, -1]))
    try result.imaginary().copy(from: combined([third, first, second], [1, -1, -1]))
    return try finished(result, like: input, weight, input.dtype)
  }

  private func parts(_ tensor: Tensor) throws -> (Tensor, Tensor) {
    (try tensor.real().contiguous(), try tensor.imaginary().contiguous())
  }

  /// Adds tensors of one shape with signs, from left to right.
  private func combined(_ tensors: [Tensor], _ signs: [Int]) throws -> Tensor {
    try tensors[0].dtype == .float32
      ? combined(tensors, signs, Float.self) : combined(tensors, signs, Double.self)
  }

  private func combined<Element: FloatElement & BinaryFloatingPoint>(
    _ tensors: [Tensor], _ signs: [Int], _: Element.Type
  ) throws -> Tensor {
    let result = try tensors[0].clone(format: .contiguous)
    let sums = try result.mutablePointer(Element.self)
    for (tensor, sign) in zip(tensors, signs).dropFirst() {
      let terms = try tensor.pointer(Element.self)
      let factor = Element(sign)
      for index in 0..<result.elementCount { sums[index] += factor * terms[index] }
    }
    return result
  }
}
