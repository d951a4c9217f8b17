import FXCore
import FXOperators
import FXTensor

/// The decomposition of `matmul` into products that PyTorch's core operators have.
struct Matmul {
  private let e: any Emitter
  private let left: IValue
  private let right: IValue

  init(_ e: any Emitter, _ left: IValue, _ right: IValue) {
    self.e = e
    self.left = left
    self.right = right
  }

  func result() throws -> IValue {
    switch (try left.rank, try right.rank) {
    case (0, _), (_, 0):
      throw FXError(.operatorDomain, "aten::matmul: both arguments need at least one dimension")
    case (1, 1): return try e.call("aten::dot", left, right)
    case (2, 1): return try e.call("aten::mv", left, right)
    case (1, 2):
      let row = try e.call("aten::unsqueeze", left, 0)
      return try e.call("aten::squeeze.dim", e.call("aten::mm", row, right), 0)
    case (2, 2): return try e.call("aten::mm", left, right)
    case (_, 1), (_, 2): return try folded()
    case (1, _):
      let row = try e.call("aten::unsqueeze", left, 0)
      return try e.call("aten::squeeze.dim", Matmul(e, row, right).result(), -2)
    default: return try batched()
    }
  }

  /// Makes one matrix of a batch that is multiplied by one matrix or vector.
  private func folded() throws -> IValue {
    let sizes = try left.sizes
    let outer = Array(sizes.dropLast())
    let rows = try e.call(
      "aten::reshape", left, .sizes([SymbolicSize.product(outer), sizes[sizes.count - 1]]))
    if try right.rank == 1 {
      return try e.call("aten::view", e.call("aten::mv", rows, right), .sizes(outer))
    }
    let product = try e.call("aten::mm", rows, right)
    return try e.call("aten::view", product, .sizes(outer + [right.size(-1)]))
  }

  private func batched() throws -> IValue {
    let (mine, theirs) = (try left.sizes, try right.sizes)
    let batch = try SymbolicSize.broadcast(Array(mine.dropLast(2)), Array(theirs.dropLast(2)))
    let count = try SymbolicSize.product(batch)
    func flat(_ value: IValue, _ matrix: [SymbolicSize]) throws -> IValue {
      let expanded = try e.call("aten::expand", value, .sizes(batch + matrix))
      return try e.call("aten::reshape", expanded, .sizes([count] + matrix))
    }
    let product = try e.call(
      "aten::bmm", flat(left, mine.suffix(2)), flat(right, theirs.suffix(2)))
    let shape = batch + [mine[mine.count - 2], theirs[theirs.count - 1]]
    return try e.call("aten::view", product, .sizes(shape))
  }
}
