import FXCore
import FXGraph
import FXOperators

/// What of a program `decompose` leaves that is not core ATen, and why.
struct LeftOperators {
  private let library: OperatorLibrary
  /// What was found out of nodes, of which names alone do not tell.
  private var reasons: [NodeKey: String] = [:]

  /// A node of any graph.
  private struct NodeKey: Hashable {
    let graph: ObjectIdentifier
    let id: NodeID

    init(_ node: Node) {
      graph = ObjectIdentifier(node.graph)
      id = node.id
    }
  }

  init(_ library: OperatorLibrary) { self.library = library }

  /// Notes why a node stays.
  mutating func note(_ node: Node, because reason: String) { reasons[NodeKey(node)] = reason }

  /// Whether a node switches `vmap` on or off, or shows or hides a dimension.
  static func isVmap(_ node: Node) -> Bool {
    node.kind == .callFunction && node.target.hasPrefix("torch._functorch.predispatch.")
  }

  /// Tells the context of all that is left in a module's graphs.
  ///
  /// - Parameter onlyWrites: whether it is asked for what writes, or may write, alone.
  func report(of module: GraphModule, _ context: PassContext, onlyWrites: Bool = false) {
    var found: [PassContext.Remainder] = []
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes {
        guard node.kind == .callFunction, let reason = reason(for: node) else { continue }
        if onlyWrites, !library.mayWrite(node) { continue }
        let name = Self.isVmap(node) ? "torch.vmap" : node.target
        if let index = found.firstIndex(where: { $0.name == name && $0.reason == reason }) {
          found[index].number += 1
        } else {
          found.append(PassContext.Remainder(name: name, number: 1, reason: reason))
        }
      }
    }
    for remainder in found { context.leave(remainder) }
  }

  /// Returns why a node is not taken apart; nil for core ATen, control flow and numbers.
  private func reason(for node: Node) -> String? {
    if Self.isVmap(node) {
      // A region has one switch that turns it on.
      guard node.target.hasSuffix("_vmap_increment_nesting") else { return nil }
      return reasons[NodeKey(node)] ?? "the region can't be followed"
    }
    guard let name = OperatorName(target: node.target), !name.isHigherOrder else {
      return reasons[NodeKey(node)]
    }
    guard let schema = library.schema(of: node) else {
      return "its schema is unknown, so it is assumed to mutate its arguments"
    }
    if let reason = reasons[NodeKey(node)] { return reason }
    if schema.isCore { return nil }
    // Checks are part of every program.
    if schema.results.isEmpty, !schema.isMutable, name.namespace == "aten" { return nil }
    if schema.isMutable {
      let names = schema.parameters.filter(\.isWritten).map { "'\($0.name)'" }
      return "it writes to \(names.joined(separator: " and "))"
    }
    switch name.namespace {
    case "aten", "prims":
      return library.knownOperator(named: schema.qualifiedName)?.isKept ?? false
        ? "PyTorch and FXKit have no decomposition for it" : "FXKit has no decomposition for it"
    case "quantized_decomposed": return "quantizers look for it"
    default: return "it is a custom operator without a decomposition"
    }
  }
}
