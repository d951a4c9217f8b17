import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Convolutions: `convolution`, and the operators that set its parameters.
enum ConvolutionOperators {
  static let all: [OperatorDefinition] =
    [
      convolution, backward, unnamed, mode, mkldnn, tbc, slow, slowForward, dilated, depthwise,
      slowTransposed, nnpack,
    ] + (1...3).flatMap { [plain($0), withNamedPadding($0), transposed($0)] }

  /// `convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding,
  /// SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor`
  static let convolution = OperatorDefinition(
    "aten::convolution", "aten::convolution_overrideable", shape: ShapeRules.convolution
  ) { call in
    let input = try call.tensor(0)
    let convolution = try Convolution(
      rank: input.rank - 2, stride: call.ints(3), padding: call.ints(4), dilation: call.ints(5),
      outputPadding: call.ints(7), groups: call.int(8), isTransposed: call.bool(6))
    return .tensor(try convolution(input, call.tensor(1), call.optionalTensor(2)))
  }

  /// `convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes,
  /// SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[]
  /// output_padding, SymInt groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)`
  static let backward = OperatorDefinition(
    "aten::convolution_backward", "aten::convolution_backward_overrideable",
    shape: ShapeRules.convolutionBackward
  ) { call in
    // One of the two has the sizes of the bias as a fourth argument.
    let first = call.index(of: "stride") ?? 4
    let input = try call.tensor(1)
    let convolution = try Convolution(
      rank: input.rank - 2, stride: call.ints(first), padding: call.ints(first + 1),
      dilation: call.ints(first + 2), outputPadding: call.ints(first + 4),
      groups: call.int(first + 5), isTransposed: call.bool(first + 3))
    let mask = try call.ints(first + 6).map { $0 != 0 }
    guard mask.count == 3 else { throw call.wrong(first + 6, "a list of three bools") }
    let results = try convolution.gradients(
      call.tensor(0), input, call.tensor(2), wanted: (mask[0], mask[1], mask[2]))
    return .tuple([
      .optional(results.input), .optional(results.weight), .optional(results.bias),
    ])
  }

  /// `_convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding,
  /// SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool benchmark,
  /// …) -> Tensor`
  static let unnamed = OperatorDefinition(
    "aten::_convolution", "aten::_convolution.deprecated"
  ) { call, e in
    try e.apply("aten::convolution", Array(call.arguments.prefix(9)))
  }
  .autocast(.lower, only: "aten::_convolution.deprecated")
  .autocast(.transparent, only: "aten::_convolution")

  /// `_convolution_mode(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, str padding,
  /// SymInt[] dilation, SymInt groups) -> Tensor`
  static let mode = OperatorDefinition("aten::_convolution_mode") { call, e in
    try convolve(call, e, rank: call[0].rank - 2, padding: call[4], dilation: 5, groups: 6)
  }

