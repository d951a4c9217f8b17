import FXCore
import FXOperators
import FXTensor

/// Derivatives of indexing operators: they add a gradient to zeros where elements came from.
enum IndexingBackward {
  static let all: [OperatorDefinition] = [
    gatherBackward, indexSelectBackward, selectingBackward, maskedScatterBackward,
    maskedSelectBackward, traceBackward, unfoldBackward,
  ]

  /// `gather_backward(Tensor grad, Tensor self, int dim, Tensor index, bool sparse_grad) -> Tensor`
  static let gatherBackward = OperatorDefinition("aten::gather_backward") { call, e in
    let zeros = try e.call("aten::new_zeros", call[0], .sizes(call[1].sizes))
    return try e.call("aten::scatter_add", zeros, call[2], call[3], call[0])
  }

  /// `index_select_backward(Tensor grad, SymInt[] self_sizes, int dim, Tensor index) -> Tensor`
  static let indexSelectBackward = OperatorDefinition("aten::index_select_backward") { call, e in
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    return try e.call("aten::index_add", zeros, call[2], call[3], call[0])
  }

  /// `value_selecting_reduction_backward(Tensor grad, int dim, Tensor indices, SymInt[] sizes, bool
  /// keepdim) -> Tensor`
  static let selectingBackward = OperatorDefinition(
    "aten::value_selecting_reduction_backward"
  ) { call, e in
    var (gradient, indices) = (call[0], call[2])
    if try !call.bool(4), try !call.sizes(3).isEmpty {
      gradient = try e.call("aten::unsqueeze", gradient, call[1])
      indices = try e.call("aten::unsqueeze", indices, call[1])
    }
    let zeros = try e.call("aten::new_zeros", gradient, call[3])
    return try e.call("aten::scatter.src", zeros, call[1], indices, gradient)
  }

  /// `masked_scatter_backward(Tensor grad_output, Tensor mask, SymInt[] sizes) -> Tensor`
  static let maskedScatterBackward = OperatorDefinition(
    "aten::masked_scatter_backward",
    shape: { call in
      let gradient = try call.fake(0)
      return .fake(FakeTensor(gradient.dtype, try call.sizes(2), device: gradient.device))
    },
    kernel: { call in
      let (gradient, mask) = (try call.tensor(0), try call.tensor(1))
      let taken = try gradient.maskedSelect(mask.expand(gradient.sizes))
      let result = try Tensor.zeros(call.ints(2), gradient.dtype, device: gradient.device)
      let flat = try result.view([result.elementCount])
      try flat.slice(0, to: taken.elementCount).copy(from: taken)
      return .tensor(result)
    })

  /// `masked_select_backward(Tensor grad, Tensor input, Tensor mask) -> Tensor`
  static let maskedSelectBackward = OperatorDefinition("aten::masked_select_backward") { call, e in
    let shape = try SymbolicSize.broadcast(call[1].sizes, call[2].sizes)
    let zeros = try e.call("aten::new_zeros", call[0], .sizes(shape))
    let result = try e.call("aten::masked_scatter", zeros, call[2], call[0])
    return try e.call("aten::sum_to_size", result, .sizes(call[1].sizes))
  }

  /// `trace_backward(Tensor grad, SymInt[] sizes) -> Tensor`
  static let traceBackward = OperatorDefinition("aten::trace_backward") { call, e in
    let sizes = try call.sizes(1)
    guard sizes.count == 2 else { throw call.error("expected the sizes of a matrix") }
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    let count = min(try sizes[0].requireStatic(), try sizes[1].requireStatic())
    let gradient = try e.call("aten::expand", call[0], [.int(count)])
    return try e.call("aten::diagonal_scatter", zeros, gradient)
  }

  /// `unfold_backward(Tensor grad_in, SymInt[] input_sizes, int dim, int size, int step) -> Tensor`
  static let unfoldBackward = OperatorDefinition("aten::unfold_backward") { call, e in
    let sizes = try call.sizes(1)
    if sizes.isEmpty { return try e.call("aten::squeeze.dim", call[0], 0) }
    let axis = try Geometry.axis(call.int(2), of: sizes.count)
    let places = try e.call(
      "aten::arange", IValue(sizes[axis]), keywords: [("device", .device(call[0].device))])
    let windows = try e.call("aten::unfold", places, 0, call[3], call[4])
    let index = try e.call("aten::reshape", windows, [-1])
    let moved = try e.call("aten::movedim.int", call[0], -1, .int(axis + 1))
    let gradient = try e.call(
      "aten::flatten.using_ints", moved, .int(axis), .int(axis + 1))
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    return try e.call("aten::index_add", zeros, .int(axis), index, gradient)
  }
}
