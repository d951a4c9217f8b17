import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Products of matrices and of batches of as many: `mm`, `addmm`, `bmm`, `baddbmm`.
enum MatrixProducts {
  static let all: [OperatorDefinition] = [
    mm, mmDType, bmm, bmmDType, addmm, addmmDType, baddbmm, baddbmmDType, addbmm, intMM,
    addmmActivation, matmul, linear, mkldnnLinear,
  ]

  /// `mm(Tensor self, Tensor mat2) -> Tensor`
  static let mm = OperatorDefinition("aten::mm", shape: ShapeRules.matrixProduct) { call in
    .tensor(try product(call, call.tensor(0, rank: 2), call.tensor(1, rank: 2)))
  }
  .differentiated(
    by: .bilinear(
      { call, g in try g.times(g.with(call[1]).conjugate().transposed()) },
      { call, g in try g.with(call[0]).conjugate().transposed().times(g) })
  )
  .autocast(.lower)

  /// `mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
  static let mmDType = OperatorDefinition("aten::mm.dtype") { call, e in
    let (left, right) = try converted(call, e, 0, 1, dtype: 2)
    return try e.call("aten::mm", left, right)
  }

  /// `bmm(Tensor self, Tensor mat2) -> Tensor`
  static let bmm = OperatorDefinition("aten::bmm", shape: ShapeRules.matrixProduct) { call in
    let left = try call.tensor(0, rank: 3)
    let right = try call.tensor(1, rank: 3)
    guard left.sizes[0] == right.sizes[0] else { throw misfit(call, left, right) }
    return .tensor(try product(call, left, right))
  }
  .differentiated(
    by: .bilinear(
      { call, g in try g.times(g.with(call[1]).conjugate().transposed()) },
      { call, g in try g.with(call[0]).conjugate().transposed().times(g) })
  )
  .autocast(.lower)

  /// `bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
  static let bmmDType = OperatorDefinition("aten::bmm.dtype") { call, e in
    let (left, right) = try converted(call, e, 0, 1, dtype: 2)
    return try e.call("aten::bmm", left, right)
  }

  /// `addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
  static let addmm = OperatorDefinition("aten::addmm", shape: ShapeRules.addedMatrixProduct) {
    call in
    let (beta, alpha) = (try call.scalar(3), try call.scalar(4))
    return .tensor(
      try sum(call, call.tensor(1, rank: 2), call.tensor(2, rank: 2), beta: beta, alpha: alpha))
  }
  .autocast(.lower)

  /// `addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1,
  /// Scalar alpha=1) -> Tensor`
  static let addmmDType = OperatorDefinition("aten::addmm.dtype") { call, e in
    let (left, right) = try converted(call, e, 1, 2, dtype: 3)
    return try e.call(
      "aten::addmm", e.call("aten::to.dtype", call[0], call[3]), left, right,
      keywords: [("beta", call[4]), ("alpha", call[5])])
  }

  /// `baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) ->
  /// Tensor`
  static let baddbmm = OperatorDefinition(
    "aten::baddbmm", shape: ShapeRules.addedMatrixProduct,
    decomposition: { call, e in
      try e.computing([call[1], call[2], call[0]]) { values in
        var product = try e.call("aten::bmm", values[0], values[1])
        let (beta, alpha) = (try call.factor(3), try call.factor(4))
        if !alpha.isOne { product = try e.call("aten::mul.Tensor", product, alpha) }
        if beta.isZero { return product }
        var addend = values[2]
        if !beta.isOne { addend = try e.call("aten::mul.Tensor", addend, beta) }
        return try e.call("aten::add.Tensor", addend, product)
      }
    },
    kernel: { call in
      let (left, right) = (try call.tensor(1, rank: 3), try call.tensor(2, rank: 3))
      guard left.sizes[0] == right.sizes[0] else { throw misfit(call, left, right) }
      let (beta, alpha) = (try call.scalar(3), try call.scalar(4))
      return .tensor(try sum(call, left, right, beta: beta, alpha: alpha))
    }
  )
  .overlapping(OverlapRule(out: .only([0]), expanded: [0]))
  .differentiated(by: .throughDecomposition)
  .autocast(.lower)

  /// `baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar
  /// beta=1, Scalar alpha=1) -> Tensor`
  static let baddbmmDType = OperatorDefinition("aten::baddbmm.dtype") { call, e in
    let (left, right) = try converted(call, e, 1, 2, dtype: 3)
    return try e.call(
      "aten::baddbmm", e.call("aten::to.dtype", call[0], call[3]), left, right,
      keywords: [("beta", call[4]), ("alpha", call[5])])
  }

