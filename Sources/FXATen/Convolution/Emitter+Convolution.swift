import FXCore
import FXOperators
import FXTensor

extension Emitter {
  /// Calls a convolution; of complex tensors without data those of their parts, since PyTorch has no
  /// kernel for the others.
  func convolution(_ arguments: [IValue]) throws -> IValue {
    guard case .fake(let input) = arguments[0], input.dtype.isComplex else {
      return try self.apply("aten::convolution", arguments)
    }
    let (x, weight) = (try parts(arguments[0]), try parts(arguments[1]))
    func convolved(_ input: IValue, _ weight: IValue) throws -> IValue {
      try self.apply("aten::convolution", [input, weight, nil] + arguments.dropFirst(3))
    }
    let first = try convolved(x.real, weight.real)
    let second = try convolved(x.imaginary, weight.imaginary)
    let both = try convolved(
      self.call("aten::add.Tensor", x.real, x.imaginary),
      self.call("aten::add.Tensor", weight.real, weight.imaginary))
    let real = try self.call("aten::sub.Tensor", first, second)
    let rest = try self.call("aten::sub.Tensor", both, first)
    let imaginary = try self.call("aten::sub.Tensor", rest, second)
    let result = try self.call("aten::complex", real, imaginary)
    if arguments[2].isNone { return result }
    let shape = [-1] + Array(repeating: 1, count: max(input.rank - 2, 0))
    let bias = try self.call("aten::view", arguments[2], .ints(shape))
    return try self.call("aten::add.Tensor", result, bias)
  }

  private func parts(_ value: IValue) throws -> (real: IValue, imaginary: IValue) {
    let pairs = try self.call("aten::view_as_real", value)
    return (
      try self.call("aten::select.int", pairs, -1, 0),
      try self.call("aten::select.int", pairs, -1, 1)
    )
  }
}
