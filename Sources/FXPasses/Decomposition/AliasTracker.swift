import FXCore
import FXGraph
import FXOperators
import FXSchemas

/// Keeps track of values that share memory while writes become values of their own.
///
/// Each tensor is a chain of views on a base. A write to a view becomes a new value of the view, from
/// which those of all tensors it is a view of follow by the inverse of each view; other views of the
/// base are computed anew when they are used next. Source: PyTorch's functionalization
/// (`aten/src/ATen/FunctionalStorageImpl.h`).
final class AliasTracker {
  /// Memory that several values show.
  private final class Base {
    /// How often the memory was written to.
    var version = 0
  }

  /// How a value shows the memory of another.
  private struct Alias {
    let base: Base
    /// The value that it is a view of, and how; nil for the base itself.
    let step: (parent: Node, view: View)?
    /// The node that has the value now.
    var node: Node
    /// The version of the memory that the node shows.
    var version: Int
  }

  private var aliases: [NodeID: Alias] = [:]
  /// The bases that were written to, by the nodes that brought them in.
  private(set) var written: [NodeID] = []

  /// Notes that an operator's results are views of its first argument.
  func noteView(_ schema: OperatorSchema, _ arguments: [IValue], _ result: IValue) {
    guard schema.isView, case .fake(let tensor)? = arguments.first, let parent = tensor.node else {
      return
    }
    if let parts = result.elements {
      for (index, part) in parts.enumerated() {
        note(part, View(name: schema.qualifiedName, arguments: arguments, part: index), of: parent)
      }
    } else {
      note(result, View(name: schema.qualifiedName, arguments: arguments, part: nil), of: parent)
    }
  }

  /// Notes that one of several results is a view of the operator's first argument.
  func notePart(
    _ schema: OperatorSchema, _ arguments: [IValue], _ index: Int, _ part: IValue
  ) {
    guard schema.isView, case .fake(let tensor)? = arguments.first, let parent = tensor.node else {
      return
    }
    note(part, View(name: schema.qualifiedName, arguments: arguments, part: index), of: parent)
  }

  private func note(_ value: IValue, _ view: View, of parent: Node) {
    guard case .fake(let tensor) = value, let node = tensor.node else { return }
    let base = alias(of: parent).base
    aliases[node.id] = Alias(
      base: base, step: (parent, view), node: node, version: base.version)
  }

  private func alias(of node: Node) -> Alias {
    if let known = aliases[node.id] { return known }
    let made = Alias(base: Base(), step: nil, node: node, version: 0)
    aliases[node.id] = made
    return made
  }

  /// Returns the node that has a value now, after all writes to its memory.
  ///
  /// - Throws: what recording a view anew throws.
  func current(_ node: Node, _ emitter: GraphEmitter) throws -> Node {
    guard var alias = aliases[node.id] else { return node }
    if alias.version == alias.base.version { return alias.node }
    guard let step = alias.step else { return alias.node }
    let parent = try current(step.parent, emitter)
    let value = try step.view.emit(on: parent, of: step.parent, emitter)
    guard case .fake(let tensor) = value, let made = tensor.node else { return alias.node }
    // The new node is that of the old view, and not one of its own.
    aliases[made.id] = nil
    alias.node = made
    alias.version = alias.base.version
    aliases[node.id] = alias
    return made
  }

  /// Returns the node that brought in the memory which a node shows.
  func base(of node: Node) -> Node {
    var node = node
    while let step = aliases[node.id]?.step { node = step.parent }
    return node
  }

  /// Whether two nodes show the same memory.
  func sharesMemory(_ a: Node, _ b: Node) -> Bool {
    if a == b { return true }
    guard let first = aliases[a.id], let second = aliases[b.id] else { return false }
    return first.base === second.base
  }

  /// Has a value take the place of a node's.
  ///
  /// - Throws: `operator.unsupported` for a view that has no inverse.
  func write(_ value: IValue, to node: Node, _ emitter: GraphEmitter) throws {
    guard case .fake(let tensor) = value, let new = tensor.node else { return }
    var alias = alias(of: node)
    // Parents first: they have to be as they were before this write.
    if let step = alias.step {
      let parent = try current(step.parent, emitter)
      let inverse = try step.view.inverse(
        value, on: parent, of: step.parent, emitter)
      try write(inverse, to: step.parent, emitter)
      // The view is computed anew from the base when it is used next, with the strides of a view.
      return
    }
    alias.base.version += 1
    if !written.contains(node.id) { written.append(node.id) }
    alias.node = new
    alias.version = alias.base.version
    aliases[node.id] = alias
  }
}

/// How a value shows a part of another, or shows it in another form.
struct View {
  /// The qualified name of the operator.
  let name: String
  /// Its arguments, of which the first is the value that is shown.
  let arguments: [IValue]
  /// The position of the result among several.
  let part: Int?

  /// Records the view of a parent's new value.
  func emit(on parent: Node, of original: Node, _ emitter: GraphEmitter) throws -> IValue {
    let value = try emitter.call(name, [emitter.value(of: parent)] + arguments.dropFirst(), [])
    guard let part else { return value }
    guard let parts = value.elements, parts.indices.contains(part) else {
      throw unsupported
    }
    return parts[part]
  }

