import FXCore
import FXGraph

/// Checks graphs, each with those in its arguments.
extension VerifierRun {
  mutating func checkGraphs() {
    checkGraph(GraphScope(program.module, path: "graph_module.graph", submodule: ""))
  }

  private mutating func checkGraph(_ scope: GraphScope) {
    let graph = scope.graph
    var faults: [String: [FXError]] = [:]
    for error in graph.lint() { faults[error.place.node ?? "", default: []].append(error) }
    // A document has the inputs first, then the outputs, then the nodes, then the values.
    for node in graph.nodes where node.kind == .placeholder {
      report(faults.removeValue(forKey: node.name), node, scope)
      if node.valueID == .unknown {
        report(.error, .missingValue, "nothing is known of the input", node, scope)
      }
    }
    checkOutput(scope, &faults)
    var visited: Set<String> = []
    var regions = RegionStack()
    for node in graph.nodes where node.kind != .placeholder && node.kind != .output {
      report(faults.removeValue(forKey: node.name), node, scope)
      switch node.kind {
      case .callModule, .callMethod:
        report(
          .error, .forbiddenKind, "an exported program can't have \(node.kind.name) nodes", node,
          scope)
      case .getAttr: checkAttribute(node, scope)
      case .callFunction: checkCall(node, &regions, scope)
      case .placeholder, .output: break
      }
      checkMetadata(of: node, scope)
      checkSubgraphs(of: node, &visited, scope)
    }
    for enter in regions.open {
      report(.error, .regionOpen, "the autocast region is never left", graph[enter], scope)
    }
    checkUnreachedSubmodules(visited, scope)
    checkValues(scope)
  }

  private mutating func report(_ errors: [FXError]?, _ node: Node, _ scope: GraphScope) {
    for error in errors ?? [] { report(.error, error.code, error.message, node, scope) }
  }

  // MARK: Output

  private mutating func checkOutput(_ scope: GraphScope, _ faults: inout [String: [FXError]]) {
    let outputs = scope.graph.nodes.filter { $0.kind == .output }
    for node in outputs { report(faults.removeValue(forKey: node.name), node, scope) }
    guard let output = outputs.first else {
      report(
        .error, .misplacedOutput, "the graph has no output", at: "\(scope.path).outputs", node: nil,
        scope)
      return
    }
    if outputs.count > 1 {
      report(.error, .misplacedOutput, "the graph has \(outputs.count) outputs", output, scope)
    }
    guard let result = output.arg(0) else { return }
    for (index, part) in (result.elements ?? [result]).enumerated() {
      switch part {
      case .none, .bool, .int, .float, .node: continue
      case .string:
        report(
          .error, .outputKind, "PyTorch can't load a graph that returns a string",
          at: "\(scope.path).outputs[\(index)]", node: output.name, scope)
      default:
        report(
          .error, .outputKind, "a graph returns values, numbers and None only",
          at: "\(scope.path).outputs[\(index)]", node: output.name, scope)
      }
    }
  }

  // MARK: Attributes and submodules

  private mutating func checkAttribute(_ node: Node, _ scope: GraphScope) {
    switch scope.module.member(at: node.target) {
    case nil: break  // lint reports it.
    case .module(let module)?:
      if module is GraphModule { return }
      report(
        .error, .attributeKind, "'\(node.target)' is a module without a graph", node, scope)
    case .tensor?:
      // Only graphs in arguments may hold their own tensors; the program's are its inputs.
      if !scope.isTop { return }
      report(
        .error, .attributeKind, "the tensor '\(node.target)' is not an input of the program", node,
        scope)
    case .object(let text)?:
      if text.hasPrefix("TreeSpec(") || text == "*" { return }
      report(
        .error, .attributeKind, "'\(node.target)' is neither a graph nor a tree spec", node, scope)
    }
  }

  private mutating func checkSubgraphs(
    of node: Node, _ visited: inout Set<String>, _ scope: GraphScope
  ) {
    guard node.kind == .callFunction else { return }
    var attributes: [Node] = []
    node.forEachInput { if $0.kind == .getAttr, !$0.isErased { attributes.append($0) } }
    for attribute in attributes {
      let name = attribute.target
      guard !visited.contains(name), let module = scope.module.graphModule(at: name) else {
        continue
      }
      visited.insert(name)
      let path = "\(scope.path(of: attribute)).graph"
      checkGraph(GraphScope(module, path: path, submodule: scope.submodulePath(name)))
    }
  }

  /// Checks the submodules that no call uses, which a file does not have.
  private mutating func checkUnreachedSubmodules(_ visited: Set<String>, _ scope: GraphScope) {
    for (name, module) in scope.module.childGraphModules where !visited.contains(name) {
      let path = scope.submodulePath(name)
      checkGraph(GraphScope(module, path: "graph(\(path))", submodule: path))
    }
  }
}

extension GraphScope {
  fileprivate func submodulePath(_ name: String) -> String {
    isTop ? name : "\(submodule).\(name)"
  }
}
