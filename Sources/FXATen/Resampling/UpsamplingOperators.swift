import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Resampling to other sizes: `upsample_nearest2d`, `upsample_bilinear2d`, `_upsample_bicubic2d_aa`.
enum UpsamplingOperators {
  static let all: [OperatorDefinition] =
    [1, 2, 3].flatMap {
      nearest("upsample_nearest\($0)d", .nearest, $0)
        + nearest("_upsample_nearest_exact\($0)d", .nearestExact, $0)
    }
    + interpolating("upsample_linear1d", .linear, 1)
    + interpolating("upsample_bilinear2d", .linear, 2)
    + interpolating("upsample_trilinear3d", .linear, 3)
    + interpolating("upsample_bicubic2d", .cubic, 2)
    + interpolating("_upsample_bilinear2d_aa", .smoothLinear, 2)
    .map { $0.kept("aten::_upsample_bilinear2d_aa") }
    + interpolating("_upsample_bicubic2d_aa", .smoothCubic, 2)
    + interpolating("_upsample_lanczos2d_aa", .smoothLanczos, 2)

  /// `upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
  /// and `upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float?
  /// scales_w=None) -> Tensor`, in one to three dimensions
  private static func nearest(
    _ name: String, _ filter: ResampleFilter, _ rank: Int
  ) -> [OperatorDefinition] {
    [
      OperatorDefinition(
        "aten::\(name).vec", shape: ShapeRules.resampled(rank, factors: 2),
        decomposition: { call, e in
          let target = try composedTarget(call, rank, factors: 2)
          return try ComposedResampling(e: e, filter: filter, alignsCorners: false)(
            call[0], to: target.sizes, scales: target.scales)
        },
        kernel: { call in
          let target = try target(call, rank, sizes: 1, factors: 2)
          return .tensor(
            try Resampling.resample(
              call.tensor(0), filter, to: target.sizes, scales: target.scales))
        }),
      OperatorDefinition(
        "aten::\(name)", shape: ShapeRules.resampled(rank, factors: nil),
        decomposition: { call, e in
          let scales = try (0..<rank).map { try call.optionalFloat($0 + 2) }
          return try ComposedResampling(e: e, filter: filter, alignsCorners: false)(
            call[0], to: ShapeRules.fitting(call, 1, rank), scales: scales)
        },
        kernel: { call in
          let scales = try (0..<rank).map { try call.optionalFloat($0 + 2) }
          return .tensor(
            try Resampling.resample(
              call.tensor(0), filter, to: call.ints(1, count: rank), scales: scales))
        }),
    ].map { $0.batched(.samples(rank: rank + 1)) }
  }

  /// `upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]?
  /// scale_factors) -> Tensor` and `upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool
  /// align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`, and other filters
  private static func interpolating(
    _ name: String, _ filter: ResampleFilter, _ rank: Int
  ) -> [OperatorDefinition] {
    [
      OperatorDefinition(
        "aten::\(name).vec", shape: ShapeRules.resampled(rank, factors: 3),
        decomposition: { call, e in
          let target = try composedTarget(call, rank, factors: 3)
          if filter.isSmooth {
            let scales = target.scales.map { $0.map { IValue.float($0) } ?? .none }
            return try e.apply(
              "aten::\(name)", [call[0], .sizes(target.sizes), call[2]] + scales)
          }
          return try ComposedResampling(e: e, filter: filter, alignsCorners: call.bool(2))(
            call[0], to: target.sizes, scales: target.scales)
        },
        kernel: { call in
          let target = try target(call, rank, sizes: 1, factors: 3)
          return .tensor(
            try Resampling.resample(
              call.tensor(0), filter, to: target.sizes, alignsCorners: call.bool(2),
              scales: target.scales))
        }),
      OperatorDefinition(
        "aten::\(name)", shape: ShapeRules.resampled(rank, factors: nil),
        decomposition: { call, e in
          let scales = try (0..<rank).map { try call.optionalFloat($0 + 3) }
          return try ComposedResampling(e: e, filter: filter, alignsCorners: call.bool(2))(
            call[0], to: ShapeRules.fitting(call, 1, rank), scales: scales)
        },
        kernel: { call in
          let scales = try (0..<rank).map { try call.optionalFloat($0 + 3) }
          return .tensor(
            try Resampling.resample(
              call.tensor(0), filter, to: call.ints(1, count: rank), alignsCorners: call.bool(2),
              scales: scales))
        }),
    ].map { $0.batched(.samples(rank: rank + 1)) }
  }

  /// Returns the sizes of the result as a decomposition needs them, and the factors.
  private static func composedTarget(
    _ call: OperatorCall, _ rank: Int, factors: Int
  ) throws -> (sizes: [SymbolicSize], scales: [Double?]) {
    guard try call[0].rank == rank + 2 else { throw call.wrong(0, "\(rank + 2) dimensions") }
    if !call[1].isNone {
      return (try ShapeRules.fitting(call, 1, rank), Array(repeating: nil, count: rank))
    }
    guard let scales = try call.optionalFloats(factors), scales.count == rank else {
      throw call.error("there are neither sizes nor scale factors for \(rank) dimensions")
    }
    let input = try call[0].sizes
    return (try zip(input.dropFirst(2), scales).map(ShapeRules.scaled), scales)
  }

  /// Returns the sizes of the result, given or computed from factors, and the factors.
  private static func target(
    _ call: OperatorCall, _ rank: Int, sizes: Int, factors: Int
  ) throws -> (sizes: [Int], scales: [Double?]) {
    let none = [Double?](repeating: nil, count: rank)
    if let given = try call.optionalInts(sizes, count: rank) { return (given, none) }
    guard let scales = try call.optionalFloats(factors), scales.count == rank else {
      throw call.error("there are neither sizes nor scale factors for \(rank) dimensions")
    }
    let input = try call.tensor(0, rank: rank + 2).sizes
    let products = zip(input.dropFirst(2), scales).map { Double($0) * $1 }
    guard products.allSatisfy({ $0 > -1 && $0 < 0x1p40 }) else {
      throw call.error("the scale factors give no sizes")
    }
    return (products.map { Int($0) }, scales.map { $0 })
  }
}

extension ResampleFilter {
  /// Whether a result is made of as many elements as results are apart.
  fileprivate var isSmooth: Bool {
    switch self {
    case .smoothLinear, .smoothCubic, .smoothLanczos: true
    case .nearest, .nearestExact, .linear, .cubic: false
    }
  }
}
