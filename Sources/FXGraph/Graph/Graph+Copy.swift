import FXCore

extension Graph {
  /// Returns a copy: the same nodes, names, order and metadata. Nodes keep their ids where the
  /// context stays the same.
  public func copy(in target: GraphContext? = nil) -> Graph {
    let target = target ?? context
    let result = Graph(context: target)
    if target === context {
      result.storage.pointee.nodes.append(copying: storage.pointee.nodes.buffer)
      result.storage.pointee.links.append(copying: storage.pointee.links.buffer)
      result.storage.pointee.cells.append(copying: storage.pointee.cells.buffer)
      result.storage.pointee.edges.append(copying: storage.pointee.edges.buffer)
      result.storage.pointee.mentions.append(copying: storage.pointee.mentions.buffer)
      result.storage.pointee.freeEdge = storage.pointee.freeEdge
      result.storage.pointee.first = storage.pointee.first
      result.storage.pointee.last = storage.pointee.last
      result.storage.pointee.liveCount = storage.pointee.liveCount
      result.storage.pointee.epoch = storage.pointee.epoch
      result.storage.pointee.mayHoldUnnamedCalls = storage.pointee.mayHoldUnnamedCalls
      result.namespace = namespace
      result.unknownNodeFields = unknownNodeFields
    } else {
      // By id: the copy's number, -1 for a node that has none yet.
      var copies = [Int32](repeating: -1, count: idLimit)
      for node in nodes {
        let name = result.translate(node.nameAtom, from: self)
        let copy = result.end.copy(node, exactName: name) {
          Node(graph: result, id: copies[Int($0.id.rawValue)])
        }
        copies[Int(node.id.rawValue)] = copy.id.rawValue
      }
    }
    result.unknownFields = unknownFields
    result.unclaimedValues = unclaimedValues.map {
      ($0.name, result.adopt($0.value, from: context))
    }
    return result
  }

  /// Copies all nodes but the output of another graph to the end of this one (`graph_copy`).
  ///
  /// - Parameter mapping: nodes of `source` that have a counterpart here already; the copies are
  ///   added to it. Placeholders that are mapped are not copied.
  /// - Returns: what `source` returns, in terms of this graph; nil where it has no output.
  /// - Throws: `graph.useBeforeDefinition` where a node uses one that comes later; the nodes before
  ///   it have been copied then.
  @discardableResult
  public func appendNodes(
    of source: Graph, mapping: inout [NodeID: Node]
  ) throws(FXError) -> Argument? {
    for node in source.nodes where mapping[node.id] == nil {
      if let missing = node.inputs.first(where: { mapping[$0.id] == nil }) {
        throw FXError(
          .useBeforeDefinition, "it uses '\(missing.name)', which is defined later",
          at: SourcePlace(node: node.name))
      }
      // No input is missing, so that each is replaced.
      if node.kind == .output { return node.arg(0)?.mapNodes { .node(mapping[$0.id] ?? $0) } }
      let copy = end.copy(node) { mapping[$0.id] ?? $0 }
      mapping[node.id] = copy
    }
    return nil
  }

  /// Returns the id in this graph's context of a value of another context.
  func adopt(_ value: ValueID, from other: GraphContext) -> ValueID {
    guard other !== context, let copy = other.values[value] else { return value }
    switch copy {
    case .list(let parts): return context.values.intern(.list(parts.map { adopt($0, from: other) }))
    case .tuple(let parts):
      return context.values.intern(.tuple(parts.map { adopt($0, from: other) }))
    default: return context.values.intern(copy)
    }
  }

  /// Returns the id in this graph's context of metadata of another context.
  func adopt(_ metadata: MetadataID, from other: GraphContext) -> MetadataID {
    guard other !== context else { return metadata }
    return context.metadata.intern(
      other.metadata.entries(of: metadata).map {
        MetadataEntry(
          key: context.strings.intern(other.strings[$0.key]),
          text: context.strings.intern(other.strings[$0.text]))
      })
  }
}
