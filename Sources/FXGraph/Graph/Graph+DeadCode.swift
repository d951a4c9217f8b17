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
      let previous = storage.pointee.links[id].previous
      let kind = storage.pointee.nodes[id].kind
      if storage.pointee.links[id].useCount == 0, kind != .placeholder, kind != .output,
        !isImpure(Node(graph: self, id: id))
      {
        eraseUnused(id)
        erased += 1
      }
      id = previous
    }
    return erased
  }
}
