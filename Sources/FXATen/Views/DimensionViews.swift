import FXCore
import FXOperators
import FXTensor

/// Views with dimensions in another order, fewer or more of them.
enum DimensionViews {
  static let all: [OperatorDefinition] = [
    permute, transpose, swap, t, numpyT, matrixT, adjoint, matrixH, movedim, squeeze, squeezeDims,
    unsqueeze,
  ]

  /// `permute(Tensor(a) self, int[] dims) -> Tensor(a)`
  static let permute = OperatorDefinition(
    "aten::permute", "prims::transpose", shape: ShapeRules.permute
  ) { call in
    .tensor(try call.tensor(0).permute(call.ints(1)))
  }
  .viewing(reordered)
  .differentiated(by: .view)

  /// Puts dimensions back in their order.
  private static let reordered = ViewRule(keepsBase: false) { write, e in
    guard let parts = write.call[1].elements else { throw write.unsupported }
    var order = [IValue](repeating: .int(0), count: parts.count)
    for (index, part) in parts.enumerated() {
      guard case .int(let axis) = part else { throw write.unsupported }
      let target = axis < 0 ? axis + parts.count : axis
      guard order.indices.contains(target) else { throw write.unsupported }
      order[target] = .int(index)
    }
    return try e.call("aten::permute", write.value, .list(order))
  }

  /// `transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)`
  static let transpose = OperatorDefinition(
    "aten::transpose.int",
    decomposition: { call, e in
      let rank = try call[0].rank
      let (first, second) = (try call.axis(1, of: call[0]), try call.axis(2, of: call[0]))
      if rank == 0 { return try e.call("aten::alias", call[0]) }
      var order = Array(0..<rank)
      order.swapAt(first, second)
      return try e.call("aten::permute", call[0], .ints(order))
    }, kernel: { call in .tensor(try call.tensor(0).transpose(call.int(1), call.int(2))) }
  )
  .viewing(.involution)
  .differentiated(by: .view)
  .batched(.dimensions([1, 2]))

  /// `swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)`
  static let swap = OperatorDefinition("aten::swapaxes", "aten::swapdims") { call, e in
    try e.call("aten::transpose.int", call[0], call[1], call[2])
  }

  /// `t(Tensor(a) self) -> Tensor(a)`
  static let t = OperatorDefinition(
    "aten::t",
    decomposition: { call, e in
      let rank = try call[0].rank
      guard rank <= 2 else { throw call.error("expected at most 2 dimensions, found \(rank)") }
      if rank < 2 { return try e.call("aten::alias", call[0]) }
      return try e.call("aten::permute", call[0], [1, 0])
    }, kernel: { call in .tensor(try call.tensor(0).t()) }
  )
  .viewing(.involution)
  .differentiated(by: .view)

  /// `numpy_T(Tensor(a) self) -> Tensor(a)`
  static let numpyT = OperatorDefinition("aten::numpy_T", "aten::numpy_T.a") { call, e in
    try e.call("aten::permute", call[0], .ints((0..<call[0].rank).reversed()))
  }
  .viewing(.involution)

  /// `mT(Tensor(a) self) -> Tensor(a)`
  static let matrixT = OperatorDefinition("aten::mT", "aten::mT.a") { call, e in
    let rank = try call[0].rank
    if rank == 0 { return call[0] }
    guard rank >= 2 else { throw call.error("expected at least 2 dimensions") }
    return try e.call("aten::transpose.int", call[0], -2, -1)
  }
  .viewing(.involution)

  /// `adjoint(Tensor(a) self) -> Tensor(a)`
  static let adjoint = OperatorDefinition("aten::adjoint", "aten::mH", "aten::mH.a") { call, e in
    let rank = try call[0].rank
    if rank == 0 { return try e.call("aten::matrix_H", call[0]) }
    guard rank >= 2 else { throw call.error("expected at least 2 dimensions") }
    let transposed = try e.call("aten::transpose.int", call[0], -2, -1)
    return try call[0].dtype.isComplex ? e.call("aten::_conj", transposed) : transposed
  }

  /// `matrix_H(Tensor(a) self) -> Tensor(a)`
  static let matrixH = OperatorDefinition("aten::matrix_H", "aten::matrix_H.a") { call, e in
    switch try call[0].rank {
    case 0: try call[0].dtype.isComplex ? e.call("aten::_conj", call[0]) : call[0]
    case 2: try e.call("aten::adjoint", call[0])
    default: throw call.error("expected a matrix or a number")
    }
  }

  /// `movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
  static let movedim = OperatorDefinition(
    "aten::movedim.int", "aten::movedim.intlist", "aten::moveaxis.int", "aten::moveaxis.intlist"
  ) { call, e in
    let rank = try call[0].rank
    let sources = try call.ints(1).map { try Geometry.axis($0, of: rank) }
    let places = try call.ints(2).map { try Geometry.axis($0, of: rank) }
    guard sources.count == places.count, Set(sources).count == sources.count,
      Set(places).count == places.count
    else { throw call.error("dimensions and places are not one another's") }
    if rank == 0 { return try e.call("aten::alias", call[0]) }
    var rest = (0..<rank).filter { !sources.contains($0) }.makeIterator()
    let order = (0..<rank).map { place in
      places.firstIndex(of: place).map { sources[$0] } ?? rest.next() ?? place
    }
    return try e.call("aten::permute", call[0], .ints(order))
  }
  .batched(.dimensions([1, 2]), only: "aten::movedim.int")

  /// `squeeze(Tensor(a) self) -> Tensor(a)`
  static let squeeze = OperatorDefinition(
    "aten::squeeze",
    decomposition: { call, e in
      let sizes = try call[0].sizes
      let ones = sizes.indices.filter { sizes[$0] == 1 }
      return try e.call("aten::squeeze.dims", call[0], .ints(Array(ones)))
    }, kernel: { call in .tensor(try call.tensor(0).squeeze()) }
  )
  .viewing(.reshaped)
  .differentiated(by: .view)

  /// `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)`
  static let squeezeDims = OperatorDefinition(
    "aten::squeeze.dims", "aten::squeeze.dim", "prims::squeeze", shape: ShapeRules.squeezeDims
  ) { call in .tensor(try call.tensor(0).squeeze(call.ints(1))) }
  .viewing(.reshaped)
  .differentiated(by: .view)
  .batched(.dimensions([1]), only: "aten::squeeze.dims", "aten::squeeze.dim")

  /// `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)`
  static let unsqueeze = OperatorDefinition("aten::unsqueeze", shape: ShapeRules.unsqueeze) {
    call in
    .tensor(try call.tensor(0).unsqueeze(call.int(1)))
  }
  .viewing(.reshaped)
  .differentiated(by: .view)
  .batched(.dimensions([1], and: 1))
}
