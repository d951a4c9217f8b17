import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that look rows up in a matrix of weights: `embedding`, `embedding_bag`.
enum EmbeddingOperators {
  static let all: [OperatorDefinition] = [
    embedding, renorm, denseBackward, backward, bag, publicBag, paddedBag,
  ]

  /// `embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool
  /// scale_grad_by_freq=False, bool sparse=False) -> Tensor`
  static let embedding = OperatorDefinition("aten::embedding", shape: ShapeRules.embedding) {
    call in
    .tensor(try call.tensor(0).embedding(call.tensor(1)))
  }

  /// `embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor`
  static let renorm = OperatorDefinition("aten::embedding_renorm") { call, e in
    let index = try e.call("aten::reshape", call[1], [-1])
    let rows = try e.call("aten::index_select", call[0], 0, index)
    let norms = try e.call("aten::linalg_vector_norm", rows, call[3], [1], true)
    let isLong = try e.call("aten::gt.Scalar", norms, call[2])
    let factors = try e.call(
      "aten::mul.Scalar",
      e.call("aten::reciprocal", e.call("aten::add.Scalar", norms, 1e-7)), call[2])
    let scaled = try e.call("aten::mul.Tensor", rows, factors)
    let result = try e.call("aten::where.self", isLong, scaled, rows)
    return try e.call("aten::index_put", call[0], [index], result)
  }
  .kept()

  /// `embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, SymInt
  /// padding_idx, bool scale_grad_by_freq) -> Tensor`
  static let denseBackward = OperatorDefinition(
    "aten::embedding_dense_backward", shape: ShapeRules.embeddingBackward
  ) { call in
    let gradient = try call.tensor(0)
    return .tensor(
      try gradient.embeddingGradient(
        call.tensor(1), count: call.int(2), padding: call.int(3), isScaled: call.bool(4)))
  }

  /// `embedding_backward(Tensor grad, Tensor indices, SymInt num_weights, SymInt padding_idx, bool
  /// scale_grad_by_freq, bool sparse) -> Tensor`
  static let backward = OperatorDefinition("aten::embedding_backward") { call, e in
    if try call.bool(5) { throw call.error("FXKit has no sparse tensors") }
    return try e.call(
      "aten::embedding_dense_backward", call[0], call[1], call[2], call[3], call[4])
  }

  /// `_embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False,
  /// int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool
  /// include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)`
  static let bag = OperatorDefinition(
    "aten::_embedding_bag", "aten::_embedding_bag_forward_only", shape: ShapeRules.embeddingBag
  ) { call in
    guard let mode = EmbeddingBag.Mode(rawValue: try call.int(4)) else {
      throw call.error("the mode is 0 (sum), 1 (mean) or 2 (max)")
    }
    let result = try EmbeddingBag(
      call.tensor(0), call.tensor(1), call.tensor(2), mode: mode,
      rowWeights: call.optionalTensor(6), hasLastOffset: call.bool(7), padding: call.int(8))
    return .tuple([
      .tensor(result.output), .tensor(result.bagOfIndex), .tensor(result.bagSizes),
      .tensor(result.maximumIndices),
    ])
  }
  .kept("aten::_embedding_bag_forward_only")

  /// `embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False,
  /// int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool
  /// include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)`
  static let publicBag = OperatorDefinition("aten::embedding_bag") { call, e in
    try e.apply("aten::_embedding_bag", call.arguments)
  }

  /// `embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool
  /// scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool
  /// include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)`
  static let paddedBag = OperatorDefinition("aten::embedding_bag.padding_idx") { call, e in
    var arguments = call.arguments
    var padding = try call.optionalInt(8) ?? -1
    if !arguments[8].isNone, padding < 0 { padding += try call[0].size(0).requireStatic() }
    arguments[8] = .int(padding)
    return try e.apply("aten::_embedding_bag", arguments)
  }
}
