import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Poolings that take the average of each window.
enum AveragePooling {
  static let all: [OperatorDefinition] =
    [one, adaptive1d, mkldnn]
    + [2, 3].flatMap {
      [plain($0), backward($0), adaptive($0), adaptiveKernel($0), adaptiveBackward($0)]
    }

  /// `avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0, bool
  /// ceil_mode=False, bool count_include_pad=True) -> Tensor`
  static let one = OperatorDefinition(
    "aten::avg_pool1d",
    shape: ShapeRules.pooling(1, dilation: nil, ceil: 4, hasIndices: false)
  ) { call in
    let input = try call.tensor(0)
    return .tensor(try pooling(call, input, 1, first: 1).average(input))
  }
  .batched(.samples(rank: 2))

  /// `avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool
  /// ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor`, and in
  /// three dimensions
  private static func plain(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::avg_pool\(rank)d",
      shape: ShapeRules.pooling(rank, dilation: nil, ceil: 4, hasIndices: false)
    ) { call in
      let input = try call.tensor(0)
      return .tensor(
        try pooling(call, input, rank, first: 1).average(input, divisor: divisor(call, 6)))
    }
    .autocast(.single, only: "aten::avg_pool3d")
    .batched(.samples(rank: rank + 1))
  }

  /// `avg_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride,
  /// int[2] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor`, and
  /// in three dimensions
  private static func backward(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::avg_pool\(rank)d_backward", shape: ShapeRules.like(1)
    ) { call in
      let input = try call.tensor(1)
      let pooling = try pooling(call, input, rank, first: 2)
      return .tensor(
        try pooling.averageGradient(call.tensor(0), input, divisor: divisor(call, 7)))
    }
  }

  /// `adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor`
  static let adaptive1d = OperatorDefinition(
    "aten::adaptive_avg_pool1d", shape: ShapeRules.adaptivePooling(1, hasIndices: false)
  ) { call in
    let input = try call.tensor(0)
    return .tensor(try Pooling(over: input, adaptiveTo: call.ints(1)).average(input))
  }
  .batched(.samples(rank: 2))

  /// `adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor`, and in three dimensions
  private static func adaptive(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition("aten::adaptive_avg_pool\(rank)d") { call, e in
      let sizes = try call.sizes(1, count: rank)
      if sizes.allSatisfy({ $0 == 1 }) {
        let mean = try e.call("aten::mean.dim", call[0], .ints(Array(-rank..<0)), true)
        guard try call[0].rank == rank + 2, call[0].suggestedFormat(e) != .contiguous else {
          return mean
        }
        let shape = try mean.sizes
        let channels = shape[1]
        let steps = [channels, 1] + Array(repeating: channels, count: rank)
        return try e.call("aten::as_strided", mean, .sizes(shape), .sizes(steps))
      }
      return try e.call("aten::_adaptive_avg_pool\(rank)d", call[0], .sizes(sizes))
    }
    .autocast(.single, only: "aten::adaptive_avg_pool3d")
  }

  /// `_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor`, and in three dimensions
  private static func adaptiveKernel(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::_adaptive_avg_pool\(rank)d",
      shape: ShapeRules.adaptivePooling(rank, hasIndices: false)
    ) { call in
      let input = try call.tensor(0)
      let pooling = try Pooling(over: input, adaptiveTo: call.ints(1, count: rank))
      return .tensor(try pooling.average(input))
    }
    .batched(.samples(rank: rank + 1))
  }

  /// `_adaptive_avg_pool2d_backward(Tensor grad_output, Tensor self) -> Tensor`, and in three
  /// dimensions
  private static func adaptiveBackward(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::_adaptive_avg_pool\(rank)d_backward", shape: ShapeRules.like(1)
    ) { call in
      let (gradient, input) = (try call.tensor(0), try call.tensor(1))
      let pooling = try Pooling(over: input, adaptiveTo: Array(gradient.sizes.suffix(rank)))
      return .tensor(try pooling.averageGradient(gradient, input))
    }
  }

  /// `mkldnn_adaptive_avg_pool2d(Tensor self, int[2] output_size) -> Tensor`
  static let mkldnn = OperatorDefinition("aten::mkldnn_adaptive_avg_pool2d") { call, e in
    try e.call("aten::_adaptive_avg_pool2d", call[0], call[1])
  }

  private static func pooling(
    _ call: OperatorCall, _ input: Tensor, _ rank: Int, first: Int
  ) throws -> Pooling {
    try Pooling(
      over: input, rank: rank, kernel: call.ints(first), stride: call.ints(first + 1),
      padding: call.ints(first + 2), roundsUp: call.bool(first + 3),
      countsPadding: call.bool(first + 4))
  }

  private static func divisor(_ call: OperatorCall, _ index: Int) throws -> Int? {
    let divisor = try call.optionalInt(index)
    if divisor == 0 { throw call.error("the divisor is 0") }
    return divisor
  }
}
