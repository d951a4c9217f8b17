import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Normalisation within a sample: of layers, groups and instances.
enum LayerNormOperators {
  static let all: [OperatorDefinition] = [
    native, layerNorm, nativeGroup, groupNorm, instanceNorm, rmsNorm, fusedRMSNorm,
  ]

  /// `native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float
  /// eps) -> (Tensor, Tensor, Tensor)`
  static let native = OperatorDefinition(
    "aten::native_layer_norm",
    shape: { call in
      let input = try call.fake(0)
      let count = try call.sizes(1).count
      let ones = [SymbolicSize](repeating: 1, count: count)
      return try result(call, statistics: input.sizes.dropLast(count) + ones)
    },
    kernel: { call in parts(try run(call)) })

  /// `layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None,
  /// float eps=1e-05, bool cudnn_enable=True) -> Tensor`
  static let layerNorm = OperatorDefinition(
    "aten::layer_norm",
    decomposition: { call, e in
      let found = try e.apply("aten::native_layer_norm", Array(call.arguments[0..<5]))
      return try first(found, call)
    }, kernel: { call in .tensor(try run(call).output) })

  /// `native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW,
  /// int group, float eps) -> (Tensor, Tensor, Tensor)`
  static let nativeGroup = OperatorDefinition(
    "aten::native_group_norm",
    shape: { call in try result(call, statistics: [call.size(3), .int(call.int(6))]) },
    kernel: { call in
      parts(
        try GroupNorm.run(
          call.tensor(0), groups: call.int(6), weight: call.optionalTensor(1),
          bias: call.optionalTensor(2), epsilon: call.float(7)))
    })

  /// `group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float
  /// eps=1e-05, bool cudnn_enabled=True) -> Tensor`
  static let groupNorm = OperatorDefinition(
    "aten::group_norm",
    decomposition: { call, e in
      let sizes = try call[0].sizes
      guard sizes.count >= 2 else { throw call.error("the input has no channels") }
      let area = try SymbolicSize.product(sizes[2...])
      let found = try e.call(
        "aten::native_group_norm", call[0], call[2], call[3], IValue(sizes[0]), IValue(sizes[1]),
        IValue(area), call[1], call[4])
      return try first(found, call)
    },
    kernel: { call in
      .tensor(
        try GroupNorm.run(
          call.tensor(0), groups: call.int(1), weight: call.optionalTensor(2),
          bias: call.optionalTensor(3), epsilon: call.float(4)
        ).output)
    })

  /// `instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor?
  /// running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor`
  static let instanceNorm = OperatorDefinition("aten::instance_norm") { call, e in
    let sizes = try call[0].sizes
    guard sizes.count >= 2 else { throw call.error("the input has no channels") }
    let rows = try sizes[0] * sizes[1]
    let shape = [1, rows] + sizes[2...]
    let input = try e.call("aten::contiguous", call[0])
    var arguments = [try e.call("aten::view", input, .sizes(Array(shape)))]
    for position in 1...4 {
      let isThere = !call[position].isNone
      let repeated =
        try isThere ? e.call("aten::repeat", call[position], .sizes([sizes[0]])) : .none
      arguments.append(repeated)
    }
    let result: IValue
    if try call.bool(5), !call[3].isNone {
      let found = try e.apply(
        "aten::_native_batch_norm_legit_functional", arguments + call.arguments[5...7])
      guard let parts = found.elements, parts.count == 5 else {
        throw call.error("nothing came out")
      }
      // Running statistics become the mean of those of all samples.
      for (position, part) in zip(3...4, parts[3...4]) {
        let table = try Formula(part, e).view([sizes[0], sizes[1]])
        _ = try e.call("aten::copy_", call[position], table.mean(over: [0]).value)
      }
      result = parts[0]
    } else {
      result = try e.apply(
        "aten::batch_norm", arguments + call.arguments[5...7] + [false])
    }
    return try e.call("aten::view", result, .sizes(sizes))
  }

