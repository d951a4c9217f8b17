import FXCore
import FXGraph

extension GraphModule {
  /// Inlines the submodule that a node calls, and removes submodules that nothing uses then.
  ///
  /// Attributes of the submodule come along; where a name is taken they become `submod_N`. Source:
  /// `torch._export.utils.node_inline_`.
  ///
  /// - Throws: `inline.notInlinable`, `inline.arguments`, `inline.result`; nothing is changed then.
  public func inline(_ call: Node) throws { try inline([call]) }

  /// Inlines several calls, in order, in linear time.
  ///
  /// - Throws: as `inline(_:)`; calls before the one that failed stay inlined.
  public func inline(_ calls: [Node]) throws {
    var inliner = Inliner(self)
    defer { inliner.finish() }
    for call in calls { try inliner.inline(call) }
  }
}

extension Graph {
  /// Makes every user of a node use another, and erases the node (`node_replace_`).
  ///
  /// - Throws: `graph.*` where the node can't be erased.
  public func replace(_ old: Node, with new: Node) throws {
    replaceAllUses(of: old, with: new)
    try erase(old)
  }
}

extension Node {
  /// Makes every user of this node use another, and erases this node.
  ///
  /// - Throws: `graph.*` where the node can't be erased.
  public func replace(with new: Node) throws { try graph.replace(self, with: new) }
}

extension Sequence where Element == Node {
  /// Returns the first node that is no placeholder.
  public var firstNonPlaceholder: Node? { first { $0.kind != .placeholder } }
}
