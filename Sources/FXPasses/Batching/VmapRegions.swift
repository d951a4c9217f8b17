import FXCore
import FXGraph
import FXOperators

/// The regions of `torch.vmap` in a graph, followed from switch to switch.
///
///     level = _vmap_increment_nesting(5, 'error'); face = _add_batch_dim(x, 0, level); …
///     whole = _remove_batch_dim(y, level, 5, 0); _vmap_decrement_nesting()
final class VmapRegions {
  private let nodes: [Node]
  private let base: any WritingEmitter
  private var levels: [BatchingEmitter] = []
  /// Whether the region that a node begins is taken apart.
  private var decisions: [NodeID: Bool] = [:]

  /// Starts outside of all regions.
  init(_ nodes: [Node], _ base: any WritingEmitter) {
    self.nodes = nodes
    self.base = base
  }

  /// The innermost `vmap` that is on; nil outside of all.
  var current: BatchingEmitter? { levels.last }

  private static let prefix = "torch._functorch.predispatch."
  private static let begin = prefix + "_vmap_increment_nesting"

  /// Returns the nodes from the next beginning of a region to its end; nil where there is no end.
  func region(from node: Node) -> ArraySlice<Node>? {
    guard let here = nodes.firstIndex(of: node),
      let start = nodes[here...].firstIndex(where: { $0.target == Self.begin })
    else { return nil }
    var depth = 0
    for index in start..<nodes.count {
      if nodes[index].target == Self.begin { depth += 1 }
      if nodes[index].target == Self.prefix + "_vmap_decrement_nesting" { depth -= 1 }
      if depth == 0 { return nodes[start...index] }
    }
    return nil
  }

  /// Returns whether a region is taken apart, which is found out once.
  func isTakenApart(_ region: ArraySlice<Node>, _ findOut: () -> Bool) -> Bool {
    guard let first = region.first else { return false }
    if let known = decisions[first.id] { return known }
    let decision = findOut()
    decisions[first.id] = decision
    return decision
  }

  /// Follows a switch, and returns what it gives.
  ///
  /// - Throws: `operator.unsupported` for what is no switch of `vmap`.
  func follow(_ node: Node, _ arguments: [IValue]) throws -> IValue {
    switch node.target.dropFirst(Self.prefix.count) {
    case "lazy_load_decompositions": return .none
    case "_vmap_increment_nesting":
      guard arguments.count == 2, case .string(let randomness) = arguments[1] else { break }
      let size: SymbolicSize
      switch arguments[0] {
      case .int(let number): size = .int(number)
      case .symbol(let number): size = SymbolicSize(number.expression)
      default: throw unknown(node)
      }
      levels.append(
        BatchingEmitter(levels.last ?? base, size: size, randomness: randomness))
      return .int(levels.count)
    case "_vmap_decrement_nesting":
      if levels.popLast() == nil { break }
      return .int(levels.count)
    case "_add_batch_dim":
      guard arguments.count == 3, case .int(let axis) = arguments[1] else { break }
      return try level(arguments[2], node).hide(arguments[0], axis: axis)
    case "_remove_batch_dim":
      guard arguments.count == 4, case .int(let axis) = arguments[3] else { break }
      return try level(arguments[1], node).show(arguments[0], axis: axis)
    default: break
    }
    throw unknown(node)
  }

  private func level(_ value: IValue, _ node: Node) throws -> BatchingEmitter {
    guard case .int(let number) = value, levels.indices.contains(number - 1) else {
      throw unknown(node)
    }
    return levels[number - 1]
  }

  private func unknown(_ node: Node) -> FXError {
    FXError(.operatorUnsupported, "the call '\(node.name)' can't be followed")
  }
}
