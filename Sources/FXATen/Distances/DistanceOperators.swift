import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Distances and angles between vectors.
enum DistanceOperators {
  static let all: [OperatorDefinition] = [
    cdistForward, cdist, euclidean, pdistForward, pdist, pairwise, cosineSimilarity,
  ]

  /// `_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode) -> Tensor`
  static let cdistForward = OperatorDefinition(
    "aten::_cdist_forward",
    shape: { call in
      let (left, right) = (try call.fake(0), try call.fake(1))
      guard left.rank >= 2, right.rank >= 2 else { throw call.error("the points are not rows") }
      let batch = try ShapeRules.broadcast(
        Array(left.sizes.dropLast(2)), Array(right.sizes.dropLast(2)), call.symbols)
      let rows = [left.sizes[left.rank - 2], right.sizes[right.rank - 2]]
      return .fake(FakeTensor(left.dtype, batch + rows, device: left.device))
    },
    kernel: { call in
      let (left, right) = (try call.tensor(0), try call.tensor(1))
      let order = try call.float(2)
      guard order >= 0 else { throw call.error("the order \(order) is negative") }
      let mode = try call.optionalInt(3) ?? 0
      // Many rows are compared by a product of matrices, with what that loses of small distances.
      let isLarge =
        Swift.max(left.sizes.dropLast().last ?? 0, right.sizes.dropLast().last ?? 0) > 25
      if order == 2, mode == 1 || (mode == 0 && isLarge), left.sizes.last != 0 {
        return try call.emitter.call("aten::_euclidean_dist", call[0], call[1])
      }
      return .tensor(try Distances.between(left, right, order: order))
    }
  )
  .batched(.trailing)

  /// `cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor`
  static let cdist = OperatorDefinition("aten::cdist") { call, e in
    try e.apply("aten::_cdist_forward", call.arguments)
  }
  .autocast(.single)

  /// `_euclidean_dist(Tensor x1, Tensor x2) -> Tensor`
  static let euclidean = OperatorDefinition("aten::_euclidean_dist") { call, e in
    let (left, right) = (call[0], call[1])
    let norms = try [left, right].map {
      try e.call("aten::sum.dim_IntList", e.call("aten::pow.Tensor_Scalar", $0, 2), [-1], true)
    }
    let ones = try norms.map { try e.call("aten::ones_like", $0) }
    let first = try e.call(
      "aten::cat", [e.call("aten::mul.Scalar", left, -2), norms[0], ones[0]], -1)
    let second = try e.call("aten::cat", [right, ones[1], norms[1]], -1)
    let product = try e.call("aten::matmul", first, e.call("aten::transpose.int", second, -2, -1))
    return try e.call("aten::sqrt", e.call("aten::clamp_min", product, 0))
  }

  /// `_pdist_forward(Tensor self, float p=2.) -> Tensor`
  static let pdistForward = OperatorDefinition(
    "aten::_pdist_forward",
    shape: { call in
      let matrix = try call.fake(0)
      guard matrix.rank == 2 else { throw call.error("the points are not rows") }
      let count = matrix.sizes[0]
      let pairs = try (count * (count - 1)).floorDivided(by: 2)
      return .fake(FakeTensor(matrix.dtype, [pairs], device: matrix.device))
    }, kernel: { call in .tensor(try Distances.within(call.tensor(0), order: call.float(1))) })

  /// `pdist(Tensor self, float p=2.) -> Tensor`
  static let pdist = OperatorDefinition("aten::pdist") { call, e in
    try e.call("aten::_pdist_forward", call[0], call[1])
  }

  /// `pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=1e-06, bool keepdim=False) ->
  /// Tensor`
  static let pairwise = OperatorDefinition("aten::pairwise_distance") { call, e in
    let difference = try e.call("aten::sub.Tensor", call[0], call[1])
    let guarded = try e.call("aten::add.Scalar", difference, call[3])
    return try e.call("aten::linalg_vector_norm", guarded, call[2], [-1], call[4])
  }

  /// `cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor`
  static let cosineSimilarity = OperatorDefinition("aten::cosine_similarity") { call, e in
    var promotion = TypePromotion()
    for operand in call.arguments[0...1] {
      try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
    }
    let common = try promotion.result()
    guard common.isFloatingPoint else { throw call.error("the angle needs floating numbers") }
    let shape = try SymbolicSize.broadcast(call[0].sizes, call[1].sizes)
    let normal = try call.arguments[0...1].map { operand in
      let vectors = try e.call("aten::expand", e.converted(operand, to: common), .sizes(shape))
      let norm = try e.call("aten::linalg_vector_norm", vectors, 2, [call[2]], true)
      return try e.call("aten::div.Tensor", vectors, e.call("aten::clamp_min", norm, call[3]))
    }
    let products = try e.call("aten::mul.Tensor", normal[0], normal[1])
    return try e.call("aten::sum.dim_IntList", products, [call[2]])
  }
}
