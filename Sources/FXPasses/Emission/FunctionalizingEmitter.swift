import FXCore
import FXGraph
import FXOperators
import FXSchemas

/// Makes writes values of their own, on the way to a recording emitter.
///
/// A call that writes is made as the functional overload, whose results take the place of what was written
/// to; calls that follow read the values that are current. Source: PyTorch's functionalization
/// (`aten/src/ATen/FunctionalTensorWrapper.h`).
final class FunctionalizingEmitter: WritingEmitter, EmitterLayer {
  let recorder: RecordingEmitter
  /// Which nodes share memory, and what has been written to it.
  let aliases: AliasTracker
  /// The graph's inputs that are conjugated where it is called.
  var conjugatedInputs: Set<NodeID> = []
  /// Whether what is written gets the strides of what it takes the place of, which PyTorch leaves to the
  /// functional overload.
  var keepsStrides = false
  /// The layer around this one, which sees the calls that are made here; nil where there is none.
  weak var outer: (any WritingEmitter)?

  init(_ recorder: RecordingEmitter) {
    self.recorder = recorder
    aliases = AliasTracker(recorder)
  }

  var below: any Emitter { recorder }
  var shapes: ShapeEmitter { recorder.shapes }
  /// Where the calls go that writes and views are made of.
  var outermost: any WritingEmitter { outer ?? self }

  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    if let result = try outermost.functionalized(resolved, arguments) { return result }
    // Shapes are those of the values that the program names, of which current ones may differ in strides.
    let shape = try shapes.emit(resolved, arguments)
    let result = try recorder.emit(resolved, arguments.map { try current($0) }, shape: shape)
    aliases.noteView(resolved.schema, arguments, result)
    return result
  }

  /// Returns the node that has a value now, after all writes to its memory.
  ///
  /// - Throws: what recording a view anew throws.
  func current(_ node: Node) throws -> Node { try aliases.current(node, self) }

  /// Returns a value as it is now, after all writes to its memory.
  private func current(_ value: IValue) throws -> IValue {
    switch value {
    case .list(let parts): return .list(try parts.map { try current($0) })
    case .tuple(let parts): return .tuple(try parts.map { try current($0) })
    case .fake:
      guard let node = recorder.node(of: value) else { return value }
      let now = try current(node)
      return now == node ? value : recorder.bound(value, to: now)
    default: return value
    }
  }

  /// Has a value take the place of a tensor that is written to, in all its views.
  func write(_ value: IValue, to target: IValue) throws {
    guard case .fake(let old) = target, let node = recorder.node(of: target),
      case .fake(let new) = value
    else { throw FXError(.shapeUnknown, "what is written to is not a tensor of the graph") }
    var value = value
    if new.dtype != old.dtype {
      value = try outermost.call(
        "aten::_to_copy", value, keywords: [("dtype", .dtype(old.dtype))])
    }
    if new.sizes != old.sizes {
      value = try outermost.call("aten::expand", value, .sizes(old.sizes))
    }
    // A tensor without elements stays what it is.
    if old.sizes.contains(0) { return }
    if keepsStrides { value = try keepingStrides(value, target) }
    if let source = recorder.node(of: value), aliases.sharesMemory(source, node) {
      value = try outermost.call("aten::clone", value)
    }
    try aliases.write(value, to: node, self)
  }

  func emit(
    _ operation: HigherOrderOperator, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)]
  ) throws -> IValue {
    try recorder.emit(operation, arguments.map { try current($0) }, keywords)
  }
}
