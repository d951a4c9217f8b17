import FXCore
import FXGraph

/// Compares arguments of two graphs, cell by cell.
///
/// The tags by which files spelled them are not compared: `as_ints` and `as_sym_ints` of the same
/// numbers are the same argument.
struct CellComparison {
  let pair: ContextPair
  let a: Graph
  let b: Graph

  /// Tells whether two runs of arguments are the same, where `isSameNode` says which nodes are.
  func isSame(
    _ rangeA: CellRange, _ rangeB: CellRange, _ isSameNode: (Int32, Int32) -> Bool
  ) -> Bool {
    guard rangeA.count == rangeB.count else { return false }
    for offset in 0..<rangeA.count {
      let cellA = a.storage.pointee.cells[rangeA.start + offset]
      let cellB = b.storage.pointee.cells[rangeB.start + offset]
      if !isSame(cellA, cellB, isSameNode) { return false }
    }
    return true
  }

  private func isSame(_ x: Cell, _ y: Cell, _ isSameNode: (Int32, Int32) -> Bool) -> Bool {
    guard x.tag == y.tag else { return false }
    // A document need not know the names that a schema gives to positions.
    if !x.key.isNone, !y.key.isNone, !pair.isSame(x.key, y.key) { return false }
    switch x.tag {
    case .node: return isSameNode(x.node, y.node)
    case .string, .function, .opaque: return pair.isSame(x.atom, y.atom)
    default:
      return x.isAggregate
        ? isSame(x.parts, y.parts, isSameNode) : x.payload == y.payload
    }
  }
}
