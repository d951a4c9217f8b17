import FXCore
import FXGraph

/// Digests of nodes that are equal where nodes of two graphs are alike.
///
/// A mention of a node counts as its counterpart where it is matched, and as unknown where not.
struct NodeDigest {
  let pair: ContextPair
  let a: Graph
  let b: Graph
  let partners: NodePartners

  /// What nodes are weighed by.
  struct Sketch {
    var kind: NodeKind
    var name: Int32
    var target: Int32
    var value: ValueID
    /// Whether the counterparts of all inputs are known.
    var isWhole: Bool
    /// A digest of each argument.
    var arguments: [UInt64]

    /// Returns how much speaks for two nodes being the same; 0 where nothing does.
    func likeness(to other: Sketch, _ pair: ContextPair) -> Int32 {
      guard kind == other.kind else { return 0 }
      var common: Int32 = 0
      for (x, y) in zip(arguments, other.arguments) where x == y { common += 1 }
      let count = Int32(max(arguments.count, other.arguments.count))
      let isSameName = name == other.name
      if target == other.target {
        // Renamed and with other arguments, it is another call of the operator.
        if !isSameName, common == 0, count > 0, isWhole, other.isWhole { return 0 }
        return 8 + (isSameName ? 4 : 0) + (count == 0 ? 6 : 6 * common / count)
      }
      if kind == .placeholder {
        return isSameName ? 4 : pair.isSame(value, other.value) ? 2 : 0
      }
      // Another operator on the same inputs has taken the place of the first.
      if !isSameName, common < count || count == 0 || !isWhole || !other.isWhole { return 0 }
      return (isSameName ? 4 : 0) + (count == 0 ? 0 : 3 * common / count)
    }
  }

  func sketch(ofA id: Int32) -> Sketch {
    let record = a.storage.pointee.nodes[id]
    return Sketch(
      kind: record.kind, name: record.name.rawValue, target: record.target.rawValue,
      value: record.value, isWhole: isWhole(Node(a, NodeID(rawValue: id)), partners.ofA),
      arguments: arguments(of: record, a, \.rawValue) { partners.ofA[Int($0)] < 0 ? -1 : $0 })
  }

  func sketch(ofB id: Int32) -> Sketch {
    let record = b.storage.pointee.nodes[id]
    return Sketch(
      kind: record.kind, name: pair.number(record.name), target: pair.number(record.target),
      value: record.value, isWhole: isWhole(Node(b, NodeID(rawValue: id)), partners.ofB),
      arguments: arguments(of: record, b, pair.number) { partners.ofB[Int($0)] })
  }

  private func isWhole(_ node: Node, _ partners: [Int32]) -> Bool {
    var result = true
    node.forEachInput { if partners[Int($0.id.rawValue)] < 0 { result = false } }
    return result
  }

  func label(ofA id: Int32) -> UInt64 { Self.label(sketch(ofA: id)) }
  func label(ofB id: Int32) -> UInt64 { Self.label(sketch(ofB: id)) }

  /// Returns the label of a node all inputs of which are matched; nil for any other.
  func wholeLabel(ofA id: Int32) -> UInt64? {
    let sketch = sketch(ofA: id)
    return sketch.isWhole ? Self.label(sketch) : nil
  }

  /// Returns the label of a node all inputs of which are matched; nil for any other.
  func wholeLabel(ofB id: Int32) -> UInt64? {
    let sketch = sketch(ofB: id)
    return sketch.isWhole ? Self.label(sketch) : nil
  }

  private static func label(_ sketch: Sketch) -> UInt64 {
    var digest = UInt64(sketch.kind.rawValue)
    // The names of placeholders and outputs are all that tells them apart.
    if sketch.kind == .placeholder { mix(&digest, sketch.name) }
    mix(&digest, sketch.target)
    for argument in sketch.arguments { mix(&digest, argument) }
    return digest
  }

  private func arguments(
    of record: NodeRecord, _ graph: Graph, _ number: (Atom) -> Int32, _ node: (Int32) -> Int32
  ) -> [UInt64] {
    var result: [UInt64] = []
    result.reserveCapacity(Int(record.args.count + record.kwargs.count))
    for range in [record.args, record.kwargs] {
      for index in range.indices {
        result.append(digest(of: graph.storage.pointee.cells[index], graph, number, node))
      }
    }
    return result
  }

  private func digest(
    of cell: Cell, _ graph: Graph, _ number: (Atom) -> Int32, _ node: (Int32) -> Int32
  ) -> UInt64 {
    var digest = UInt64(cell.tag.rawValue)
    switch cell.tag {
    case .node: Self.mix(&digest, node(cell.node))
    case .string, .function, .opaque: Self.mix(&digest, number(cell.atom))
    default:
      guard cell.isAggregate else {
        Self.mix(&digest, UInt64(bitPattern: cell.payload))
        return digest
      }
      for index in cell.parts.indices {
        let part = graph.storage.pointee.cells[index]
        Self.mix(&digest, self.digest(of: part, graph, number, node))
      }
    }
    return digest
  }

  private static func mix(_ digest: inout UInt64, _ number: Int32) {
    mix(&digest, UInt64(UInt32(bitPattern: number)))
  }

  private static func mix(_ digest: inout UInt64, _ number: UInt64) {
    let product = (digest ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    digest = (product.high ^ product.low ^ number) &* 0x9E37_79B9_7F4A_7C15
  }
}
