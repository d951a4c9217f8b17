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
    decomposition: { call, e in try layer(Operands(call, e)) },
    kernel: { call in try layer(Operands(call, call.emitter)) })

  private static func layer(_ x: Operands) throws -> IValue {
    let mask = try Mask(x.call, 7, dtype: x.call[1].dtype)
    let (gradient, input) = (try x[0].widened(), try x[1].widened())
    let (mean, scale) = (try x[3].widened(), try x[4].widened())
    let inner = try x.call.sizes(2)
    let outerCount = try input.value.rank - inner.count
    let (outer, axes) = (Array(0..<outerCount), Array(outerCount..<(outerCount + inner.count)))
    let normal = try (input - mean) * scale
    return try mask.tuple(
      {
        let weighted = try x.optional(5).map { try gradient * $0.widened() } ?? gradient
        let own = try weighted.mean(over: axes, keeps: true)
        let along = try normal * (weighted * normal).mean(over: axes, keeps: true)
        return try (weighted - own - along) * scale
      },
      x.call[5].isNone ? nil : { try total(of: gradient * normal, over: outer) },
      x.call[6].isNone ? nil : { try total(of: gradient, over: outer) })
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
    }, decomposition: { call, e in try group(Operands(call, e)) },
    kernel: { call in try group(Operands(call, call.emitter)) })

  private static func group(_ x: Operands) throws -> IValue {
    let call = x.call
    let mask = try Mask(call, 9, dtype: call[1].dtype)
    let groups = SymbolicSize.int(try call.int(8))
    let (samples, channels, area) = (try call.size(5), try call.size(6), try call.size(7))
    let width = try channels.floorDivided(by: groups)
    // Samples, groups, channels of a group, elements of a channel.
    let shape = [samples, groups, width, area]
    let gradient = try x[0].widened().reshape(shape)
    let input = try x[1].widened().reshape(shape)
    let mean = try x[2].widened().reshape([samples, groups, 1, 1])
    let scale = try x[3].widened().reshape([samples, groups, 1, 1])
    let normal = try (input - mean) * scale
    return try mask.tuple(
      {
        let weighted =
          try x.optional(4).map { try gradient * $0.widened().reshape([1, groups, width, 1]) }
          ?? gradient
        let own = try weighted.mean(over: [2, 3], keeps: true)
        let along = try normal * (weighted * normal).mean(over: [2, 3], keeps: true)
        return try ((weighted - own - along) * scale).reshape(call[1].sizes)
      },
      { try (gradient * normal).sum(over: [0, 3]).reshape([channels]) },
      { try gradient.sum(over: [0, 3]).reshape([channels]) })
  }

  /// `native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean,
  /// Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[3]
  /// output_mask) -> (Tensor, Tensor, Tensor)`
  static let batch = OperatorDefinition("aten::native_batch_norm_backward") { call, e in
    let x = Operands(call, e)
    let mask = try Mask(call, 9, dtype: call[1].dtype)
    let (gradient, input) = (try x[0].widened(), try x[1].widened())
    let sizes = try input.value.sizes
    guard sizes.count >= 2 else { throw call.error("the input has no channels") }
    let axes = sizes.indices.filter { $0 != 1 }
    let shape = sizes.indices.map { $0 == 1 ? sizes[1] : 1 }
    let isTraining = try call.bool(7)
    let mean = try x[isTraining ? 5 : 3].widened().reshape(shape)
    var scale = try x[isTraining ? 6 : 4].widened()
    if !isTraining { scale = try (scale + x[8]).rsqrt() }
    scale = try scale.reshape(shape)
    let normal = try (input - mean) * scale
    return try mask.tuple(
      {
        let factor =
          try x.optional(2).map { try scale * $0.widened().reshape(shape) } ?? scale
        guard isTraining else { return try gradient * factor }
        let own = try gradient.mean(over: axes, keeps: true)
        let along = try normal * (gradient * normal).mean(over: axes, keeps: true)
        return try (gradient - own - along) * factor
      }, { try total(of: gradient * normal, over: axes) }, { try total(of: gradient, over: axes) })
  }

  /// `_fused_rms_norm_backward(Tensor grad_out, Tensor input, int[] normalized_shape, Tensor rstd,
  /// Tensor? weight, bool[2] output_mask) -> (Tensor, Tensor)`
  static let rootMeanSquare = OperatorDefinition("aten::_fused_rms_norm_backward") { call, e in
    let x = Operands(call, e)
    let mask = try Mask(call, 5, dtype: call[1].dtype)
    let (gradient, input) = (try x[0].widened(), try x[1].widened())
    let scale = try x[3].widened()
    let rank = try input.value.rank
    let outerCount = try rank - call.sizes(2).count
    let axes = Array(outerCount..<rank)
    let normal = try input * scale
    return try mask.tuple(
      {
        let weighted = try x.optional(4).map { try gradient * $0.widened() } ?? gradient
        let along = try normal * (weighted * normal).mean(over: axes, keeps: true)
        return try (weighted - along) * scale
      },
      call[4].isNone
        ? nil : { try total(of: gradient * normal, over: Array(0..<outerCount)) })
  }

  /// The sums along dimensions; the tensor itself where there are none, which PyTorch takes for all.
  private static func total(of tensor: Formula, over axes: [Int]) throws -> Formula {
    axes.isEmpty ? tensor : try tensor.sum(over: axes)
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
  func tuple(_ parts: (() throws -> Formula)?...) throws -> IValue {
    .tuple(
      try zip(parts, isWanted).map { part, isWanted in
        guard isWanted, let part else { return .none }
        return try part().converted(to: dtype).value
      })
  }
}
