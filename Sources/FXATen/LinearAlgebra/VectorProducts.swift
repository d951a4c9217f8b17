import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Products with vectors: `mv`, `dot`, `outer`, `cross`.
enum VectorProducts {
  static let all: [OperatorDefinition] = [
    mv, addmv, dot, vdot, outer, addr, inner, vecdot, cross, linalgCross,
  ]

  /// `mv(Tensor self, Tensor vec) -> Tensor`
  static let mv = OperatorDefinition(
    "aten::mv",
    decomposition: { call, e in
      let column = try e.call("aten::unsqueeze", call[1], 1)
      return try e.call("aten::squeeze.dim", e.call("aten::mm", call[0], column), 1)
    },
    kernel: { call in
      let (matrix, vector) = (try call.tensor(0, rank: 2), try call.tensor(1, rank: 1))
      let column = try MatrixProducts.product(call, matrix, vector.unsqueeze(1))
      return .tensor(try column.view([matrix.sizes[0]]))
    })

  /// `addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
  static let addmv = OperatorDefinition(
    "aten::addmv",
    decomposition: { call, e in
      var product = try e.call("aten::mv", call[1], call[2])
      let (beta, alpha) = (try call.factor(3), try call.factor(4))
      if !alpha.isOne { product = try e.call("aten::mul.Tensor", product, alpha) }
      if beta.isZero { return product }
      var addend = call[0]
      if !beta.isOne { addend = try e.call("aten::mul.Tensor", addend, beta) }
      return try e.call("aten::add.Tensor", addend, product)
    },
    kernel: { call in
      let (matrix, vector) = (try call.tensor(1, rank: 2), try call.tensor(2, rank: 1))
      let addend = try call.tensor(0)
      guard addend.rank <= 1 else { throw call.error("a matrix is added to a vector") }
      let column = try addend.rank == 1 ? addend.unsqueeze(1) : addend
      let sum = try MatrixProducts.sum(
        call, addend: column, matrix, vector.unsqueeze(1), beta: call.scalar(3),
        alpha: call.scalar(4))
      return .tensor(try sum.view([matrix.sizes[0]]))
    }
  )
  .overlapping(OverlapRule(out: .only([0]), expanded: [0]))
  .kept()

  /// `dot(Tensor self, Tensor tensor) -> Tensor`
  static let dot = OperatorDefinition(
    "aten::dot",
    decomposition: { call, e in
      try e.call("aten::sum", e.call("aten::mul.Tensor", call[0], call[1]))
    },
    kernel: { call in .tensor(try dot(call, call.tensor(0, rank: 1), call.tensor(1, rank: 1))) })

  /// `vdot(Tensor self, Tensor other) -> Tensor`
  static let vdot = OperatorDefinition("aten::vdot") { call, e in
    let left = try call[0].dtype.isComplex ? e.call("aten::conj_physical", call[0]) : call[0]
    return try e.call("aten::dot", left, call[1])
  }

  /// `outer(Tensor self, Tensor vec2) -> Tensor`
  static let outer = OperatorDefinition("aten::outer", "aten::ger") { call, e in
    guard try call[0].rank == 1, try call[1].rank == 1 else {
      throw call.error("both arguments need one dimension")
    }
    return try e.call("aten::mul.Tensor", e.call("aten::unsqueeze", call[0], 1), call[1])
  }

