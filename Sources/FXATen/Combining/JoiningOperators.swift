import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that put tensors together: `cat`, `stack`, `block_diag`, `meshgrid`.
enum JoiningOperators {
  static let all: [OperatorDefinition] = [
    cat, concat, stack, hstack, vstack, dstack, columnStack, blockDiag, chunkCat, meshgrid,
    meshgridIndexing, cartesianProd, combinations,
  ]

  /// `cat(Tensor[] tensors, int dim=0) -> Tensor`
  static let cat = OperatorDefinition("aten::cat", "prims::cat", shape: ShapeRules.cat) { call in
    .tensor(try Tensor.cat(call.tensors(0), call.int(1)))
  }
  .overlapping(OverlapRule(apart: [0]))
  .autocast(.widest, only: "aten::cat")
  .batched(.dimensions([1]), only: "aten::cat")

  /// `concat(Tensor[] tensors, int dim=0) -> Tensor`
  static let concat = OperatorDefinition("aten::concat", "aten::concatenate") { call, e in
    try e.call("aten::cat", call[0], call[1])
  }
  .autocast(.transparent)

  /// `stack(Tensor[] tensors, int dim=0) -> Tensor`
  static let stack = OperatorDefinition("aten::stack", "aten::_stack") { call, e in
    let parts = try parts(of: call)
    var sizes = try parts[0].sizes
    guard try parts.allSatisfy({ try $0.sizes.count == sizes.count }) else {
      throw call.error("the tensors have different shapes")
    }
    let axis = try Geometry.axis(call.int(1), of: sizes.count + 1)
    if axis < sizes.count {
      // One dimension can always be divided by a view, so that no part needs one of its own.
      for part in parts where try part.sizes != sizes {
        throw call.error("the tensors have different shapes")
      }
      let joined = try e.call("aten::cat", call[0], .int(axis))
      sizes.insert(.int(parts.count), at: axis)
      return try e.call("aten::view", joined, .sizes(sizes))
    }
    let rows = try parts.map { try e.call("aten::unsqueeze", $0, .int(axis)) }
    return try e.call("aten::cat", .list(rows), .int(axis))
  }
  .overlapping(OverlapRule(out: .all))
  .autocast(.widest, only: "aten::stack")
  .batched(.dimensions([1], and: 1), only: "aten::stack")

  /// `hstack(Tensor[] tensors) -> Tensor`
  static let hstack = OperatorDefinition("aten::hstack") { call, e in
    let rows = try e.call("aten::atleast_1d.Sequence", call[0])
    let rank = try rows.elements?.first?.rank ?? 1
    return try e.call("aten::cat", rows, .int(rank == 1 ? 0 : 1))
  }
  .autocast(.transparent)

  /// `vstack(Tensor[] tensors) -> Tensor`
  static let vstack = OperatorDefinition("aten::vstack", "aten::row_stack") { call, e in
    try e.call("aten::cat", e.call("aten::atleast_2d.Sequence", call[0]), 0)
  }
  .autocast(.transparent)

  /// `dstack(Tensor[] tensors) -> Tensor`
  static let dstack = OperatorDefinition("aten::dstack") { call, e in
    try e.call("aten::cat", e.call("aten::atleast_3d.Sequence", call[0]), 2)
  }
  .autocast(.transparent)

  /// `column_stack(Tensor[] tensors) -> Tensor`
  static let columnStack = OperatorDefinition("aten::column_stack") { call, e in
    let columns = try parts(of: call).map { part in
      try part.rank <= 1 ? e.call("aten::reshape", part, [-1, 1]) : part
    }
    return try e.call("aten::hstack", .list(columns))
  }
  .autocast(.transparent)

  /// `block_diag(Tensor[] tensors) -> Tensor`
  static let blockDiag = OperatorDefinition("aten::block_diag") { call, e in
    let blocks = try parts(of: call).map { part -> IValue in
      guard try part.rank <= 2 else { throw call.error("a block has more than 2 dimensions") }
      return try e.call("aten::atleast_2d", part)
    }
    let widths = try blocks.map { try $0.size(1) }
    let width = try widths.reduce(0) { try $0 + $1 }
    var before: SymbolicSize = 0
    let rows = try zip(blocks, widths).map { block, own in
      let padding = IValue.sizes([before, try width - before - own])
      before = try before + own
      return try e.call("aten::constant_pad_nd", block, padding, 0)
    }
    return try e.call("aten::cat", .list(rows), 0)
  }

