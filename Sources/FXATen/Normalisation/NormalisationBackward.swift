import FXCore
import FXOperators
import FXTensor

/// The gradients of normalisations, by sums and products.
enum NormalisationBackward {
  static let all: [OperatorDefinition] = [layer, group, batch, rootMeanSquare]

  /// `native_layer_norm_backward(Tensor grad_out, Tensor input, SymInt[] normalized_shape, Tensor
  /// mean, Tensor rstd, Tensor? weight, Tensor? bias, bool[3] output_mask) -> (Tensor, Tensor, Tensor)`
  static let layer = OperatorDefinition(
    "aten::native_layer_norm_backward", shape: shape([1, 5, 6], mask: 7),
    decomposition: { call, e in try layer(call, Arithmetic(e)) },
    kernel: { call in try layer(call, Arithmetic(call.emitter)) })

  private static func layer(_ call: OperatorCall, _ e: Arithmetic) throws -> IValue {
    let mask = try Mask(call, 7, dtype: call[1].dtype)
    let (gradient, input) = (try e.wide(call[0]), try e.wide(call[1]))
    let (mean, scale) = (try e.wide(call[3]), try e.wide(call[4]))
    let inner = try call.sizes(2)
    let outerCount = try input.rank - inner.count
    let axes = Array(outerCount..<(outerCount + inner.count))
    let normal = try e.mul(e.sub(input, mean), scale)
    return try mask.tuple(
      e,
      {
        let weighted = try call[5].isNone ? gradient : e.mul(gradient, e.wide(call[5]))
        let own = try e.mean(weighted, axes)
        let along = try e.mul(normal, e.mean(e.mul(weighted, normal), axes))
        return try e.mul(e.sub(e.sub(weighted, own), along), scale)
      },
      call[5].isNone
        ? nil : { try e.sum(e.mul(gradient, normal), Array(0..<outerCount), keeps: false) },
      call[6].isNone ? nil : { try e.sum(gradient, Array(0..<outerCount), keeps: false) })
  }

  /// `native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor?
  /// weight, SymInt N, SymInt C, SymInt HxW, int group, bool[3] output_mask) -> (Tensor, Tensor,
  /// Tensor)`
  static let group = OperatorDefinition(
    "aten::native_group_norm_backward",
    shape: { call in
      let input = try call.fake(1)
      let channels = FakeTensor(input.dtype, [try call.size(6)], device: input.device)
      let like = FakeTensor(input.dtype, input.sizes, device: input.device)
      return .tuple([.fake(like), .fake(channels), .fake(channels)])
    }, decomposition: { call, e in try group(call, Arithmetic(e)) },
    kernel: { call in try group(call, Arithmetic(call.emitter)) })

  private static func group(_ call: OperatorCall, _ e: Arithmetic) throws -> IValue {
    let mask = try Mask(call, 9, dtype: call[1].dtype)
    let groups = SymbolicSize.int(try call.int(8))
    let (samples, channels, area) = (try call.size(5), try call.size(6), try call.size(7))
    let width = try channels.floorDivided(by: groups)
    // Samples, groups, channels of a group, elements of a channel.
    let shape = [samples, groups, width, area]
    let gradient = try e.reshape(e.wide(call[0]), shape)
    let input = try e.reshape(e.wide(call[1]), shape)
    let mean = try e.reshape(e.wide(call[2]), [samples, groups, 1, 1])
    let scale = try e.reshape(e.wide(call[3]), [samples, groups, 1, 1])
    let normal = try e.mul(e.sub(input, mean), scale)
    return try mask.tuple(
      e,
      {
        var weighted = gradient
        if !call[4].isNone {
          weighted = try e.mul(gradient, e.reshape(e.wide(call[4]), [1, groups, width, 1]))
        }
        let own = try e.mean(weighted, [2, 3])
        let along = try e.mul(normal, e.mean(e.mul(weighted, normal), [2, 3]))
        let result = try e.mul(e.sub(e.sub(weighted, own), along), scale)
        return try e.reshape(result, call[1].sizes)
      },
      {
        try e.reshape(e.sum(e.mul(gradient, normal), [0, 3], keeps: false), [channels])
      },
      { try e.reshape(e.sum(gradient, [0, 3], keeps: false), [channels]) })
  }

