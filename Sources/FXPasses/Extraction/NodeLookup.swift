import FXCore
import FXGraph

extension GraphModule {
  /// Returns the node that somebody has named.
  ///
  /// - Throws: `extract.unknownNode`, with the submodule that has such a node or a similar name.
  func node(calledByName name: String) throws -> Node {
    if let node = graph.node(named: name) { return node }
    let bare = name.hasPrefix("%") ? String(name.dropFirst()) : name
    if let node = graph.node(named: bare) { return node }
    var message = "the graph has no such node"
    var places: [String] = []
    forEachGraphModule { path, module in
      if !path.isEmpty, module.graph.node(named: bare) != nil { places.append(path) }
    }
    if let place = places.first {
      message = "it is a node of the submodule '\(place)', not of the program's own graph"
    } else if let near = nearestName(to: bare) {
      message += "; there is '\(near)'"
    }
    throw FXError(.extractUnknownNode, message, at: SourcePlace(node: name))
  }

  /// Returns the name of a node that is most like another name; nil where none is.
  private func nearestName(to name: String) -> String? {
    let wanted = Array(name.utf8.prefix(Self.nameLimit))
    let limit = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for node in graph.nodes where node.kind != .output {
      let bytes = graph.context.strings.utf8(node.nameAtom)
      guard abs(bytes.count - wanted.count) <= limit, bytes.count <= Self.nameLimit else {
        continue
      }
      let distance = Self.distance(wanted, Array(bytes))
      if distance <= limit, distance < best?.distance ?? .max { best = (node.name, distance) }
    }
    return best?.name
  }

  /// How many bytes of a name are compared.
  private static let nameLimit = 128

  /// Returns how many bytes have to be changed, added or removed to make one name of another.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let replaced = diagonal + (byte == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
