import FXCore

/// For each node, the values that no later node uses, so that code can forget them behind it.
struct LastUses {
  private var ends: [(start: Int32, count: Int32)]
  private var values: [Int32] = []

  /// Walks the graph backwards once, as torch.fx does.
  init(of graph: Graph) {
    ends = [(start: Int32, count: Int32)](repeating: (0, 0), count: graph.idLimit)
    var isSeen = [Bool](repeating: false, count: graph.idLimit)
    let storage = graph.storage
    var id = storage.pointee.last
    while id >= 0 {
      let start = Int32(values.count)
      var edge = storage.pointee.links[id].firstInput
      while edge >= 0 {
        let record = storage.pointee.edges[edge]
        if !isSeen[Int(record.def)] {
          isSeen[Int(record.def)] = true
          values.append(record.def)
        }
        edge = record.nextInput
      }
      ends[Int(id)] = (start, Int32(values.count) - start)
      id = storage.pointee.links[id].previous
    }
  }

  /// Returns the values whose last use is in the node, in the order of its arguments.
  func values(at id: Int32) -> ArraySlice<Int32> {
    let (start, count) = ends[Int(id)]
    return values[Int(start)..<Int(start + count)]
  }
}
