import FXCore
import FXOperators
import FXTensor

/// Operators of graphs that were quantized after their export (`torch.ops.quantized_decomposed`).
enum QuantizedDecomposed {
  /// Quantizers look for these operators, which decompositions therefore leave whole.
  static let all: [OperatorDefinition] = [
    quantize, quantizeByTensors, dequantize, dequantizeByTensors, quantizePerChannel,
    dequantizePerChannel, fakeQuantizePerChannel, quantizePerToken, dequantizePerToken,
    quantizePerGroup, dequantizePerGroup, convert,
  ].map { $0.kept() }

  /// `quantize_per_tensor(Tensor input, float scale, int zero_point, int quant_min, int quant_max,
  /// ScalarType dtype) -> Tensor`
  static let quantize = OperatorDefinition("quantized_decomposed::quantize_per_tensor") { call, e in
    let inverse = IValue.float(1 / (try call.float(1)))
    return try quantized(call, e, inverse: inverse, zero: call[2])
  }

  /// `quantize_per_tensor.tensor(Tensor input, Tensor scale, Tensor zero_point, int quant_min, int
  /// quant_max, ScalarType dtype) -> Tensor`
  static let quantizeByTensors = OperatorDefinition(
    "quantized_decomposed::quantize_per_tensor.tensor",
    "quantized_decomposed::quantize_per_tensor.tensor2"
  ) { call, e in
    // The number is read in double precision before it is inverted.
    let scale = try e.converted(Quantization.number(call[1], call, e), to: .float64)
    return try quantized(
      call, e, inverse: e.call("aten::reciprocal", scale),
      zero: Quantization.number(call[2], call, e))
  }

  /// `dequantize_per_tensor(Tensor input, float scale, int zero_point, int quant_min, int quant_max,
  /// ScalarType dtype, *, ScalarType? out_dtype=None) -> Tensor`
  static let dequantize = OperatorDefinition(
    "quantized_decomposed::dequantize_per_tensor"
  ) { call, e in
    try dequantized(call, e, scale: call[1], zero: call[2])
  }

  /// `dequantize_per_tensor.tensor(Tensor input, Tensor scale, Tensor zero_point, int quant_min, int
  /// quant_max, ScalarType dtype, *, ScalarType? out_dtype=None) -> Tensor`
  static let dequantizeByTensors = OperatorDefinition(
    "quantized_decomposed::dequantize_per_tensor.tensor",
    "quantized_decomposed::dequantize_per_tensor.tensor2"
  ) { call, e in
    try dequantized(
      call, e, scale: Quantization.number(call[1], call, e),
      zero: Quantization.number(call[2], call, e))
  }

  /// `quantize_per_channel(Tensor input, Tensor scales, Tensor zero_points, int axis, int quant_min,
  /// int quant_max, ScalarType dtype) -> Tensor`
  static let quantizePerChannel = OperatorDefinition(
    "quantized_decomposed::quantize_per_channel"
  ) { call, e in
    let (_, inverse, zero) = try Quantization.channels(call, e)
    return try quantized(call, e, inverse: inverse, zero: zero, bounds: 4)
  }

  /// `dequantize_per_channel(Tensor input, Tensor scales, Tensor? zero_points, int axis, int
  /// quant_min, int quant_max, ScalarType dtype, *, ScalarType? out_dtype=None) -> Tensor`
  static let dequantizePerChannel = OperatorDefinition(
    "quantized_decomposed::dequantize_per_channel"
  ) { call, e in
    var numbers = Formula(call[0], e)
    if !call[2].isNone {
      numbers = try numbers - Quantization.alongAxis(call[2], call, e, axis: 3)
    }
    numbers = try numbers * Quantization.alongAxis(call[1], call, e, axis: 3)
    return try numbers.converted(to: call.optionalDType(7) ?? .float32).value
  }

  /// `fake_quant_per_channel(Tensor input, Tensor scales, Tensor zero_points, int axis, int
  /// quant_min, int quant_max) -> Tensor`
  static let fakeQuantizePerChannel = OperatorDefinition(
    "quantized_decomposed::fake_quant_per_channel"
  ) { call, e in
    let input = Formula(call[0], e)
    let scales = try input.with(Quantization.alongAxis(call[1], call, e, axis: 3))
      .converted(to: .float32)
    let zero = try e.converted(Quantization.alongAxis(call[2], call, e, axis: 3), to: .int32)
    let whole = try (input * scales.reciprocal()).round() + zero
    let bounded = try whole.applying("aten::clamp", call[4], call[5])
    return try ((bounded - zero) * scales).value
  }

  /// `quantize_per_token(Tensor input, Tensor scales, Tensor zero_points, int quant_min, int
  /// quant_max, ScalarType dtype) -> Tensor`
  static let quantizePerToken = OperatorDefinition(
    "quantized_decomposed::quantize_per_token"
  ) { call, e in
    try roundedTogether(call, e, call[0], call[1], call[2])
  }

