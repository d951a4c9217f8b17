import FXCore
import FXOperators
import FXTensor

/// Sums of products along several dimensions: `einsum`, `tensordot`, `kron`, `bilinear`.
enum Contractions {
  static let all: [OperatorDefinition] = [
    einsum, tensordot, kron, bilinear, trilinear, multiDot, chainMatmul,
    matrixPower.requiring(.openBLAS, where: hasNegativeExponent),
  ]

  /// `einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor`
  static let einsum = OperatorDefinition("aten::einsum") { call, e in
    guard let text = try call.optionalString(0), let operands = call[1].elements else {
      throw call.wrong(0, "an equation")
    }
    var einsum = try Einsum(EinsumEquation(text), operands, e)
    return try einsum.result(path: call.optionalInts(2))
  }
  .autocast(.transparent)

  /// `tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor`
  static let tensordot = OperatorDefinition("aten::tensordot") { call, e in
    var (left, right) = (call[0], call[1])
    let leftAxes = try call.ints(2).map { try Geometry.axis($0, of: left.rank) }
    let rightAxes = try call.ints(3).map { try Geometry.axis($0, of: right.rank) }
    guard leftAxes.count == rightAxes.count else {
      throw call.error("both arguments need the same number of dimensions")
    }
    let dtype = IValue.dtype(try left.dtype)
    for (one, other) in zip(leftAxes, rightAxes) {
      let (mine, theirs) = (try left.size(one), try right.size(other))
      if mine == theirs { continue }
      if theirs == 1 {
        left = try e.call(
          "aten::sum.dim_IntList", left, [.int(one)], true, keywords: [("dtype", dtype)])
      } else if mine == 1 {
        right = try e.call(
          "aten::sum.dim_IntList", right, [.int(other)], true, keywords: [("dtype", dtype)])
      } else if mine.int != nil, theirs.int != nil {
        throw call.error("the sizes \(mine) and \(theirs) do not fit together")
      }
    }
    let (mine, theirs) = (try left.sizes, try right.sizes)
    let leftRest = mine.indices.filter { !leftAxes.contains($0) }
    let rightRest = theirs.indices.filter { !rightAxes.contains($0) }
    let depth = try SymbolicSize.product(leftAxes.map { mine[$0] })
    let outer = (leftRest.map { mine[$0] }, rightRest.map { theirs[$0] })
    let rows = try e.call(
      "aten::reshape", e.call("aten::permute", left, .ints(leftRest + leftAxes)),
      .sizes([SymbolicSize.product(outer.0), depth]))
    let columns = try e.call(
      "aten::reshape", e.call("aten::permute", right, .ints(rightAxes + rightRest)),
      .sizes([depth, SymbolicSize.product(outer.1)]))
    return try e.call("aten::view", e.call("aten::mm", rows, columns), .sizes(outer.0 + outer.1))
  }
  .autocast(.transparent)

  /// `kron(Tensor self, Tensor other) -> Tensor`
  static let kron = OperatorDefinition("aten::kron") { call, e in
    let rank = try max(call[0].rank, call[1].rank)
    func padded(_ sizes: [SymbolicSize]) -> [SymbolicSize] {
      Array(repeating: 1, count: rank - sizes.count) + sizes
    }
    let (mine, theirs) = (padded(try call[0].sizes), padded(try call[1].sizes))
    let left = try e.call("aten::reshape", call[0], .sizes(mine.flatMap { [$0, 1] }))
    let right = try e.call("aten::reshape", call[1], .sizes(theirs.flatMap { [1, $0] }))
    let product = try e.call("aten::mul.Tensor", left, right)
    return try e.call("aten::reshape", product, .sizes(zip(mine, theirs).map { try $0 * $1 }))
  }

  /// `bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor`
  static let bilinear = OperatorDefinition("aten::bilinear") { call, e in
    let (shape, weight) = (try call[0].sizes, try call[2].sizes)
    guard weight.count == 3, try call[1].sizes.dropLast() == shape.dropLast() else {
      throw call.error("the shapes of the inputs and of the weight do not fit together")
    }
    let outer = Array(shape.dropLast())
    let count = try SymbolicSize.product(outer)
    let left = try e.call("aten::reshape", call[0], .sizes([count, weight[1]]))
    let right = try e.call("aten::reshape", call[1], .sizes([count, weight[2], 1]))
    // (n, i) times (i, o j), and for each n then (o, j) times (j, 1).
    let matrix = try e.call(
      "aten::reshape", e.call("aten::permute", call[2], [1, 0, 2]),
      .sizes([weight[1], weight[0] * weight[2]]))
    let product = try e.call(
      "aten::view", e.call("aten::mm", left, matrix), .sizes([count, weight[0], weight[2]]))
    let sums = try e.call("aten::bmm", product, right)
    let result = try e.call("aten::view", sums, .sizes(outer + [weight[0]]))
    return call[3].isNone ? result : try e.call("aten::add.Tensor", result, call[3])
  }
  .autocast(.transparent)