  /// `addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
  static let addr = OperatorDefinition("aten::addr") { call, e in
    let (beta, alpha) = (try call.scalar(3), try call.scalar(4))
    let dtype = try call[1].dtype.promoted(with: call[2].dtype)
    if try call[0].dtype == .bool, dtype == .bool {
      let outer = try e.call("aten::outer", call[1], call[2])
      let product = alpha.isTrue ? outer : try e.call("aten::zeros_like", outer)
      return beta.isTrue ? try e.call("aten::logical_or", call[0], product) : product
    }
    /// Multiplies by a number, which PyTorch rounds to narrow floats first.
    func scaled(_ value: IValue, _ index: Int) throws -> IValue {
      if call.isOne(index) { return value }
      let dtype = try value.dtype
      guard dtype == .bfloat16 || dtype == .float16 else {
        return try e.call("aten::mul.Tensor", value, call[index])
      }
      let number = try e.call(
        "aten::scalar_tensor", call[index], keywords: [("dtype", .dtype(dtype))])
      return try e.call("aten::mul.Tensor", value, number)
    }
    let product = try e.call("aten::outer", scaled(call[1], 4), call[2])
    if !beta.isTrue {
      // The dtype is that of all three, even though the first one's numbers do not count.
      let common = try call[0].dtype.promoted(with: product.dtype)
      return try e.call("aten::to.dtype", product, .dtype(common))
    }
    return try e.call("aten::add.Tensor", scaled(call[0], 3), product)
  }
  .overlapping(OverlapRule(inPlace: .all, out: .all, expanded: [0]))

  /// `inner(Tensor self, Tensor other) -> Tensor`
  static let inner = OperatorDefinition("aten::inner") { call, e in
    if try call[0].rank == 0 || call[1].rank == 0 {
      return try e.call("aten::mul.Tensor", call[0], call[1])
    }
    return try e.call("aten::tensordot", call[0], call[1], [-1], [-1])
  }
  .autocast(.transparent)

  /// `linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor`
  static let vecdot = OperatorDefinition("aten::linalg_vecdot") { call, e in
    let left = try call[0].dtype.isComplex ? e.call("aten::conj_physical", call[0]) : call[0]
    let product = try e.call("aten::mul.Tensor", left, call[1])
    return try e.call("aten::sum.dim_IntList", product, .list([call[2]]))
  }
  .autocast(.lower)

  /// `cross(Tensor self, Tensor other, int? dim=None) -> Tensor`
  static let cross = OperatorDefinition("aten::cross") { call, e in
    var axis = call[2]
    if axis.isNone {
      guard let first = try call[0].sizes.firstIndex(of: 3) else {
        throw call.error("there is no dimension of size 3")
      }
      axis = .int(first)
    }
    return try e.call("aten::linalg_cross", call[0], call[1], keywords: [("dim", axis)])
  }

  /// `linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor`
  static let linalgCross = OperatorDefinition("aten::linalg_cross") { call, e in
    let rank = try call[0].rank
    guard try call[1].rank == rank else { throw call.error("the numbers of dimensions differ") }
    guard rank > 0, try call[0].size(call.int(2)) == 3, try call[1].size(call.int(2)) == 3 else {
      throw call.error("the dimension is not of size 3")
    }
    let shape = IValue.sizes(try SymbolicSize.broadcast(call[0].sizes, call[1].sizes))
    let left = try e.call("aten::expand", call[0], shape)
    let right = try e.call("aten::expand", call[1], shape)
    let axes = IValue.list([call[2]])
    func rolled(_ value: IValue, _ shift: IValue) throws -> IValue {
      try e.call("aten::roll", value, .list([shift]), axes)
    }
    let difference = try e.call(
      "aten::sub.Tensor", e.call("aten::mul.Tensor", rolled(left, -1), rolled(right, -2)),
      e.call("aten::mul.Tensor", rolled(left, -2), rolled(right, -1)))
    return try e.call("aten::contiguous", difference)
  }
  .overlapping(OverlapRule(apart: [0, 1]))
  .batched(.dimensions([2], of: [0, 1]))

  private static func dot(_ call: OperatorCall, _ left: Tensor, _ right: Tensor) throws -> Tensor {
    guard left.sizes == right.sizes else { throw call.error("the vectors are of different sizes") }
    let product = try MatrixProducts.product(call, left.unsqueeze(0), right.unsqueeze(1))
    return try product.view([])
  }
}