  /// `rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) ->
  /// Tensor`
  static let rmsNorm = OperatorDefinition(
    "aten::rms_norm", shape: ShapeRules.image(0),
    decomposition: { call, e in try rootMeanSquare(call, e).output },
    kernel: { call in
      if try call[0].dtype.isComplex { return try rootMeanSquare(call, call.emitter).output }
      return .tensor(try rootMeanSquare(call).output)
    })

  /// `_fused_rms_norm(Tensor input, int[] normalized_shape, Tensor? weight, float? eps) -> (Tensor,
  /// Tensor)`
  static let fusedRMSNorm = OperatorDefinition(
    "aten::_fused_rms_norm",
    decomposition: { call, e in
      let result = try rootMeanSquare(call, e)
      return .tuple([result.output, result.scale])
    },
    kernel: { call in
      let result = try rootMeanSquare(call)
      return .tuple([.tensor(result.output), .tensor(result.scale)])
    })

  private static func rootMeanSquare(
    _ call: OperatorCall
  ) throws -> (output: Tensor, scale: Tensor) {
    try LayerNorm.rootMeanSquare(
      call.tensor(0), shape: call.ints(1), weight: call.optionalTensor(2), epsilon: epsilon(call))
  }

  private static func rootMeanSquare(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> (output: IValue, scale: IValue) {
    let x = Operands(call, e)
    let wide = try x[0].widened()
    let count = try call.sizes(1).count
    let axes = (1...Swift.max(count, 1)).map { -$0 }
    let mean = try wide.power(2).mean(over: axes, keeps: true)
    let scale = try (mean + epsilon(call)).rsqrt()
    var output = try wide * scale
    if let weight = x.optional(2) { output = try output * weight.widened() }
    return (try output.converted(to: call[0].dtype).value, scale.value)
  }

  /// Returns the given epsilon, or that of the type that is computed in.
  private static func epsilon(_ call: OperatorCall) throws -> Double {
    if let given = try call.optionalFloat(3) { return given }
    return try call[0].dtype == .float64 ? Double.ulpOfOne : Double(Float.ulpOfOne)
  }

  private static func run(_ call: OperatorCall) throws -> LayerNorm.Result {
    try LayerNorm.run(
      call.tensor(0), shape: call.ints(1), weight: call.optionalTensor(2),
      bias: call.optionalTensor(3), epsilon: call.float(4))
  }

  private static func parts(_ result: LayerNorm.Result) -> IValue {
    .tuple([.tensor(result.output), .tensor(result.mean), .tensor(result.scale)])
  }

  private static func first(_ found: IValue, _ call: OperatorCall) throws -> IValue {
    guard let output = found.elements?.first else { throw call.error("nothing came out") }
    return output
  }

  /// The fake result of norms of rows, which make the input row-major before.
  private static func rowMajor(
    _ input: FakeTensor, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    if input.isContiguous { return try ShapeRules.elementwise([input], input.dtype, symbols) }
    return FakeTensor(input.dtype, input.sizes, device: input.device)
  }

  /// The fake result: contiguous, or in the input's format for groups, with statistics.
  private static func result(
    _ call: OperatorCall, statistics sizes: [SymbolicSize]
  ) throws -> IValue {
    let input = try call.fake(0)
    let isGroup = call.schema.name == "native_group_norm"
    let output: FakeTensor
    if isGroup {
      output = try ShapeRules.image(like: input, input.sizes, symbols: call.symbols)
    } else {
      output = try rowMajor(input, call.symbols)
    }
    let parameters = try (isGroup ? 1...2 : 2...3).compactMap { try call.optionalFake($0) }
    let kept: ScalarType = parameters.contains { $0.dtype == .float32 } ? .float32 : input.dtype
    let statistic = IValue.fake(FakeTensor(kept, sizes, device: input.device))
    return .tuple([.fake(output), statistic, statistic])
  }
}
