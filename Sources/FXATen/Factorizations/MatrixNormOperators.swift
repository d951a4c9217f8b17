import FXCore
import FXOperators
import FXTensor

/// Norms of matrices, and matrices that are made of others: `linalg_norm`, `linalg_tensorinv`,
/// `linalg_vander`.
enum MatrixNormOperators {
  static let all: [OperatorDefinition] =
    [
      matrixNorm.requiring(.openBLAS, where: ofSingularOrder),
      matrixNormNamed.requiring(.openBLAS, where: ofNuclearOrder),
      norm.requiring(.openBLAS, where: ofSingularOrderAndMatrices),
      normNamed.requiring(.openBLAS, where: ofNuclearOrder), linalgVander, vander,
    ] + factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    nuclear, nuclearDims, tensorInverse, tensorSolve,
  ]

  /// Norms of order 2 and -2 are by singular values.
  private static let ofSingularOrder: LibraryRequirement.Condition = { constants, _ in
    switch constants[1] {
    case .int(let order)?: order.magnitude == 2
    case .float(let order)?: order.magnitude == 2
    default: false
    }
  }

  private static let ofNuclearOrder: LibraryRequirement.Condition = { constants, _ in
    if case .string("nuc")? = constants[1] { true } else { false }
  }

  private static let ofSingularOrderAndMatrices: LibraryRequirement.Condition = {
    constants, rank in
    guard ofSingularOrder(constants, rank) else { return false }
    if case .list(let axes)? = constants[2] { return axes.count == 2 }
    return rank == 2
  }

  /// `linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *,
  /// ScalarType? dtype=None) -> Tensor`
  static let matrixNorm = OperatorDefinition("aten::linalg_matrix_norm") { call, e in
    let order = try call.scalar(1).double
    let axes = try axes(call, 2)
    let keepsAxes = try call.bool(3)
    let value = try typed(call, e, 4)
    if order.magnitude == 2 {
      return try singularNorm(e, value, axes, keepsAxes) { values in
        try extreme(e, values, -1, keepsAxis: false, isLargest: order > 0)
      }
    }
    guard order.magnitude == 1 || order.magnitude == .infinity else {
      throw call.error("matrices have no norm of the order \(order)")
    }
    // Sums go along one dimension, their largest or least along the other.
    let isSumOfRows = order.magnitude == .infinity
    let (first, second) = isSumOfRows ? (axes[1], axes[0]) : (axes[0], axes[1])
    let sums = try e.call(
      "aten::linalg_vector_norm", value, 1.0, [.int(first)], .bool(keepsAxes))
    let place = !keepsAxes && second > first ? second - 1 : second
    return try extreme(e, sums, place, keepsAxis: keepsAxes, isLargest: order > 0)
  }
  .autocast(.transparent)

  /// Returns the largest or the least of numbers that are not negative; the largest of none is 0.
  private static func extreme(
    _ e: any Emitter, _ value: IValue, _ axis: Int, keepsAxis: Bool, isLargest: Bool
  ) throws -> IValue {
    let isEmpty = try value.size(axis) == 0
    let name =
      isLargest && isEmpty ? "aten::sum.dim_IntList" : isLargest ? "aten::amax" : "aten::amin"
    return try e.call(name, value, [.int(axis)], .bool(keepsAxis))
  }

  /// `linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False,
  /// *, ScalarType? dtype=None) -> Tensor`
  static let matrixNormNamed = OperatorDefinition("aten::linalg_matrix_norm.str_ord") { call, e in
    let axes = try axes(call, 2)
    if case .string("fro") = call[1] {
      return try e.call(
        "aten::linalg_vector_norm", call[0], 2.0, .ints(axes), call[3],
        keywords: [("dtype", call[4])])
    }
    guard case .string("nuc") = call[1] else { throw call.error("the order is not 'fro' or 'nuc'") }
    return try singularNorm(e, typed(call, e, 4), axes, call.bool(3)) { values in
      try e.call("aten::sum.dim_IntList", values, [-1])
    }
  }
  .autocast(.transparent)

  /// `linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType?
  /// dtype=None) -> Tensor`
  static let norm = OperatorDefinition("aten::linalg_norm") { call, e in
    let dtype: [(name: String, value: IValue)] = [("dtype", call[4])]
    let count = try call.optionalInts(2)?.count ?? call[0].rank
    let isMatrix = !call[1].isNone && count == 2
    if !isMatrix {
      guard try call[1].isNone || !call[2].isNone || call[0].rank == 1 else {
        throw call.error("an order needs a vector or a matrix")
      }
      let order = call[1].isNone ? 2.0 : call[1]
      return try e.call(
        "aten::linalg_vector_norm", call[0], order, call[2], call[3], keywords: dtype)
    }
    let axes = call[2].isNone ? [0, 1] : call[2]
    return try e.call("aten::linalg_matrix_norm", call[0], call[1], axes, call[3], keywords: dtype)
  }
  .autocast(.transparent)

  /// `linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType?
  /// dtype=None) -> Tensor`
  static let normNamed = OperatorDefinition("aten::linalg_norm.ord_str") { call, e in
    let axes = call[2].isNone ? [0, 1] : call[2]
    return try e.call(
      "aten::linalg_matrix_norm.str_ord", call[0], call[1], axes, call[3],
      keywords: [("dtype", call[4])])
  }
  .autocast(.transparent)

  /// `nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`
  static let nuclear = OperatorDefinition("aten::nuclear_norm") { call, e in
    try e.call("aten::linalg_matrix_norm.str_ord", call[0], "nuc", [-2, -1], call[1])
  }
  .autocast(.transparent)

  /// `nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`
  static let nuclearDims = OperatorDefinition("aten::nuclear_norm.dim") { call, e in
    try e.call("aten::linalg_matrix_norm.str_ord", call[0], "nuc", call[1], call[2])
  }
  .autocast(.transparent)

  /// `linalg_tensorinv(Tensor self, int ind=2) -> Tensor`
  static let tensorInverse = OperatorDefinition("aten::linalg_tensorinv") { call, e in
    let (sizes, first) = (try call[0].sizes, try call.int(1))
    guard first > 0, first <= sizes.count else { throw call.error("ind is not a dimension") }
    let (outer, inner) = (Array(sizes[..<first]), Array(sizes[first...]))
    let matrix = try e.call(
      "aten::reshape", call[0], .sizes([.product(outer), .product(inner)]))
    let inverse = try e.call("aten::linalg_inv", matrix)
    return try e.call("aten::reshape", inverse, .sizes(inner + outer))
  }
  .autocast(.single)

  /// `linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor`
  static let tensorSolve = OperatorDefinition("aten::linalg_tensorsolve") { call, e in
    var tensor = call[0]
    if let moved = try call.optionalInts(2), !moved.isEmpty {
      let rank = try tensor.rank
      let axes = try moved.map { try Geometry.axis($0, of: rank) }
      let order = (0..<rank).filter { !axes.contains($0) } + axes
      tensor = try e.call("aten::permute", tensor, .ints(order))
    }
    let inner = Array(try tensor.sizes.dropFirst(call[1].rank))
    let count = try SymbolicSize.product(call[1].sizes)
    let matrix = try e.call("aten::reshape", tensor, .sizes([count, .product(inner)]))
    let right = try e.call("aten::reshape", call[1], .sizes([count]))
    return try e.call("aten::reshape", e.call("aten::linalg_solve", matrix, right), .sizes(inner))
  }
  .autocast(.single)

  /// `linalg_vander(Tensor x, *, SymInt? N=None) -> Tensor`
  static let linalgVander = OperatorDefinition("aten::linalg_vander") { call, e in
    // A number counts as a vector of one.
    let vector = try call[0].rank == 0 ? e.call("aten::unsqueeze", call[0], 0) : call[0]
    let sizes = try vector.sizes
    let count = try call.optionalSize(1) ?? sizes.last ?? 1
    guard count.int ?? 2 > 1 else { throw call.error("there are fewer than two columns") }
    let dtype = try call[0].dtype.isIntegral(includingBool: true) ? .int64 : call[0].dtype
    let column = try e.call("aten::unsqueeze", e.converted(vector, to: dtype), -1)
    let repeated = try e.call("aten::expand", column, .sizes(sizes + [count - 1]))
    let powers = try e.call("aten::cumprod", repeated, -1)
    let ones = try e.call("aten::ones_like", column)
    return try e.call("aten::cat", [ones, powers], -1)
  }
  .autocast(.transparent)

  /// `vander(Tensor x, int? N=None, bool increasing=False) -> Tensor`
  static let vander = OperatorDefinition("aten::vander") { call, e in
    guard try call[0].rank == 1 else { throw call.error("the argument is not a vector") }
    let count = try call.optionalInt(1) ?? call[0].size(0).requireStatic()
    let dtype = try call[0].dtype.isIntegral(includingBool: true) ? .int64 : call[0].dtype
    let column = try e.call("aten::unsqueeze", e.converted(call[0], to: dtype), -1)
    let ones = try e.call("aten::ones_like", column)
    var result: IValue
    if count < 2 {
      result = try e.call("aten::slice.Tensor", ones, 1, 0, .int(max(count, 0)))
    } else {
      let repeated = try e.call(
        "aten::expand", column, .sizes([call[0].size(0), .int(count - 1)]))
      result = try e.call("aten::cat", [ones, e.call("aten::cumprod", repeated, -1)], -1)
    }
    return try call.bool(2) ? result : e.call("aten::flip", result, [-1])
  }
  .autocast(.transparent)

  /// Reduces the singular values of matrices in two dimensions.
  private static func singularNorm(
    _ e: any Emitter, _ value: IValue, _ axes: [Int], _ keepsAxes: Bool,
    _ reduce: (IValue) throws -> IValue
  ) throws -> IValue {
    let rank = try value.rank
    let order = (0..<rank).filter { !axes.contains($0) } + axes
    let matrices = try e.call("aten::permute", value, .ints(order))
    var result = try reduce(e.call("aten::linalg_svdvals", matrices))
    if keepsAxes {
      for axis in axes.sorted() { result = try e.call("aten::unsqueeze", result, .int(axis)) }
    }
    return result
  }

  private static func axes(_ call: OperatorCall, _ index: Int) throws -> [Int] {
    let rank = try call[0].rank
    let axes = try call.ints(index).map { try Geometry.axis($0, of: rank) }
    guard axes.count == 2, axes[0] != axes[1] else {
      throw call.error("a matrix has two dimensions")
    }
    return axes
  }

  /// Returns the first argument in the dtype that the call asks for.
  private static func typed(
    _ call: OperatorCall, _ e: any Emitter, _ index: Int
  ) throws -> IValue {
    guard let dtype = try call.optionalDType(index) else { return call[0] }
    return try e.converted(call[0], to: dtype)
  }
}
