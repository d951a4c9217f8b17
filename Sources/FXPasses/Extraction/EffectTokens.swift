import FXCore
import FXGraph

/// The tokens by which a graph orders effects: `with_effects` takes one and gives the next.
struct EffectTokens {
  private let graph: Graph
  /// The placeholder with which the chain of a token begins, by the id of the token; -1 for others.
  private var roots: [Int32]
  private static let target = "torch.ops.higher_order.with_effects"

  /// Follows the tokens from those that a program is called with.
  init(_ graph: Graph, from tokens: [Node]) {
    self.graph = graph
    roots = [Int32](repeating: -1, count: graph.idLimit)
    if tokens.isEmpty { return }
    for token in tokens { roots[Int(token.id.rawValue)] = token.id.rawValue }
    for node in graph.nodes where node.kind == .callFunction {
      guard let call = Self.call(giving: node), let token = call.arg(0)?.node else { continue }
      roots[Int(node.id.rawValue)] = roots[Int(token.id.rawValue)]
    }
  }

  /// Tells whether a node takes a token and gives the next, before its results.
  static func isCall(_ node: Node) -> Bool { node.isCall(of: target) }

  /// Returns the placeholder with which the chain of a token begins; nil for any other value.
  func root(of node: Node) -> Node? {
    let root = roots[Int(node.id.rawValue)]
    return root < 0 ? nil : graph[NodeID(rawValue: root)]
  }

  /// Returns the call that gives a token; nil for a token that the program is called with.
  static func call(giving token: Node) -> Node? {
    guard token.isCall(of: Targets.getitem), token.arg(1) == .int(0),
      let call = token.arg(0)?.node, isCall(call)
    else { return nil }
    return call
  }

  /// Returns the token that stands for another where only some calls are made: the nearest before
  /// it that one of these gives, or that of the placeholder.
  func nearest(before token: Node, _ isMade: (Node) -> Bool) -> Node {
    var token = token
    while let call = Self.call(giving: token), !isMade(call), let before = call.arg(0)?.node {
      token = before
    }
    return token
  }

  /// Returns the last token of the chain that begins with a placeholder, where only some calls are
  /// made.
  func last(from root: Node, _ isMade: (Node) -> Bool) -> Node {
    let tokens = graph.nodes.filter { self.root(of: $0) == root }
    return nearest(before: tokens.last ?? root, isMade)
  }
}
