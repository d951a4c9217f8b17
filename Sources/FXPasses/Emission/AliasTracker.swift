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

  private let recorder: RecordingEmitter
  private var aliases: [NodeID: Alias] = [:]
  /// The bases that were written to, by the nodes that brought them in.
  private(set) var written: [NodeID] = []

  /// Starts without values; the recorder tells which nodes those are that emitters see.
  init(_ recorder: RecordingEmitter) { self.recorder = recorder }

  /// Notes that an operator's results are views of its first argument.
  func noteView(_ schema: OperatorSchema, _ arguments: [IValue], _ result: IValue) {
    if let parts = result.elements {
      for (index, part) in parts.enumerated() { notePart(schema, arguments, index, part) }
    } else {
      notePart(schema, arguments, nil, result)
    }
  }

  /// Notes that a result, of several the one at an index, is a view of the operator's first argument.
  func notePart(
    _ schema: OperatorSchema, _ arguments: [IValue], _ index: Int?, _ value: IValue
  ) {
    guard schema.isView, let parent = arguments.first.flatMap({ recorder.node(of: $0) }),
      case .fake = value, let node = recorder.node(of: value)
    else { return }
    let view = View(name: schema.qualifiedName, arguments: arguments, part: index)
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
  func current(_ node: Node, _ emitter: FunctionalizingEmitter) throws -> Node {
    guard var alias = aliases[node.id] else { return node }
    if alias.version == alias.base.version { return alias.node }
    guard let step = alias.step else { return alias.node }
    let parent = try current(step.parent, emitter)
    let value = try step.view.emit(on: parent, emitter)
    guard let made = recorder.node(of: value) else { return alias.node }
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
  func write(_ value: IValue, to node: Node, _ emitter: FunctionalizingEmitter) throws {
    guard let new = recorder.node(of: value) else { return }
    var alias = alias(of: node)
    // Parents first: they have to be as they were before this write.
    if let step = alias.step {
      let parent = try current(step.parent, emitter)
      let inverse = try step.view.inverse(value, on: parent, emitter)
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
  func emit(on parent: Node, _ emitter: FunctionalizingEmitter) throws -> IValue {
    let value = try emitter.outermost.apply(
      name, [emitter.recorder.value(of: parent)] + arguments.dropFirst())
    guard let part else { return value }
    guard let parts = value.elements, parts.indices.contains(part) else {
      throw unsupported
    }
    return parts[part]
  }

  /// Records the parent's value that goes with a new value of the view.
  ///
  /// - Throws: `operator.unsupported` where the view has no inverse.
  func inverse(_ value: IValue, on parent: Node, _ emitter: FunctionalizingEmitter) throws -> IValue
  {
    let resolved = try emitter.library.resolved(named: name)
    guard let view = resolved.definition?.view else { throw unsupported }
    let top = emitter.outermost
    let call = OperatorCall(
      resolved.schema, [try emitter.recorder.value(of: parent)] + arguments.dropFirst(),
      emitter: top)
    return try view.scatter(ViewRule.Write(call, part: part, value: value), top)
  }

  private var unsupported: FXError { ViewRule.unsupported(name) }
}