  /// `_chunk_cat(Tensor[] tensors, int dim, int num_chunks) -> Tensor`
  static let chunkCat = OperatorDefinition("aten::_chunk_cat") { call, e in
    let parts = try parts(of: call)
    let axis = try call.axis(1, of: parts[0])
    let count = try call.int(2)
    guard count > 0 else { throw call.error("the number of chunks is \(count)") }
    let rows = try parts.map { part -> IValue in
      let sizes = try part.sizes
      guard sizes.count > axis else { throw call.error("a tensor has too few dimensions") }
      let chunk = try (sizes[axis] + .int(count - 1)).floorDivided(by: .int(count))
      let missing = try chunk * .int(count) - sizes[axis]
      var padded = part
      if missing != 0 {
        var padding = [SymbolicSize](repeating: 0, count: 2 * (sizes.count - axis))
        padding[padding.count - 1] = missing
        padded = try e.call("aten::constant_pad_nd", part, .sizes(padding), 0)
      }
      let shape = sizes[..<axis].map { IValue($0) } + [.int(count), -1]
      return try e.call("aten::reshape", padded, .list(shape))
    }
    return try e.call("aten::cat", .list(rows), .int(axis + 1))
  }

  /// `meshgrid(Tensor[] tensors) -> Tensor[]`
  static let meshgrid = OperatorDefinition("aten::meshgrid") { call, e in
    let parts = try parts(of: call)
    let sizes = try parts.map { part -> SymbolicSize in
      guard try part.rank <= 1 else { throw call.error("a tensor has more than one dimension") }
      return try part.size(0)
    }
    return .list(
      try parts.enumerated().map { place, part in
        var shape = [SymbolicSize](repeating: 1, count: parts.count)
        shape[place] = sizes[place]
        let row = try e.call("aten::view", part, .sizes(shape))
        return try e.call("aten::expand", row, .sizes(sizes))
      })
  }

  /// `meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]`
  static let meshgridIndexing = OperatorDefinition("aten::meshgrid.indexing") { call, e in
    var parts = try parts(of: call)
    let order = try call.optionalString(1)
    guard order == "xy" || order == "ij" else { throw call.error("indexing is 'ij' or 'xy'") }
    let isSwapped = order == "xy" && parts.count >= 2
    if isSwapped { parts.swapAt(0, 1) }
    let result = try e.call("aten::meshgrid", .list(parts))
    guard isSwapped, var grids = result.elements else { return result }
    grids.swapAt(0, 1)
    return .list(grids)
  }

  /// `cartesian_prod(Tensor[] tensors) -> Tensor`
  static let cartesianProd = OperatorDefinition("aten::cartesian_prod") { call, e in
    let parts = try parts(of: call)
    guard try parts.allSatisfy({ try $0.rank == 1 }) else {
      throw call.error("expected vectors")
    }
    if parts.count == 1 { return parts[0] }
    let grids = try e.call("aten::meshgrid", call[0]).elements ?? []
    let columns = try grids.map { try e.call("aten::reshape", $0, [-1]) }
    return try e.call("aten::stack", .list(columns), 1)
  }
  .autocast(.transparent)

  /// `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor`
  static let combinations = OperatorDefinition(
    "aten::combinations", shape: ShapeRules.combinations,
    decomposition: { call, e in try composedCombinations(call, e) },
    kernel: { call in
      .tensor(try call.tensor(0).combinations(call.int(1), withReplacement: call.bool(2)))
    }
  )
  .autocast(.transparent)

  /// Picks the places whose numbers grow from one dimension to the next.
  private static func composedCombinations(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> IValue {
    let length = try call.int(1)
    guard length > 0 else { return try e.call("aten::new_empty", call[0], [0]) }
    let size = try call[0].size(0).requireStatic()
    let shape = try ShapeRules.combinationSizes(size, length, withReplacement: call.bool(2))
    guard shape > 0 else { return try e.call("aten::new_empty", call[0], [0, .int(length)]) }
    let line = try e.call("aten::arange", .int(size))
    let grids = try (0..<length).map { axis in
      try e.call(
        "aten::view", line, .ints((0..<length).map { $0 == axis ? size : 1 }))
    }
    let order = try call.bool(2) ? "aten::le.Tensor" : "aten::lt.Tensor"
    var mask = try e.call(
      "aten::full", .ints(Array(repeating: size, count: length)), true,
      keywords: [("dtype", .dtype(.bool))])
    for axis in 1..<max(length, 1) {
      mask = try e.call("aten::logical_and", mask, e.call(order, grids[axis - 1], grids[axis]))
    }
    let places = try e.call("aten::nonzero_static", mask, keywords: [("size", .int(shape))])
    return try e.call("aten::index.Tensor", call[0], [places])
  }

  /// Returns the tensors of the list that is the first argument, at least one.
  private static func parts(of call: OperatorCall) throws -> [IValue] {
    guard let parts = call[0].elements, !parts.isEmpty else {
      throw call.wrong(0, "a list of tensors")
    }
    return parts
  }
}
