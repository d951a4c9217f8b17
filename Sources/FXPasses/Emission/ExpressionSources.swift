import FXCore
import FXGraph
import FXOperators

/// The first node of a graph that has each symbolic number, by itself or as a size.
///
/// Nodes are looked at once, in the order of the graph, as far as the search for a number goes.
struct ExpressionSources {
  /// A node that is the number, or a tensor with a dimension of that size.
  struct Source {
    let node: Node
    /// The dimension; nil where the node is the number itself.
    let axis: Int?
  }

  private var sources: [SymbolicExpression: Source] = [:]
  /// The last node that was looked at.
  private var last: Node?

  /// The first of the nodes that were looked at with a number; nil where there is none.
  subscript(expression: SymbolicExpression) -> Source? { sources[expression] }

  /// Looks at the nodes that come before another.
  ///
  /// - Throws: `symbolic.*` for a size that can't be read.
  mutating func note(in graph: Graph, before end: Node?, _ values: ShapeValues) throws {
    var next = last.map { $0.next } ?? graph.nodes.first { _ in true }
    while let node = next, node != end {
      try note(node, values)
      last = node
      next = node.next
    }
  }

  /// Looks at a node, again where its value has changed.
  mutating func note(_ node: Node, _ values: ShapeValues) throws {
    switch try values.fake(node.valueID) {
    case .symbol(let number)?: note(number.expression, Source(node: node, axis: nil))
    case .fake(let tensor)?:
      for (axis, size) in tensor.sizes.enumerated() {
        if case .expression(let expression) = size {
          note(expression, Source(node: node, axis: axis))
        }
      }
    default: break
    }
  }

  private mutating func note(_ expression: SymbolicExpression, _ source: Source) {
    if sources[expression] == nil { sources[expression] = source }
  }
}
