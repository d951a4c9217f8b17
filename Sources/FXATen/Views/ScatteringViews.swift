import FXCore
import FXOperators
import FXTensor

/// Copies of a tensor in which a view has other elements: `select_scatter`, and derivatives of views.
enum ScatteringViews {
  static let all: [OperatorDefinition] = [
    selectScatter, sliceScatter, diagonalScatter, asStridedScatter, selectBackward, sliceBackward,
    diagonalBackward,
  ]

  /// `select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor`
  static let selectScatter = OperatorDefinition(
    "aten::select_scatter", shape: ShapeRules.preservingStrides
  ) {
    call in
    try scatter(call) { try $0.select(call.int(2), call.int(3)) }
  }
  .batched(.dimensions([2], of: [0, 1]))

  /// `slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None,
  /// SymInt step=1) -> Tensor`
  static let sliceScatter = OperatorDefinition(
    "aten::slice_scatter", shape: ShapeRules.preservingStrides
  ) {
    call in
    let (start, end) = (try call.optionalInt(3), try call.optionalInt(4))
    return try scatter(call) {
      try $0.slice(call.int(2), from: start, to: end, step: call.int(5))
    }
  }
  .batched(.dimensions([2], of: [0, 1]))

  /// `diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor`
  static let diagonalScatter = OperatorDefinition(
    "aten::diagonal_scatter", shape: ShapeRules.preservingStrides,
    decomposition: { call, e in
      let places = try DiagonalPlaces(call, offset: 2, axes: 3, 4)
      return try places.replacing(call[1], in: call[0], e)
    },
    kernel: { call in
      try scatter(call) { try $0.diagonal(offset: call.int(2), call.int(3), call.int(4)) }
    }
  )
  .batched(.dimensions([3, 4], of: [0, 1]))

  /// `as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt?
  /// storage_offset=None) -> Tensor`
  static let asStridedScatter = OperatorDefinition(
    "aten::as_strided_scatter", "prims::as_strided_scatter", shape: ShapeRules.preservingStrides
  ) { call in
    try scatter(call) {
      try $0.asStrided(call.ints(2), call.ints(3), offset: call.optionalInt(4))
    }
  }
  .kept("aten::as_strided_scatter")

  /// `select_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt index) -> Tensor`
  static let selectBackward = OperatorDefinition("aten::select_backward") { call, e in
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    return try e.call("aten::select_scatter", zeros, call[0], call[2], call[3])
  }

  /// `slice_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt start, SymInt end,
  /// SymInt step) -> Tensor`
  static let sliceBackward = OperatorDefinition("aten::slice_backward") { call, e in
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    return try e.call("aten::slice_scatter", zeros, call[0], call[2], call[3], call[4], call[5])
  }

  /// `diagonal_backward(Tensor grad_output, SymInt[] input_sizes, int offset, int dim1, int dim2)
  /// -> Tensor`
  static let diagonalBackward = OperatorDefinition("aten::diagonal_backward") { call, e in
    let zeros = try e.call("aten::new_zeros", call[0], call[1])
    return try e.call("aten::diagonal_scatter", zeros, call[0], call[2], call[3], call[4])
  }

  /// Copies the first tensor and writes the second to a view of the copy.
  private static func scatter(
    _ call: OperatorCall, _ view: (Tensor) throws -> Tensor
  ) throws -> IValue {
    let source = try call.tensor(1)
    let result = try call.tensor(0).copyOfStorage()
    let part = try view(result)
    guard part.sizes == source.sizes else {
      throw call.error(
        "the source has the shape \(Geometry.text(source.sizes)), and what it replaces "
          + Geometry.text(part.sizes))
    }
    try part.copy(from: source)
    return .tensor(result)
  }
}

extension Tensor {
  /// Copies a tensor with all of its storage, so that strides and offset stay as they are
  /// (`clone_preserve_strides`).
  func copyOfStorage() throws -> Tensor {
    let count = storage.byteCount / max(itemSize, 1)
    let fills = count == elementCount && storageOffset == 0
    if fills || hasSharedPlaces { return try clone() }
    let all = try asStrided([count], [1], offset: 0).clone()
    return try all.asStrided(sizes, strides, offset: storageOffset)
  }
}