  /// `native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean,
  /// Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[3]
  /// output_mask) -> (Tensor, Tensor, Tensor)`
  static let batch = OperatorDefinition("aten::native_batch_norm_backward") { call, emitter in
    let e = Arithmetic(emitter)
    let mask = try Mask(call, 9, dtype: call[1].dtype)
    let (gradient, input) = (try e.wide(call[0]), try e.wide(call[1]))
    let sizes = try input.sizes
    guard sizes.count >= 2 else { throw call.error("the input has no channels") }
    let axes = sizes.indices.filter { $0 != 1 }
    let shape = sizes.indices.map { $0 == 1 ? sizes[1] : 1 }
    let isTraining = try call.bool(7)
    let mean = try e.reshape(e.wide(call[isTraining ? 5 : 3]), shape)
    var scale = try e.wide(call[isTraining ? 6 : 4])
    if !isTraining {
      scale = try emitter.call("aten::rsqrt", emitter.call("aten::add.Scalar", scale, call[8]))
    }
    scale = try e.reshape(scale, shape)
    let normal = try e.mul(e.sub(input, mean), scale)
    return try mask.tuple(
      e,
      {
        var factor = scale
        if !call[2].isNone { factor = try e.mul(scale, e.reshape(e.wide(call[2]), shape)) }
        guard isTraining else { return try e.mul(gradient, factor) }
        let own = try e.mean(gradient, axes)
        let along = try e.mul(normal, e.mean(e.mul(gradient, normal), axes))
        return try e.mul(e.sub(e.sub(gradient, own), along), factor)
      }, { try e.sum(e.mul(gradient, normal), axes, keeps: false) },
      { try e.sum(gradient, axes, keeps: false) })
  }

  /// `_fused_rms_norm_backward(Tensor grad_out, Tensor input, int[] normalized_shape, Tensor rstd,
  /// Tensor? weight, bool[2] output_mask) -> (Tensor, Tensor)`
  static let rootMeanSquare = OperatorDefinition("aten::_fused_rms_norm_backward") {
    call, emitter in
    let e = Arithmetic(emitter)
    let mask = try Mask(call, 5, dtype: call[1].dtype)
    let (gradient, input) = (try e.wide(call[0]), try e.wide(call[1]))
    let scale = try e.wide(call[3])
    let outerCount = try input.rank - call.sizes(2).count
    let axes = Array(outerCount..<(try input.rank))
    let normal = try e.mul(input, scale)
    return try mask.tuple(
      e,
      {
        let weighted = try call[4].isNone ? gradient : e.mul(gradient, e.wide(call[4]))
        let along = try e.mul(normal, e.mean(e.mul(weighted, normal), axes))
        return try e.mul(e.sub(weighted, along), scale)
      },
      call[4].isNone
        ? nil : { try e.sum(e.mul(gradient, normal), Array(0..<outerCount), keeps: false) })
  }

  /// Results of the shapes of these arguments, `None` where the mask leaves them out.
  private static func shape(_ positions: [Int], mask: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let wanted = try Mask(call, mask, dtype: call[1].dtype)
      return .tuple(
        try zip(positions, wanted.isWanted).map { position, isWanted in
          guard isWanted, let like = try call.optionalFake(position) else { return .none }
          return .fake(FakeTensor(like.dtype, like.sizes, device: like.device))
        })
    }
  }
}

/// Tells which of the gradients are wanted.
private struct Mask {
  let isWanted: [Bool]
  private let dtype: ScalarType

  init(_ call: OperatorCall, _ position: Int, dtype: ScalarType) throws {
    guard let parts = call[position].elements else { throw call.wrong(position, "a list of bools") }
    isWanted = parts.map { if case .bool(let value) = $0 { value } else { false } }
    self.dtype = dtype
  }

  /// Computes those that are wanted and there, in the dtype of the input.
  func tuple(_ e: Arithmetic, _ parts: (() throws -> IValue)?...) throws -> IValue {
    .tuple(
      try zip(parts, isWanted).map { part, isWanted in
        guard isWanted, let part else { return .none }
        return try e.emitter.converted(part(), to: dtype)
      })
  }
}

/// The few operators of which gradients consist.
private struct Arithmetic {
  let emitter: any Emitter

  init(_ emitter: any Emitter) { self.emitter = emitter }

  func wide(_ tensor: IValue) throws -> IValue { try emitter.widened(tensor) }

  func mul(_ left: IValue, _ right: IValue) throws -> IValue {
    try emitter.call("aten::mul.Tensor", left, right)
  }

  func sub(_ left: IValue, _ right: IValue) throws -> IValue {
    try emitter.call("aten::sub.Tensor", left, right)
  }

  func sum(_ tensor: IValue, _ axes: [Int], keeps: Bool) throws -> IValue {
    if axes.isEmpty { return tensor }
    return try emitter.call("aten::sum.dim_IntList", tensor, .ints(axes), .bool(keeps))
  }

  func mean(_ tensor: IValue, _ axes: [Int]) throws -> IValue {
    try emitter.call("aten::mean.dim", tensor, .ints(axes), true)
  }

  func reshape(_ tensor: IValue, _ sizes: [SymbolicSize]) throws -> IValue {
    try emitter.call("aten::reshape", tensor, .sizes(sizes))
  }
}