  /// `mkldnn_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[]
  /// stride, SymInt[] dilation, SymInt groups) -> Tensor`
  static let mkldnn = OperatorDefinition("aten::mkldnn_convolution") { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[2], call[4], call[3], call[5], false, [0], call[6]])
  }

  /// `conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor`
  static let tbc = OperatorDefinition("aten::conv_tbc") { call, e in
    let input = try e.call("aten::permute", call[0], [1, 2, 0])
    let weight = try e.call("aten::permute", call[1], [2, 1, 0])
    let result = try e.apply(
      "aten::convolution", [input, weight, call[2], [1], .list([call[3]]), [1], false, [0], 1])
    return try e.call("aten::permute", result, [2, 0, 1])
  }
  .autocast(.lower)

  /// `slow_conv3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3]
  /// stride=1, SymInt[3] padding=0) -> Tensor`, and the same in two dimensions
  static let slow = OperatorDefinition("aten::thnn_conv2d", "aten::slow_conv3d") { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[3], call[4], call[5], [1], false, [0], 1])
  }

  /// `_slow_conv2d_forward(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias,
  /// SymInt[2] stride, SymInt[2] padding) -> Tensor`, and the same in three dimensions
  static let slowForward = OperatorDefinition(
    "aten::_slow_conv2d_forward", "aten::slow_conv3d_forward"
  ) { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[3], call[4], call[5], [1], false, [0], 1])
  }

  /// `slow_conv_dilated2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None,
  /// SymInt[2] stride=1, SymInt[2] padding=0, SymInt[2] dilation=1) -> Tensor`, and the same in
  /// three dimensions
  static let dilated = OperatorDefinition(
    "aten::slow_conv_dilated2d", "aten::slow_conv_dilated3d"
  ) { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[3], call[4], call[5], call[6], false, [0], 1])
  }

  /// `_conv_depthwise2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias, SymInt[2]
  /// stride, SymInt[2] padding, SymInt[2] dilation) -> Tensor`, and the same in three dimensions
  static let depthwise = OperatorDefinition(
    "aten::_conv_depthwise2d", "aten::conv_depthwise3d"
  ) { call, e in
    let groups = IValue(try call[0].size(1))
    return try e.apply(
      "aten::convolution",
      [call[0], call[1], call[3], call[4], call[5], call[6], false, [0], groups])
  }

  /// `slow_conv_transpose2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None,
  /// SymInt[2] stride=1, SymInt[2] padding=0, SymInt[2] output_padding=0, SymInt[2] dilation=1) ->
  /// Tensor`, and the same in three dimensions
  static let slowTransposed = OperatorDefinition(
    "aten::slow_conv_transpose2d", "aten::slow_conv_transpose3d"
  ) { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[3], call[4], call[5], call[7], true, call[6], 1])
  }

  /// `_nnpack_spatial_convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[2] padding,
  /// SymInt[2] stride=1) -> Tensor`
  static let nnpack = OperatorDefinition("aten::_nnpack_spatial_convolution") { call, e in
    try e.apply(
      "aten::convolution",
      [call[0], call[1], call[2], call[4], call[3], [1], false, [0], 1])
  }

  /// `conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=1, SymInt[2]
  /// padding=0, SymInt[2] dilation=1, SymInt groups=1) -> Tensor`, and in one and three dimensions
  private static func plain(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition("aten::conv\(rank)d") { call, e in
      try batched(call, e, rank) { input in
        try e.convolution(
          [input, call[1], call[2], call[3], call[4], call[5], false, zeros(rank), call[6]])
      }
    }
    .autocast(.lower)
  }

  /// `conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=1, str
  /// padding="valid", SymInt[2] dilation=1, SymInt groups=1) -> Tensor`, and in one and three
  /// dimensions
  private static func withNamedPadding(_ rank: Int) -> OperatorDefinition {
    OperatorDefinition("aten::conv\(rank)d.padding") { call, e in
      try convolve(call, e, rank: rank, padding: call[4], dilation: 5, groups: 6)
    }
    .autocast(.lower)
  }

  /// `conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=1,
  /// SymInt[2] padding=0, SymInt[2] output_padding=0, SymInt groups=1, SymInt[2] dilation=1) ->
  /// Tensor`, and in one and three dimensions
  private static func transposed(_ rank: Int) -> OperatorDefinition {
    let overload = rank == 1 ? "" : ".input"
    return OperatorDefinition("aten::conv_transpose\(rank)d\(overload)") { call, e in
      try batched(call, e, rank) { input in
        try e.convolution(
          [input, call[1], call[2], call[3], call[4], call[7], true, call[5], call[6]])
      }
    }
    .autocast(.lower)
  }

  /// Convolves with padding by name: `valid` for none, `same` for a result of the input's size.
  private static func convolve(
    _ call: OperatorCall, _ e: any Emitter, rank: Int, padding: IValue, dilation: Int, groups: Int
  ) throws -> IValue {
    guard case .string(let name) = padding, name == "valid" || name == "same" else {
      throw call.error("the padding is neither 'valid' nor 'same'")
    }
    let spread = try call.ints(dilation, count: rank)
    return try batched(call, e, rank) { input in
      var input = input
      var amounts = [Int](repeating: 0, count: rank)
      if name == "same" {
        guard try call.ints(3).allSatisfy({ $0 == 1 }) else {
          throw call.error("the padding 'same' needs a stride of 1")
        }
        // The end gets one more where the sum is odd; in `pad` the last dimension comes first.
        var extra: [Int] = []
        for axis in 0..<rank {
          let total = try spread[axis] * (call[1].size(axis + 2).requireStatic() - 1)
          amounts[axis] = total / 2
          extra.insert(contentsOf: [0, total % 2], at: 0)
        }
        if extra.contains(1) {
          input = try e.call("aten::constant_pad_nd", input, .ints(extra), 0)
        }
      }
      return try e.convolution([
        input, call[1], call[2], call[3], .ints(amounts), call[dilation], false, zeros(rank),
        call[groups],
      ])
    }
  }

  /// Adds the dimension of the batch to an input that lacks it, and takes it from the result.
  private static func batched(
    _ call: OperatorCall, _ e: any Emitter, _ rank: Int, _ body: (IValue) throws -> IValue
  ) throws -> IValue {
    if try call[0].rank != rank + 1 { return try body(call[0]) }
    return try e.call("aten::squeeze.dim", body(e.call("aten::unsqueeze", call[0], 0)), 0)
  }

  private static func zeros(_ count: Int) -> IValue { .ints(Array(repeating: 0, count: count)) }
}