  /// `addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) ->
  /// Tensor`
  static let addbmm = OperatorDefinition(
    "aten::addbmm",
    decomposition: { call, e in
      var product = try e.call("aten::sum.dim_IntList", e.call("aten::bmm", call[1], call[2]), [0])
      let (beta, alpha) = (try call.factor(3), try call.factor(4))
      if !alpha.isOne { product = try e.call("aten::mul.Tensor", product, alpha) }
      if beta.isZero { return product }
      var addend = call[0]
      if !beta.isOne { addend = try e.call("aten::mul.Tensor", addend, beta) }
      return try e.call("aten::add.Tensor", addend, product)
    },
    kernel: { call in
      let (left, right) = (try call.tensor(1, rank: 3), try call.tensor(2, rank: 3))
      guard left.sizes[0] == right.sizes[0] else { throw misfit(call, left, right) }
      let (beta, alpha) = (try call.scalar(3), try call.scalar(4))
      try check(call, left, right)
      let shape = [left.sizes[1], right.sizes[2]]
      let result = try Tensor.zeros(shape, left.dtype, device: left.device)
      if beta.isTrue { try result.copy(from: call.tensor(0).expand(shape)) }
      // As in PyTorch the sum is rounded after each product.
      for index in 0..<left.sizes[0] {
        try MatrixProduct.multiply(
          left.select(0, index), right.select(0, index), into: result, alpha: alpha,
          beta: index == 0 ? beta : 1)
      }
      if left.sizes[0] == 0, beta.isTrue {
        try MatrixProduct.multiply(
          .empty([shape[0], 0], left.dtype), .empty([0, shape[1]], left.dtype), into: result,
          alpha: alpha, beta: beta)
      }
      return .tensor(result)
    }
  )
  .overlapping(OverlapRule(out: .only([0]), expanded: [0]))
  .autocast(.lower)
  .kept()

  /// `_int_mm(Tensor self, Tensor mat2) -> Tensor`
  static let intMM = OperatorDefinition(
    "aten::_int_mm",
    shape: { call in
      guard case .fake(let product) = try ShapeRules.matrixProduct(call) else { return .none }
      return .fake(FakeTensor(.int32, product.sizes, device: product.device))
    },
    kernel: { call in
      let left = try call.tensor(0, rank: 2).converted(to: .int32)
      return .tensor(try product(call, left, call.tensor(1, rank: 2).converted(to: .int32)))
    })

  /// `_addmm_activation(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1,
  /// bool use_gelu=False) -> Tensor`
  static let addmmActivation = OperatorDefinition("aten::_addmm_activation") { call, e in
    let sum = try e.call(
      "aten::addmm", call[0], call[1], call[2], keywords: [("beta", call[3]), ("alpha", call[4])])
    guard try call.bool(5) else { return try e.call("aten::relu", sum) }
    return try e.call("aten::gelu", sum, keywords: [("approximate", "tanh")])
  }
  .autocast(.lower)

  /// `matmul(Tensor self, Tensor other) -> Tensor`
  static let matmul = OperatorDefinition(
    "aten::matmul", "aten::linalg_matmul",
    decomposition: { call, e in try Matmul(e, call[0], call[1]).result() },
    kernel: { call in
      let (left, right) = (try call.tensor(0), try call.tensor(1))
      guard left.rank > 0, right.rank > 0 else {
        throw call.error("both arguments need at least one dimension")
      }
      let rows = left.rank == 1 ? try left.unsqueeze(0) : left
      let columns = right.rank == 1 ? try right.unsqueeze(1) : right
      let result = try product(call, rows, columns)
      if left.rank == 1 {
        return .tensor(try result.squeeze(right.rank == 1 ? [-1, -2] : [-2]))
      }
      return .tensor(right.rank == 1 ? try result.squeeze([-1]) : result)
    }
  )
  .autocast(.lower, only: "aten::matmul")
  .autocast(.transparent, only: "aten::linalg_matmul")

