import FXCore
import FXOperators
import FXTensor

/// The randomized leaky ReLU: in training its slope is drawn for each element.
enum RandomizedReLU {
  static let all: [OperatorDefinition] = [rrelu, withNoise, functional, inPlace, withNoiseInPlace]

  /// `rrelu(Tensor self, Scalar lower, Scalar upper, bool training, Generator? generator) -> Tensor`
  static let rrelu = OperatorDefinition("aten::rrelu") { call, e in
    if try !call.bool(3) { return try e.leakyReLU(call, limits: 1) }
    let noise = try e.call("aten::empty_like", call[0])
    return try e.apply(
      "aten::rrelu_with_noise", [call[0], noise] + call.arguments.dropFirst())
  }

  /// `rrelu_(Tensor(a!) self, Scalar lower, Scalar upper, bool training, …) -> Tensor(a!)`
  static let inPlace = OperatorDefinition("aten::rrelu_") { call, e in
    try e.call("aten::copy_", call[0], e.apply("aten::rrelu", call.arguments))
  }

  /// `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower, Scalar upper, …) -> Tensor`
  static let withNoise = OperatorDefinition("aten::rrelu_with_noise", shape: ShapeRules.unary()) {
    call in
    if try !call.bool(4) { return try call.emitter.leakyReLU(call, limits: 2) }
    let (output, noise) = try draw(call)
    try call.tensor(1).copy(from: noise)
    return .tensor(output)
  }
  .writing(
    .call { arguments in
      .init(
        "aten::rrelu_with_noise_functional", arguments, writes: [(arguments[1], 1)])
    })

  /// `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, …) -> Tensor(a!)`
  static let withNoiseInPlace = OperatorDefinition(
    "aten::rrelu_with_noise_", shape: { $0[0] },
    kernel: {
      call in
      let result = try call.emitter.apply("aten::rrelu_with_noise", call.arguments)
      return try call.emitter.call("aten::copy_", call[0], result)
    })

  /// `rrelu_with_noise_functional(Tensor self, Tensor noise, …) -> (Tensor, Tensor noise_out)`
  static let functional = OperatorDefinition(
    "aten::rrelu_with_noise_functional",
    shape: { call in
      .tuple([try ShapeRules.unary()(call), try ShapeRules.pointwise([1])(call)])
    },
    kernel: { call in
      if try !call.bool(4) {
        return .tuple([try call.emitter.leakyReLU(call, limits: 2), call[1]])
      }
      let (output, noise) = try draw(call)
      return .tuple([.tensor(output), .tensor(noise)])
    }
  )
  .kept()

  /// Draws a slope for each number that is not positive, in row-major order.
  private static func draw(_ call: OperatorCall) throws -> (output: Tensor, noise: Tensor) {
    let input = try call.tensor(0)
    let (lower, upper) = (try call.float(2), try call.float(3))
    let generator = try call.environment.generator
    var output = try input.elements(as: Double.self)
    var noise = [Double](repeating: 1, count: output.count)
    for index in output.indices where output[index] <= 0 {
      let fraction = Double(generator.next64() & ((1 << 53) - 1)) * 0x1p-53
      noise[index] = lower + fraction * (upper - lower)
      // PyTorch multiplies in the dtype of the computation.
      output[index] *= input.dtype == .float64 ? noise[index] : Double(Float(noise[index]))
    }
    let results = try [output, noise].map { values in
      let result = try Tensor.empty(input.sizes, input.dtype, device: input.device)
      try result.copy(from: .of(values, input.sizes))
      return result
    }
    return (results[0], results[1])
  }
}

extension Emitter {
  /// Outside of training the slope is the mean of the limits.
  fileprivate func leakyReLU(_ call: OperatorCall, limits: Int) throws -> IValue {
    let slope = try (call.float(limits) + call.float(limits + 1)) / 2
    return try self.call("aten::leaky_relu", call[0], .float(slope))
  }
}
