import FXCore

extension Graph {
  /// Erases the nodes whose results nothing uses and that have no effects.
  ///
  /// Placeholders and the output always stay.
  ///
  /// - Parameter isImpure: tells whether running a node has an effect beside its result.
  /// - Returns: the number of erased nodes.
  @discardableResult
  public func eliminateDeadCode(isImpure: (Node) -> Bool) -> Int {
    var erased = 0
    var id = storage.pointee.last
    while id >= 0 {
      let record = storage.pointee.nodes[id]
      if record.useCount == 0, record.kind != .placeholder, record.kind != .output,
        !isImpure(Node(graph: self, id: id))
      {
        eraseUnused(id)
        erased += 1
      }
      id = record.previous
    }
    return erased
  }
}
