import FXCore
import FXOperators
import FXTensor

/// Operators that choose scales and zero points by the numbers that are to be quantized.
enum QuantizationParameters {
  /// Quantizers look for these operators as well.
  static let all: [OperatorDefinition] = [
    affine, symmetric, perToken, perTokenAsymmetric,
  ].map { $0.kept() }

  /// `choose_qparams.tensor(Tensor input, int quant_min, int quant_max, float eps, ScalarType dtype)
  /// -> (Tensor, Tensor)`
  static let affine = OperatorDefinition(
    "quantized_decomposed::choose_qparams.tensor"
  ) { call, e in
    let (least, most) = try range(call, e, axis: nil)
    let width = Double(try span(call))
    let scale = try ((most - least) / width).atLeast(Double(Float(call.float(3))))
    let offset = try (least / scale).round().converted(to: .int32)
    let zero = try (call[1] - offset).applying("aten::clamp", call[1], call[2])
    return try parameters(scale.value, zero.value, e, shape: [1])
  }

  /// `choose_qparams_symmetric.tensor(Tensor input, int quant_min, int quant_max, float eps,
  /// ScalarType dtype) -> (Tensor, Tensor)`
  static let symmetric = OperatorDefinition(
    "quantized_decomposed::choose_qparams_symmetric.tensor"
  ) { call, e in
    let (least, most) = try range(call, e, axis: nil)
    let size = try (-least).maximum(most)
    let width = Double(try span(call)) / 2
    let scale = try (size / width).atLeast(Double(Float(call.float(3))))
    let isUnsigned = try call.optionalDType(4) == .uint8
    let zero = try scale.applying("aten::full_like", isUnsigned ? 128 : 0)
    return try parameters(scale.value, zero.value, e, shape: [1])
  }

  /// `choose_qparams_per_token(Tensor input, ScalarType dtype) -> (Tensor, Tensor)`
  static let perToken = OperatorDefinition(
    "quantized_decomposed::choose_qparams_per_token"
  ) { call, e in
    guard try call.optionalDType(1) == .int8 else { throw call.error("the dtype is not int8") }
    var scales = try e.call("aten::amax", e.call("aten::abs", call[0]), [-1], true)
    if try scales.dtype == .float16 { scales = try e.converted(scales, to: .float32) }
    scales = try e.call("aten::clamp_min", scales, 1e-5)
    scales = try e.call("aten::div.Scalar", scales, 127)
    return .tuple([scales, try e.call("aten::zeros_like", scales)])
  }

  /// `choose_qparams_per_token_asymmetric(Tensor input, ScalarType dtype) -> (Tensor, Tensor)`
  static let perTokenAsymmetric = OperatorDefinition(
    "quantized_decomposed::choose_qparams_per_token_asymmetric",
    "quantized_decomposed::_choose_qparams_per_token_asymmetric_impl"
  ) { call, e in
    let (least, most) = try range(call, e, axis: -1)
    let scale = try ((most - least) / 255.0).atLeast(Double(Float.ulpOfOne))
    let low = try least / scale
    let high = try most / scale
    let isPositive = try (low + -128) + (high + 127) .> 0
    let zero = try (-128 - low).where(isPositive, else: 127 - high)
    let bounded = try zero.applying("aten::clamp", -128, 127).round()
    return try parameters(scale.value, bounded.value, e, shape: nil)
  }

  /// Returns the least and the greatest number, made to have 0 between them.
  private static func range(
    _ call: OperatorCall, _ e: any Emitter, axis: Int?
  ) throws -> (Formula, Formula) {
    let axes = axis.map { IValue.list([.int($0)]) } ?? []
    let keeps = IValue.bool(axis != nil)
    let input = Formula(call[0], e)
    return (
      try input.applying("aten::amin", axes, keeps).applying("aten::clamp_max", 0),
      try input.applying("aten::amax", axes, keeps).atLeast(0)
    )
  }

  private static func span(_ call: OperatorCall) throws -> Int {
    let (width, isTooLarge) = try call.int(2).subtractingReportingOverflow(call.int(1))
    guard !isTooLarge, width > 0 else { throw call.error("the range of numbers is empty") }
    return width
  }

  private static func parameters(
    _ scale: IValue, _ zero: IValue, _ e: any Emitter, shape: [Int]?
  ) throws -> IValue {
    var results = [
      try e.converted(scale, to: .float64), try e.converted(zero, to: .int64),
    ]
    if let shape { results = try results.map { try e.call("aten::reshape", $0, .ints(shape)) } }
    return .tuple(results)
  }
}
