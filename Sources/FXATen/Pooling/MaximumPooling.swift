import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Poolings that take the largest number of each window, and what puts numbers back.
enum MaximumPooling {
  static let all: [OperatorDefinition] =
    [
      oneWithIndices, twoBackward, threeBackward, indirectBackward, unpool2d, unpool3d, adaptive1d,
      adaptiveBackward, fractionalBackward, mkldnn,
    ] + [1, 2, 3].map { plain($0) }
    + [2, 3].flatMap {
      [withIndices($0), adaptive($0), fractional($0)]
    }

  /// `max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2]
  /// dilation=1, bool ceil_mode=False) -> Tensor`, and in one and three dimensions
  private static func plain(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::max_pool\(rank)d",
      decomposition: { call, e in
        let result = try e.apply("aten::max_pool\(rank)d_with_indices", call.arguments)
        guard let values = result.elements?.first else { throw call.wrong(0, "a tensor") }
        return values
      },
      kernel: { call in
        let input = try call.tensor(0)
        return .tensor(try pooling(call, input, rank).maximum(input, wantsIndices: false).values)
      }
    )
    .autocast(.single, only: "aten::max_pool3d")
    .batched(.samples(rank: rank + 1))
  }

  /// `max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0,
  /// int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`, and in three dimensions
  private static func withIndices(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::max_pool\(rank)d_with_indices",
      shape: ShapeRules.pooling(rank, dilation: 4, ceil: 5, hasIndices: true)
    ) { call in
      let input = try call.tensor(0)
      let result = try pooling(call, input, rank).maximum(input, wantsIndices: true)
      return .tuple([.tensor(result.values), .optional(result.indices)])
    }
    .batched(.samples(rank: rank + 1))
  }

  /// `max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=0,
  /// int[1] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)`
  static let oneWithIndices = OperatorDefinition("aten::max_pool1d_with_indices") { call, e in
    func pair(_ index: Int, _ first: Int) throws -> IValue {
      let values = try call.ints(index)
      return .ints(values.isEmpty ? [] : [first, values[0]])
    }
    let stride = try call.ints(2).isEmpty ? pair(1, 1) : pair(2, 1)
    return try inTwoDimensions(call, e) { input in
      try e.apply(
        "aten::max_pool2d_with_indices",
        [input, pair(1, 1), stride, pair(3, 0), pair(4, 1), call[5]])
    }
  }
  .batched(.samples(rank: 2))

  /// `max_pool2d_with_indices_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2]
  /// stride, int[2] padding, int[2] dilation, bool ceil_mode, Tensor indices) -> Tensor`
  static let twoBackward = OperatorDefinition(
    "aten::max_pool2d_with_indices_backward", shape: ShapeRules.image(1)
  ) { call in
    try gradient(call, rank: 2, indices: 7)
  }

  /// `max_pool3d_with_indices_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3]
  /// stride, int[3] padding, int[3] dilation, bool ceil_mode, Tensor indices) -> Tensor`
  static let threeBackward = OperatorDefinition(
    "aten::max_pool3d_with_indices_backward", shape: ShapeRules.like(1)
  ) { call in
    try gradient(call, rank: 3, indices: 7)
  }

  /// `max_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride=[],
  /// int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor`
  static let indirectBackward = OperatorDefinition("aten::max_pool2d_backward") { call, e in
    let result = try e.apply("aten::max_pool2d_with_indices", Array(call.arguments.dropFirst()))
    guard let indices = result.elements?.last else { throw call.wrong(1, "a tensor") }
    return try e.apply("aten::max_pool2d_with_indices_backward", call.arguments + [indices])
  }

  /// `max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor`
  static let unpool2d = unpooling(2)

  /// `max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3]
  /// padding) -> Tensor`
  static let unpool3d = unpooling(3)

  private static func unpooling(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::max_unpool\(rank)d", shape: ShapeRules.unpooled(rank),
      decomposition: { call, e in try unpooled(call, e, rank) },
      kernel: { call in
        .tensor(
          try Pooling.unpooled(
            call.tensor(0), indices: call.tensor(1), sizes: call.ints(2, count: rank)))
      }
    )
    .autocast(.single)
  }

  /// Puts numbers at their places in images of zeros, which are flat for it.
  private static func unpooled(
    _ call: OperatorCall, _ e: any Emitter, _ rank: Int
  ) throws -> IValue {
    let outer = Array(try call[0].sizes.dropLast(rank))
    let sizes = try ShapeRules.fitting(call, 2, rank)
    let batch = try SymbolicSize.product(outer)
    let area = try SymbolicSize.product(sizes)
    let count = try SymbolicSize.product(call[0].sizes.suffix(rank))
    let zeros = try e.call("aten::new_zeros", call[0], .sizes([batch, area]))
    let places = try e.call("aten::reshape", call[1], .sizes([batch, count]))
    let values = try e.call("aten::reshape", call[0], .sizes([batch, count]))
    let filled = try e.call("aten::scatter.src", zeros, 1, places, values)
    let images = try e.call("aten::view", filled, .sizes(outer + sizes))
    return try e.inFormat(of: call[0], images)
  }

  /// `adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)`
  static let adaptive1d = OperatorDefinition("aten::adaptive_max_pool1d") { call, e in
    let size = try call.ints(1)
    return try inTwoDimensions(call, e) { input in
      try e.call("aten::adaptive_max_pool2d", input, .ints([1] + size))
    }
  }
  .batched(.samples(rank: 2))

  /// `adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)`, and in three
  /// dimensions
  private static func adaptive(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::adaptive_max_pool\(rank)d",
      shape: ShapeRules.adaptivePooling(rank, hasIndices: true)
    ) { call in
      let input = try call.tensor(0)
      let pooling = try Pooling(over: input, adaptiveTo: call.ints(1, count: rank))
      let result = try pooling.maximum(input, wantsIndices: true)
      return .tuple([.tensor(result.values), .optional(result.indices)])
    }
    .autocast(.single, only: "aten::adaptive_max_pool3d")
    .kept()
    .batched(.samples(rank: rank + 1))
  }

  /// `adaptive_max_pool2d_backward(Tensor grad_output, Tensor self, Tensor indices) -> Tensor`, and
  /// in three dimensions
  static let adaptiveBackward = OperatorDefinition(
    "aten::adaptive_max_pool2d_backward", "aten::adaptive_max_pool3d_backward",
    shape: ShapeRules.like(1)
  ) { call in
    try gradient(call, rank: call.schema.name.contains("2d") ? 2 : 3, indices: 2)
  }

  /// `fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor
  /// random_samples) -> (Tensor, Tensor)`, and in three dimensions
  private static func fractional(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition(
      "aten::fractional_max_pool\(rank)d", shape: ShapeRules.fractionalPooling(rank)
    ) { call in
      let result = try Pooling.fractionalMaximum(
        call.tensor(0), kernel: call.ints(1, count: rank), sizes: call.ints(2, count: rank),
        samples: call.tensor(3))
      return .tuple([.tensor(result.values), .tensor(result.indices)])
    }
    .autocast(.single)
    .kept()
  }

  /// `fractional_max_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2]
  /// output_size, Tensor indices) -> Tensor`, and in three dimensions
  static let fractionalBackward = OperatorDefinition(
    "aten::fractional_max_pool2d_backward", "aten::fractional_max_pool3d_backward",
    shape: ShapeRules.like(1)
  ) { call in
    try gradient(call, rank: call.schema.name.contains("2d") ? 2 : 3, indices: 4)
  }

  /// `mkldnn_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2]
  /// dilation=1, bool ceil_mode=False) -> Tensor`, and in three dimensions
  static let mkldnn = OperatorDefinition("aten::mkldnn_max_pool2d", "aten::mkldnn_max_pool3d") {
    call, e in
    let rank = call.schema.name.hasSuffix("2d") ? 2 : 3
    return try e.apply("aten::max_pool\(rank)d", call.arguments)
  }

  private static func pooling(
    _ call: OperatorCall, _ input: Tensor, _ rank: Int
  ) throws -> Pooling {
    try Pooling(
      over: input, rank: rank, kernel: call.ints(1), stride: call.ints(2), padding: call.ints(3),
      dilation: call.ints(4), roundsUp: call.bool(5))
  }

  private static func gradient(_ call: OperatorCall, rank: Int, indices: Int) throws -> IValue {
    .tensor(
      try Pooling.maximumGradient(
        call.tensor(0), call.tensor(1), indices: call.tensor(indices), rank: rank))
  }

  /// Runs a pooling of rows as one of images of one row.
  private static func inTwoDimensions(
    _ call: OperatorCall, _ e: any Emitter, _ body: (IValue) throws -> IValue
  ) throws -> IValue {
    guard let parts = try body(e.call("aten::unsqueeze", call[0], -2)).elements else {
      throw call.wrong(0, "a tensor")
    }
    return .tuple(try parts.map { try e.call("aten::squeeze.dim", $0, -2) })
  }
}
