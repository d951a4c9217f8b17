import FXCore
import FXOperators
import FXTensor

/// Operators that choose scales and zero points by the numbers that are to be quantized.
enum QuantizationParameters {
  static let all: [OperatorDefinition] = [
    affine, symmetric, perToken, perTokenAsymmetric,
  ]

  /// `choose_qparams.tensor(Tensor input, int quant_min, int quant_max, float eps, ScalarType dtype)
  /// -> (Tensor, Tensor)`
  static let affine = OperatorDefinition(
    "quantized_decomposed::choose_qparams.tensor"
  ) { call, e in
    let f = LossFormula(e)
    let (least, most) = try range(call, e, axis: nil)
    let width = Double(try span(call))
    var scale = try f.div(f.sub(most, least), .float(width))
    scale = try e.call("aten::clamp_min", scale, .float(Double(Float(call.float(3)))))
    let offset = try e.converted(f.apply("round", f.div(least, scale)), to: .int32)
    var zero = try e.call("aten::rsub.Scalar", offset, call[1])
    zero = try e.call("aten::clamp", zero, call[1], call[2])
    return try parameters(scale, zero, e, shape: [1])
  }

  /// `choose_qparams_symmetric.tensor(Tensor input, int quant_min, int quant_max, float eps,
  /// ScalarType dtype) -> (Tensor, Tensor)`
  static let symmetric = OperatorDefinition(
    "quantized_decomposed::choose_qparams_symmetric.tensor"
  ) { call, e in
    let f = LossFormula(e)
    let (least, most) = try range(call, e, axis: nil)
    let size = try e.call("aten::maximum", f.apply("neg", least), most)
    let width = Double(try span(call)) / 2
    var scale = try f.div(size, .float(width))
    scale = try e.call("aten::clamp_min", scale, .float(Double(Float(call.float(3)))))
    let isUnsigned = try call.optionalDType(4) == .uint8
    let zero = try e.call("aten::full_like", scale, isUnsigned ? 128 : 0)
    return try parameters(scale, zero, e, shape: [1])
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
    let f = LossFormula(e)
    let (least, most) = try range(call, e, axis: -1)
    var scale = try f.div(f.sub(most, least), 255.0)
    scale = try e.call("aten::clamp_min", scale, .float(Double(Float.ulpOfOne)))
    let low = try f.div(least, scale)
    let high = try f.div(most, scale)
    let sum = try f.add(f.add(low, -128), f.add(high, 127))
    let zero = try e.call(
      "aten::where.self", e.call("aten::gt.Scalar", sum, 0), f.sub(-128, low), f.sub(127, high))
    let bounded = try f.apply("round", e.call("aten::clamp", zero, -128, 127))
    return try parameters(scale, bounded, e, shape: nil)
  }

  /// Returns the least and the greatest number, made to have 0 between them.
  private static func range(
    _ call: OperatorCall, _ e: any Emitter, axis: Int?
  ) throws -> (IValue, IValue) {
    let axes = axis.map { IValue.list([.int($0)]) } ?? []
    let keeps = IValue.bool(axis != nil)
    return (
      try e.call("aten::clamp_max", e.call("aten::amin", call[0], axes, keeps), 0),
      try e.call("aten::clamp_min", e.call("aten::amax", call[0], axes, keeps), 0)
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
