import FXCore

/// A module whose code is a graph (`torch.fx.GraphModule`).
public final class GraphModule: Module {
  /// The code. Setting it makes this module the graph's owner.
  public var graph: Graph {
    didSet { graph.owner = self }
  }

  /// Texts that belong to the module as a whole (`GraphModule.meta`), in order.
  public var metadata: [(key: String, text: String)] = []

  /// The context of the module's graph.
  public var context: GraphContext { graph.context }

  /// Makes a module of a graph, and the module its owner.
  public init(_ graph: Graph, className: String = "GraphModule") {
    self.graph = graph
    super.init(className: className)
    graph.owner = self
  }

  /// Returns a deep copy: graph, submodules and metadata, in the same context or a given one.
  public func copy(in context: GraphContext? = nil) -> GraphModule {
    let target = context ?? self.context
    let result = GraphModule(graph.copy(in: target), className: className)
    result.metadata = metadata
    result.copyMembers(of: self, into: target)
    return result
  }

  override func copy(into context: GraphContext) -> Module { copy(in: context) }

  /// Calls `body` with this module and every graph module below, parents first, with paths.
  public func forEachGraphModule(_ body: (_ path: String, GraphModule) throws -> Void) rethrows {
    try visit(path: "", body)
  }

  private func visit(path: String, _ body: (String, GraphModule) throws -> Void) rethrows {
    try body(path, self)
    for (name, module) in childGraphModules {
      try module.visit(path: path.isEmpty ? name : "\(path).\(name)", body)
    }
  }

  /// Returns a name that no member has, made from `base`: `base`, `base_1`, ….
  public func freeMemberName(_ base: String) -> String {
    var number = 0
    return freeMemberName(base, above: &number)
  }

  /// Returns a name that no member has, made from `base` and a number above `number`, or from `base`
  /// alone for 0. Callers that ask often keep the number, so as not to try all names each time.
  package func freeMemberName(_ base: String, above number: inout Int) -> String {
    if number == 0, self[base] == nil { return base }
    repeat { number += 1 } while self["\(base)_\(number)"] != nil
    return "\(base)_\(number)"
  }

  /// Removes the submodules that no node fetches or calls (torch.fx's method of this name).
  ///
  /// A module is in use when a `get_attr` or `call_module` names it, something below it, or
  /// something above it. (torch.fx forgets what is below a module that a `get_attr` fetches, and so
  /// breaks the graphs of nested higher-order operators.) Members that are no modules stay.
  ///
  /// - Returns: the paths of the removed submodules.
  @discardableResult
  public func deleteAllUnusedSubmodules() -> [String] {
    var used: Set<String> = []
    for node in graph.nodes where node.kind == .getAttr || node.kind == .callModule {
      var path = ""
      for part in node.target.split(separator: ".", omittingEmptySubsequences: false) {
        path = path.isEmpty ? String(part) : "\(path).\(part)"
        used.insert(path)
      }
      if case .module(let module)? = member(at: node.target) {
        used.formUnion(module.memberPaths.map { "\(node.target).\($0)" })
      }
    }
    let removed = memberPaths.filter { path in
      guard !used.contains(path), case .module? = member(at: path) else { return false }
      return true
    }
    // A removed module takes what is below it along.
    let direct = Set(removed.filter { self[$0] != nil })
    removeMembers(named: direct)
    for path in removed where !direct.contains(path) { remove(at: path) }
    return removed
  }
}