  /// `_trilinear(Tensor i1, Tensor i2, Tensor i3, int[] expand1, int[] expand2, int[] expand3,
  /// int[] sumdim, int unroll_dim=1) -> Tensor`
  static let trilinear = OperatorDefinition("aten::_trilinear") { call, e in
    func expanded(_ index: Int) throws -> IValue {
      try call.ints(index + 3).sorted().reduce(call[index]) { value, axis in
        try e.call("aten::unsqueeze", value, .int(axis))
      }
    }
    let pair = try e.call("aten::mul.Tensor", expanded(0), expanded(1))
    let product = try e.call("aten::mul.Tensor", pair, expanded(2))
    return try call.ints(6).isEmpty
      ? product : try e.call("aten::sum.dim_IntList", product, call[6])
  }
  .autocast(.transparent)
  .kept()

  /// `linalg_multi_dot(Tensor[] tensors) -> Tensor`
  static let multiDot = OperatorDefinition("aten::linalg_multi_dot") { call, e in
    guard var matrices = call[0].elements, matrices.count >= 2 else {
      throw call.error("there are not two tensors or more")
    }
    let last = matrices.count - 1
    let (isRow, isColumn) = (try matrices[0].rank == 1, try matrices[last].rank == 1)
    if isRow { matrices[0] = try e.call("aten::unsqueeze", matrices[0], 0) }
    if isColumn { matrices[last] = try e.call("aten::unsqueeze", matrices[last], 1) }
    for matrix in matrices where try matrix.rank != 2 {
      throw call.error("only the first and the last may be vectors, others are matrices")
    }
    var product = try MatrixChain(matrices).product(e)
    if isColumn { product = try e.call("aten::squeeze.dim", product, 1) }
    if isRow { product = try e.call("aten::squeeze.dim", product, 0) }
    return product
  }
  .autocast(.transparent)

  /// `chain_matmul(Tensor[] matrices) -> Tensor`
  static let chainMatmul = OperatorDefinition("aten::chain_matmul") { call, e in
    guard let matrices = call[0].elements, let first = matrices.first else {
      throw call.error("there are no matrices")
    }
    return matrices.count == 1
      ? try e.call("aten::clone", first) : try MatrixChain(matrices).product(e)
  }
  .autocast(.transparent)

  private static let hasNegativeExponent: LibraryRequirement.Condition = { constants, _ in
    if case .int(let exponent)? = constants[1] { exponent < 0 } else { false }
  }

  /// `linalg_matrix_power(Tensor self, int n) -> Tensor`
  static let matrixPower = OperatorDefinition(
    "aten::linalg_matrix_power", "aten::matrix_power"
  ) { call, e in
    let sizes = try call[0].sizes
    guard sizes.count >= 2 else { throw call.error("the argument is not a matrix") }
    var exponent = try call.int(1)
    var base = call[0]
    if exponent == 0 {
      let eye = try e.call(
        "aten::eye", IValue(sizes[sizes.count - 1]),
        keywords: [("dtype", .dtype(base.dtype)), ("device", .device(base.device))])
      return try e.call("aten::clone", e.call("aten::expand", eye, .sizes(sizes)))
    }
    if exponent < 0 {
      base = try e.call("aten::linalg_inv", base)
      exponent = -exponent
    }
    if exponent == 1 { return try e.call("aten::clone", base) }
    var result: IValue?
    while true {
      if exponent & 1 == 1 {
        result = try result.map { try e.call("aten::matmul", $0, base) } ?? base
      }
      exponent >>= 1
      if exponent == 0 { break }
      base = try e.call("aten::matmul", base, base)
    }
    return result ?? base
  }
  .autocast(.transparent)
}

/// A product of several matrices in the order that takes the fewest multiplications.
struct MatrixChain {
  private let matrices: [IValue]
  private var splits: [[Int]]

  init(_ matrices: [IValue]) throws {
    self.matrices = matrices
    let count = matrices.count
    splits = Array(repeating: Array(repeating: 0, count: count), count: count)
    for start in 0..<count { for end in start..<count { splits[start][end] = end - 1 } }
    // Sizes that are not known leave the order from left to right.
    var sizes: [Double] = []
    for (index, matrix) in matrices.enumerated() {
      guard let rows = try matrix.size(0).int, let columns = try matrix.size(1).int else { return }
      if index == 0 { sizes.append(Double(rows)) }
      sizes.append(Double(columns))
    }
    var costs = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for length in 1..<max(count, 2) {
      for start in 0..<max(count - length, 0) {
        let end = start + length
        costs[start][end] = .infinity
        for split in start..<end {
          let own = sizes[start] * sizes[split + 1] * sizes[end + 1]
          let cost = costs[start][split] + costs[split + 1][end] + own
          if cost < costs[start][end] {
            costs[start][end] = cost
            splits[start][end] = split
          }
        }
      }
    }
  }

  /// Multiplies all.
  func product(_ e: any Emitter) throws -> IValue { try product(e, 0, matrices.count - 1) }

  private func product(_ e: any Emitter, _ start: Int, _ end: Int) throws -> IValue {
    if start == end { return matrices[start] }
    let split = splits[start][end]
    return try e.call("aten::mm", product(e, start, split), product(e, split + 1, end))
  }
}
