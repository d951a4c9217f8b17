import FXCore
import FXGraph

/// Finds the getitem nodes by which torch.fx takes several results apart.
extension Graph {
  /// Returns the producer and index of a `getitem(producer, index)`; nil for any other node.
  func getitemParts(of id: Int32) -> (producer: Int32, index: Int)? {
    let record = storage.pointee.nodes[id]
    guard record.kind == .callFunction, record.args.count == 2, record.kwargs.count == 0 else {
      return nil
    }
    let producer = storage.pointee.cells[record.args.start]
    let index = storage.pointee.cells[record.args.start + 1]
    guard producer.tag == .node, index.tag == .int, isGetitem(record.target) else { return nil }
    // Only parts of several results are left out of a file; other getitems stay calls.
    let value = storage.pointee.nodes[producer.node].value
    guard let count = context.values.partCount(of: value), (0..<count).contains(Int(index.payload))
    else { return nil }
    return (producer.node, Int(index.payload))
  }

  private func isGetitem(_ target: Atom) -> Bool {
    context.strings.utf8(target).elementsEqual(Targets.getitem.utf8)
  }

  /// Returns the first getitem node of each output of a node, -1 where there is none.
  ///
  /// - Parameter onDuplicate: is told of each further getitem node of an output, and of the first.
  func getitems(
    of producer: Int32, count: Int, onDuplicate: (Int32, Int32) -> Void = { _, _ in }
  ) -> [Int32] {
    var result = [Int32](repeating: -1, count: count)
    var edge = storage.pointee.links[producer].firstUse
    while edge >= 0 {
      let record = storage.pointee.edges[edge]
      edge = record.nextUse
      guard let parts = getitemParts(of: record.user), result.indices.contains(parts.index) else {
        continue
      }
      if result[parts.index] < 0 {
        result[parts.index] = record.user
      } else {
        onDuplicate(record.user, result[parts.index])
      }
    }
    return result
  }

  /// Returns, for each getitem node that repeats an earlier one, that earlier one.
  func duplicateGetitems() -> [Int32: Int32] {
    var result: [Int32: Int32] = [:]
    for node in nodes {
      guard let parts = context.values[node.valueID]?.elements else { continue }
      _ = getitems(of: node.id.rawValue, count: parts.count) { result[$0] = $1 }
    }
    return result
  }
}
