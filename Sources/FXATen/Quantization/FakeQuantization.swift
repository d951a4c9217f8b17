import FXCore
import FXOperators
import FXTensor

/// Operators that round numbers to those of a quantized type and keep them as floats.
enum FakeQuantization {
  static let all: [OperatorDefinition] = [
    perTensor, perTensorByTensors, cachemask, cachemaskByTensors, perChannel, perChannelCachemask,
    learnablePerTensor, learnablePerChannel,
  ]

  /// `fake_quantize_per_tensor_affine(Tensor self, float scale, int zero_point, int quant_min, int
  /// quant_max) -> Tensor`
  static let perTensor = OperatorDefinition("aten::fake_quantize_per_tensor_affine") { call, e in
    try first(e.apply("aten::fake_quantize_per_tensor_affine_cachemask", call.arguments), call)
  }
  .autocast(.single)

  /// `fake_quantize_per_tensor_affine.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point,
  /// int quant_min, int quant_max) -> Tensor`
  static let perTensorByTensors = OperatorDefinition(
    "aten::fake_quantize_per_tensor_affine.tensor_qparams"
  ) { call, e in
    let isEnabled = try e.call("aten::ones", [1], keywords: [("dtype", .dtype(.int64))])
    return try first(
      e.call(
        "aten::_fake_quantize_per_tensor_affine_cachemask_tensor_qparams", call[0], call[1],
        call[2], isEnabled, call[3], call[4]), call)
  }

  /// `fake_quantize_per_tensor_affine_cachemask(Tensor self, float scale, int zero_point, int
  /// quant_min, int quant_max) -> (Tensor output, Tensor mask)`
  static let cachemask = OperatorDefinition(
    "aten::fake_quantize_per_tensor_affine_cachemask"
  ) { call, e in
    let scale = Float(try call.float(1))
    return try rounded(
      call, e, inverse: .float(Double(1 / scale)), scale: .float(Double(scale)), zero: call[2], 3)
  }
  .kept()

  /// `_fake_quantize_per_tensor_affine_cachemask_tensor_qparams(Tensor self, Tensor scale, Tensor
  /// zero_point, Tensor fake_quant_enabled, int quant_min, int quant_max) -> (Tensor output, Tensor
  /// mask)`
  static let cachemaskByTensors = OperatorDefinition(
    "aten::_fake_quantize_per_tensor_affine_cachemask_tensor_qparams"
  ) { call, e in
    let scale = try e.call("aten::reshape", call[1], [])
    let zero = try e.call("aten::reshape", call[2], [])
    let isEnabled = try e.call("aten::ne.Scalar", e.call("aten::reshape", call[3], []), 0)
    let result = try rounded(
      call, e, inverse: e.call("aten::reciprocal", scale), scale: scale, zero: zero, 4)
    guard let parts = result.elements, parts.count == 2 else { return result }
    let isOff = try e.call("aten::logical_not", isEnabled)
    return .tuple([
      try e.call("aten::where.self", isEnabled, parts[0], call[0]),
      try e.call("aten::logical_or", parts[1], isOff),
    ])
  }
  .kept()

  /// `fake_quantize_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int axis, int
  /// quant_min, int quant_max) -> Tensor`
  static let perChannel = OperatorDefinition("aten::fake_quantize_per_channel_affine") { call, e in
    try first(e.apply("aten::fake_quantize_per_channel_affine_cachemask", call.arguments), call)
  }

  /// `fake_quantize_per_channel_affine_cachemask(Tensor self, Tensor scale, Tensor zero_point, int
  /// axis, int quant_min, int quant_max) -> (Tensor output, Tensor mask)`
  static let perChannelCachemask = OperatorDefinition(
    "aten::fake_quantize_per_channel_affine_cachemask"
  ) { call, e in
    let (scale, inverse, zero) = try Quantization.channels(call, e)
    return try rounded(call, e, inverse: inverse, scale: scale, zero: zero, 4)
  }
  .kept()

  /// `_fake_quantize_learnable_per_tensor_affine(Tensor self, Tensor scale, Tensor zero_point, int
  /// quant_min, int quant_max, float grad_factor=1.) -> Tensor`
  static let learnablePerTensor = OperatorDefinition(
    "aten::_fake_quantize_learnable_per_tensor_affine"
  ) { call, e in
    let zero = try wholeZero(call, e, least: 3)
    return try e.call(
      "aten::fake_quantize_per_tensor_affine.tensor_qparams", call[0], call[1], zero, call[3],
      call[4])
  }

  /// `_fake_quantize_learnable_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int
  /// axis, int quant_min, int quant_max, float grad_factor=1.) -> Tensor`
  static let learnablePerChannel = OperatorDefinition(
    "aten::_fake_quantize_learnable_per_channel_affine"
  ) { call, e in
    let zero = try wholeZero(call, e, least: 4)
    return try e.call(
      "aten::fake_quantize_per_channel_affine", call[0], call[1], zero, call[3], call[4], call[5])
  }

  /// Rounds a zero point that is learned, and keeps it in the range that starts at an argument.
  private static func wholeZero(
    _ call: OperatorCall, _ e: any Emitter, least: Int
  ) throws -> IValue {
    let whole = try e.call("aten::round", call[2])
    let bounded = try e.call("aten::clamp", whole, call[least], call[least + 1])
    return try e.converted(bounded, to: .int32)
  }

  /// Returns the rounded input and where it lies in the range whose bounds stand at a position.
  private static func rounded(
    _ call: OperatorCall, _ e: any Emitter, inverse: IValue, scale: IValue, zero: IValue,
    _ bounds: Int
  ) throws -> IValue {
    let product = try Formula(call[0], e).widened() * inverse
    // A zero point that is a float takes part in rounding.
    let isFloat = try zero.isTensor && zero.dtype.isFloatingPoint
    let whole = try isFloat ? (product + zero).round() : product.round() + zero
    let number = try whole.converted(to: .int64)
    let (least, most) = (call[bounds], call[bounds + 1])
    let isInside = try (number .>= least) .& (number .<= most)
    let output = try (number.applying("aten::clamp", least, most) - zero) * scale
    return .tuple([try output.converted(to: call[0].dtype).value, isInside.value])
  }

  private static func first(_ value: IValue, _ call: OperatorCall) throws -> IValue {
    guard let part = value.elements?.first else { throw call.error("there is no result") }
    return part
  }
}