  /// `dequantize_per_token(Tensor input, Tensor scales, Tensor zero_points, int quant_min, int
  /// quant_max, ScalarType dtype, ScalarType output_dtype) -> Tensor`
  static let dequantizePerToken = OperatorDefinition(
    "quantized_decomposed::dequantize_per_token"
  ) { call, e in
    let numbers = try (Formula(call[0], e) - call[2]) * call[1]
    return try numbers.converted(to: call.optionalDType(6) ?? .float32).value
  }

  /// `quantize_per_channel_group(Tensor input, Tensor scales, Tensor zero_points, int quant_min, int
  /// quant_max, ScalarType dtype, int group_size) -> Tensor`
  static let quantizePerGroup = OperatorDefinition(
    "quantized_decomposed::quantize_per_channel_group"
  ) { call, e in
    let grouped = try groups(call, e, size: 6)
    let scales = try Formula(call[1], e).reshape([-1, 1])
    let zero = try Formula(call[2], e).reshape([-1, 1])
    let numbers = try roundedTogether(call, e, grouped, scales.value, zero.value)
    return try e.call("aten::reshape", numbers, .sizes(call[0].sizes))
  }

  /// `dequantize_per_channel_group(Tensor input, Tensor scales, Tensor? zero_points, int quant_min,
  /// int quant_max, ScalarType dtype, int group_size, ScalarType output_dtype) -> Tensor`
  static let dequantizePerGroup = OperatorDefinition(
    "quantized_decomposed::dequantize_per_channel_group"
  ) { call, e in
    let x = Operands(call, e)
    var numbers = x[0].with(try groups(call, e, size: 6))
    if let zero = x.optional(2) { numbers = try numbers - zero.reshape([-1, 1]) }
    numbers = try (numbers * x[1].reshape([-1, 1])).reshape(call[0].sizes)
    return try numbers.converted(to: call.optionalDType(7) ?? .float32).value
  }

  /// `convert_element_type.no_fuse(Tensor input, ScalarType dtype) -> Tensor`
  static let convert = OperatorDefinition(
    "quantized_decomposed::convert_element_type.no_fuse"
  ) { call, e in
    try e.call("aten::_to_copy", call[0], keywords: [("dtype", call[1])])
  }

  // MARK: Formulas

  /// Rounds the scaled input, adds the zero point and converts what lies in the range to the dtype
  /// that follows the bounds.
  private static func quantized(
    _ call: OperatorCall, _ e: any Emitter, inverse: IValue, zero: IValue, bounds: Int = 3
  ) throws -> IValue {
    let input = try Formula(call[0], e).widened()
    guard try input.value.dtype == .float32 else { throw call.error("the input is not float32") }
    return try bounded(call, e, ((input * inverse).round() + zero).value, bounds)
  }

  /// Rounds the scaled input together with the zero point.
  private static func roundedTogether(
    _ call: OperatorCall, _ e: any Emitter, _ input: IValue, _ scales: IValue, _ zero: IValue
  ) throws -> IValue {
    let scaled = try Formula(input, e) * Formula(scales, e).reciprocal()
    return try bounded(call, e, (scaled + zero).round().value, 3)
  }

  private static func bounded(
    _ call: OperatorCall, _ e: any Emitter, _ numbers: IValue, _ bounds: Int
  ) throws -> IValue {
    let result: IValue
    if call[bounds].isTensor {
      result = try e.call(
        "aten::clamp.Tensor", numbers, Quantization.number(call[bounds], call, e),
        Quantization.number(call[bounds + 1], call, e))
    } else {
      result = try e.call("aten::clamp", numbers, call[bounds], call[bounds + 1])
    }
    guard let dtype = try call.optionalDType(bounds + 2) else { return result }
    return try e.converted(result, to: dtype)
  }

  private static func dequantized(
    _ call: OperatorCall, _ e: any Emitter, scale: IValue, zero: IValue
  ) throws -> IValue {
    let input = try Formula(call[0], e).converted(to: call.optionalDType(6) ?? .float32)
    return try ((input - zero) * scale).value
  }

  /// Returns the input as rows of a group each.
  private static func groups(
    _ call: OperatorCall, _ e: any Emitter, size: Int
  ) throws -> IValue {
    var length = SymbolicSize(integerLiteral: try call.int(size))
    guard try call[0].rank == 2, let width = try call[0].sizes.last else {
      throw call.error("the input is not a matrix")
    }
    if let group = length.int, let columns = width.int {
      guard group > 1 else { throw call.error("a group has more than one element") }
      if group > columns, try call[1].sizes.last == 1 { length = width }
      guard let group = length.int, group > 0, columns % group == 0 else {
        throw call.error("rows are not made of whole groups")
      }
    }
    return try e.call("aten::reshape", call[0], .sizes([-1, length]))
  }
}