  /// `linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor`
  static let linear = OperatorDefinition(
    "aten::linear",
    decomposition: { call, e in
      let weight = try call[1].rank == 2 ? e.call("aten::t", call[1]) : call[1]
      let rank = try call[0].rank
      let isPlain = try call[2].isNone || rank < 2 || call[1].rank < 2
      if isPlain {
        let product = try e.call("aten::matmul", call[0], weight)
        return call[2].isNone ? product : try e.call("aten::add.Tensor", product, call[2])
      }
      if rank == 2 { return try e.call("aten::addmm", call[2], call[0], weight) }
      let sizes = try call[0].sizes
      let flat = try SymbolicSize.product(sizes.dropLast())
      let rows = try e.call("aten::reshape", call[0], .sizes([flat, sizes[rank - 1]]))
      let sum = try e.call("aten::addmm", call[2], rows, weight)
      return try e.call("aten::view", sum, .sizes(sizes.dropLast() + [call[1].size(0)]))
    },
    kernel: { call in
      let (input, weight) = (try call.tensor(0), try call.tensor(1))
      let bias = try call.optionalTensor(2)
      guard input.rank > 0, weight.rank > 0, weight.rank <= 2 else {
        throw call.error("the input needs dimensions, and the weight one or two")
      }
      let matrix = weight.rank == 1 ? try weight.unsqueeze(0) : weight
      var shape = Array(input.sizes.dropLast())
      let rows = try input.reshape([shape.reduce(1, *), input.sizes[input.rank - 1]])
      if weight.rank == 2 { shape.append(weight.sizes[0]) }
      var result: Tensor
      if let bias, bias.dtype == input.dtype, weight.rank == 2 {
        result = try sum(call, addend: bias, rows, matrix.t(), beta: 1, alpha: 1)
      } else {
        guard bias == nil else { throw call.error("the bias is of another dtype or rank") }
        result = try product(call, rows, matrix.t())
      }
      result = try result.view(shape)
      return .tensor(result)
    }
  )
  .autocast(.lower)

  /// `mkldnn_linear(Tensor self, Tensor weight, Tensor? bias=None) -> Tensor`
  static let mkldnnLinear = OperatorDefinition("aten::mkldnn_linear") { call, e in
    try e.call("aten::linear", call[0], call[1], call[2])
  }

  /// Multiplies after checks of dtypes.
  static func product(_ call: OperatorCall, _ left: Tensor, _ right: Tensor) throws -> Tensor {
    try check(call, left, right)
    return try MatrixProduct.product(left, right)
  }

  /// Multiplies and adds the first argument after checks of dtypes.
  static func sum(
    _ call: OperatorCall, addend: Tensor? = nil, _ left: Tensor, _ right: Tensor, beta: Scalar,
    alpha: Scalar
  ) throws -> Tensor {
    try check(call, left, right)
    let addend = try addend ?? call.tensor(0)
    guard addend.dtype == left.dtype else {
      throw call.error("a \(addend.dtype.name) tensor is added to products of \(left.dtype.name)")
    }
    return try MatrixProduct.sum(addend, left, right, alpha: alpha, beta: beta)
  }

  private static func check(_ call: OperatorCall, _ left: Tensor, _ right: Tensor) throws {
    guard left.dtype == right.dtype else {
      throw call.error("\(left.dtype.name) and \(right.dtype.name) are multiplied")
    }
    guard left.dtype != .bool, !left.dtype.isFloat8 else {
      throw call.error("there is no product of \(left.dtype.name)")
    }
    guard left.sizes[left.rank - 1] == right.sizes[right.rank - 2] else {
      throw misfit(call, left, right)
    }
  }

  private static func misfit(_ call: OperatorCall, _ left: Tensor, _ right: Tensor) -> FXError {
    call.error(
      "the shapes \(Geometry.text(left.sizes)) and \(Geometry.text(right.sizes)) do not fit "
        + "together")
  }

  private static func converted(
    _ call: OperatorCall, _ e: any Emitter, _ left: Int, _ right: Int, dtype: Int
  ) throws -> (IValue, IValue) {
    (
      try e.call("aten::to.dtype", call[left], call[dtype]),
      try e.call("aten::to.dtype", call[right], call[dtype])
    )
  }
}

extension OperatorCall {
  /// Returns a tensor of a number of dimensions.
  ///
  /// - Throws: `operator.domain` where it has others.
  func tensor(_ index: Int, rank: Int) throws -> Tensor {
    let tensor = try tensor(index)
    guard tensor.rank == rank else {
      throw error(
        "argument '\(schema.parameters[index].name)' has \(tensor.rank) dimensions, and not \(rank)"
      )
    }
    return tensor
  }

  /// Returns what a matrix product is multiplied by: a whole number where the matrices hold integers.
  func factor(_ index: Int) throws -> IValue {
    guard case .float(let value) = self[index], try !self[1].dtype.isFloatingPoint,
      try !self[1].dtype.isComplex
    else { return self[index] }
    guard value.magnitude < 0x1p62 else { throw wrong(index, "a factor of integers") }
    return .int(Int(value))
  }

  /// Whether an argument is the number 1, by which nothing changes.
  func isOne(_ index: Int) -> Bool {
    switch self[index] {
    case .int(let value): value == 1
    case .float(let value): value == 1
    default: false
    }
  }
}
