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
    } else {
      let names = graph.nodes.lazy.filter { $0.kind != .output }.map(\.name)
      message += Spelling.hint(for: bare, among: names)
    }
    throw FXError(.extractUnknownNode, message, at: SourcePlace(node: name))
  }
}