  /// Records the parent's value that goes with a new value of the view.
  ///
  /// - Throws: `operator.unsupported` where the view has no inverse.
  func inverse(
    _ value: IValue, on parent: Node, of original: Node, _ emitter: GraphEmitter
  ) throws -> IValue {
    let base = try emitter.value(of: parent)
    let rest = Array(arguments.dropFirst())
    switch name {
    case "aten::alias", "aten::detach", "aten::lift_fresh", "aten::contiguous", "aten::to.dtype":
      return value
    case "aten::select.int":
      return try emitter.call("aten::select_scatter", [base, value] + rest, [])
    case "aten::slice.Tensor":
      return try emitter.call("aten::slice_scatter", [base, value] + rest, [])
    case "aten::diagonal":
      return try emitter.call("aten::diagonal_scatter", [base, value] + rest, [])
    case "aten::as_strided":
      return try emitter.call("aten::as_strided_scatter", [base, value] + rest, [])
    case "aten::view", "aten::_unsafe_view", "aten::reshape", "aten::squeeze", "aten::squeeze.dim",
      "aten::squeeze.dims", "aten::unsqueeze", "aten::flatten.using_ints", "aten::unflatten.int":
      return try emitter.call("aten::reshape", value, .sizes(base.sizes))
    case "aten::transpose.int", "aten::t", "aten::numpy_T", "aten::mT":
      return try emitter.call(name, [value] + rest, [])
    case "aten::_conj": return try emitter.call(name, value)
    case "aten::_neg_view": return try emitter.call("aten::neg", value)
    case "aten::view_as_real": return try emitter.call("aten::view_as_complex", value)
    case "aten::view_as_complex": return try emitter.pairs(of: value)
    case "aten::permute": return try inversePermute(value, emitter)
    case "aten::unfold": return try inverseUnfold(value, base, emitter)
    case "aten::expand":
      guard try value.sizes == base.sizes else { throw unsupported }
      return value
    case "aten::unbind.int":
      guard let part else { throw unsupported }
      return try emitter.call(
        "aten::select_scatter", base, value, arguments[1], .int(part))
    case "aten::split.Tensor", "aten::split_with_sizes", "aten::chunk":
      return try inverseSplit(value, base, emitter)
    default: throw unsupported
    }
  }

  private func inversePermute(_ value: IValue, _ emitter: GraphEmitter) throws -> IValue {
    guard let parts = arguments[1].elements else { throw unsupported }
    var order = [IValue](repeating: .int(0), count: parts.count)
    for (index, part) in parts.enumerated() {
      guard case .int(let axis) = part else { throw unsupported }
      let target = axis < 0 ? axis + parts.count : axis
      guard order.indices.contains(target) else { throw unsupported }
      order[target] = .int(index)
    }
    return try emitter.call("aten::permute", value, .list(order))
  }

  /// Puts windows back at their places; those that overlap can't be written to.
  private func inverseUnfold(
    _ value: IValue, _ base: IValue, _ emitter: GraphEmitter
  ) throws -> IValue {
    guard case .int(let axis) = arguments[1], case .int(let size) = arguments[2],
      case .int(let step) = arguments[3], size >= 0, step > 0
    else { throw unsupported }
    let rank = try base.rank
    guard rank > 0 else { return try emitter.call("aten::reshape", value, []) }
    let place = axis < 0 ? axis + rank : axis
    let count = try value.size(place).known()
    guard step >= size || count == 1 else { throw unsupported }
    let starts = try emitter.call("aten::arange.start_step", 0, .int(count * step), .int(step))
    let steps = try emitter.call("aten::arange", .int(size))
    let indices = try emitter.call(
      "aten::reshape",
      emitter.call("aten::add.Tensor", emitter.call("aten::unsqueeze", starts, 1), steps),
      [-1])
    let moved = try emitter.call("aten::movedim.int", value, -1, .int(place + 1))
    var sizes = try base.sizes
    sizes[place] = .int(count * size)
    let rows = try emitter.call("aten::reshape", moved, .sizes(sizes))
    return try emitter.call("aten::index_copy", base, .int(place), indices, rows)
  }

  /// Puts a part back at its place, which the sizes of the parts before it tell.
  private func inverseSplit(
    _ value: IValue, _ base: IValue, _ emitter: GraphEmitter
  ) throws -> IValue {
    guard let part, case .int(let axis) = arguments.count > 2 ? arguments[2] : .int(0) else {
      throw unsupported
    }
    let all = try emitter.shapesOf(name, [base] + arguments.dropFirst())
    guard let parts = all.elements, parts.indices.contains(part) else { throw unsupported }
    var start: SymbolicSize = 0
    for before in parts.prefix(part) { start = try start + before.size(axis) }
    let end = try start + value.size(axis)
    return try emitter.call(
      "aten::slice_scatter", base, value, .int(axis), IValue(start), IValue(end))
  }

  private var unsupported: FXError {
    FXError(.operatorUnsupported, "a write to a view by \(name) can't be functionalized")
  }
}
