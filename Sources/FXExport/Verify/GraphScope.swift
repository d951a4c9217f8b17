import FXCore
import FXGraph

/// A graph being checked: where it stands in the document and in the module tree.
final class GraphScope {
  let module: GraphModule
  /// The path of the graph in the model JSON.
  let path: String
  /// The path of the submodule; empty for the program's own graph.
  let submodule: String
  /// The position of each node among the inputs or nodes of the file, by id.
  private var positions: [Int32]

  var graph: Graph { module.graph }
  var isTop: Bool { submodule.isEmpty }

  init(_ module: GraphModule, path: String, submodule: String) {
    self.module = module
    self.path = path
    self.submodule = submodule
    positions = Array(repeating: -1, count: module.graph.idLimit)
    var inputs: Int32 = 0
    var calls: Int32 = 0
    for node in module.graph.nodes {
      switch node.kind {
      case .placeholder:
        positions[Int(node.id.rawValue)] = inputs
        inputs += 1
      case .callFunction, .callMethod, .callModule:
        // Parts of several results are no nodes in a file.
        if module.graph.getitemParts(of: node.id.rawValue) == nil {
          positions[Int(node.id.rawValue)] = calls
          calls += 1
        }
      case .getAttr, .output: break
      }
    }
  }

  /// Returns the path of a node in the model JSON, or of what stands for it there.
  func path(of node: Node) -> String {
    let position = positions[Int(node.id.rawValue)]
    switch node.kind {
    case .placeholder: return "\(path).inputs[\(position)]"
    case .output: return "\(path).outputs"
    case .getAttr: return graphArgumentPath(of: node) ?? path
    case .callFunction, .callMethod, .callModule:
      guard let parts = graph.getitemParts(of: node.id.rawValue) else {
        return "\(path).nodes[\(position)]"
      }
      return resultPath(of: graph[NodeID(rawValue: parts.producer)], parts.index)
    }
  }

  private func resultPath(of producer: Node, _ index: Int) -> String {
    var (producer, index) = (producer, index)
    var inner = ""
    // A file nests results one deep. Text can nest them deeper, which has no path of its own.
    while let parts = graph.getitemParts(of: producer.id.rawValue) {
      inner = ".as_tensors[\(index)]"
      (producer, index) = (graph[NodeID(rawValue: parts.producer)], parts.index)
    }
    let base = path(of: producer)
    if case .list? = producer.value { return "\(base).outputs[0].as_tensors[\(index)]\(inner)" }
    return "\(base).outputs[\(index)]\(inner)"
  }

  /// Returns the path of the first argument that a `get_attr` is.
  private func graphArgumentPath(of node: Node) -> String? {
    guard let user = graph.users(of: node.id).first.map({ graph[$0] }), user.kind == .callFunction
    else { return nil }
    let arguments = user.args + user.kwargs.map(\.value)
    guard let index = arguments.firstIndex(where: { $0.node == node }) else { return nil }
    return "\(path(of: user)).inputs[\(index)].arg.as_graph"
  }
}
