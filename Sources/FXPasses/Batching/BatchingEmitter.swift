import FXCore
import FXOperators
import FXSchemas
import FXTensor

/// Calls operators on tensors of which `torch.vmap` hides a dimension: once, on all of them.
///
/// A face is what the program sees of a tensor, without the dimension; the whole has it first.
/// Source: PyTorch's batching rules (`aten/src/ATen/functorch`).
final class BatchingEmitter: WritingEmitter, EmitterLayer {
  /// Where calls on whole tensors go: the graph, or the `vmap` around this one.
  let inner: any WritingEmitter
  /// How many tensors there are.
  let size: SymbolicSize
  /// Whether each of them gets random numbers of its own.
  let drawsForEach: Bool
  private var batches: [ObjectIdentifier: (face: FakeTensor, whole: IValue)] = [:]

  /// Starts a `vmap`.
  init(_ inner: any WritingEmitter, size: SymbolicSize, randomness: String) {
    self.inner = inner
    self.size = size
    drawsForEach = randomness == "different"
  }

  var below: any Emitter { inner }
  var shapes: ShapeEmitter { inner.shapes }

  func lazyViews(of value: IValue) throws -> LazyViews {
    try inner.lazyViews(of: whole(value) ?? value)
  }

  // MARK: Faces

  /// Hides a dimension of a tensor (`_add_batch_dim`).
  func hide(_ value: IValue, axis: Int) throws -> IValue {
    let axis = try Geometry.axis(axis, of: value.rank)
    return try face(of: axis == 0 ? value : inner.call("aten::movedim.int", value, .int(axis), 0))
  }

  /// Shows the dimension again (`_remove_batch_dim`).
  func show(_ value: IValue, axis: Int) throws -> IValue {
    let whole = try whole(value) ?? repeated(value)
    let axis = try Geometry.axis(axis, of: whole.rank)
    return axis == 0 ? whole : try inner.call("aten::movedim.int", whole, 0, .int(axis))
  }

  /// Makes the faces of whole tensors, those in lists included.
  func face(of whole: IValue) throws -> IValue {
    switch whole {
    case .fake(let tensor):
      guard tensor.rank > 0 else { throw unsupported("a tensor without dimensions") }
      let face = FakeTensor(
        tensor.dtype, Array(tensor.sizes.dropFirst()), strides: Array(tensor.strides.dropFirst()),
        storageOffset: tensor.storageOffset, device: tensor.device, layout: tensor.layout)
      batches[ObjectIdentifier(face)] = (face, whole)
      return .fake(face)
    case .list(let parts): return .list(try parts.map { try face(of: $0) })
    case .tuple(let parts): return .tuple(try parts.map { try face(of: $0) })
    default: return whole
    }
  }

  /// Returns the whole of a face; nil for what is the same for all.
  func whole(_ value: IValue) -> IValue? {
    guard case .fake(let tensor) = value else { return nil }
    return batches[ObjectIdentifier(tensor)]?.whole
  }

  /// Whether a value, or a part of it, is a face.
  func isBatched(_ value: IValue) -> Bool {
    value.elements?.contains { isBatched($0) } ?? (whole(value) != nil)
  }

  /// Whether a value, or a part of it, is a face of this `vmap` or of one around it.
  func isBatchedAnywhere(_ value: IValue) -> Bool {
    isBatched(value) || (inner as? BatchingEmitter)?.isBatchedAnywhere(value) == true
  }

  /// Whether tensors of this `vmap` or of one around it get random numbers of their own.
  var drawsForEachAnywhere: Bool {
    drawsForEach || (inner as? BatchingEmitter)?.drawsForEachAnywhere == true
  }

  /// Gives what is the same for all a first dimension, of no stride.
  func repeated(_ value: IValue) throws -> IValue {
    let sizes = try [size] + value.sizes
    return try inner.call("aten::expand", inner.call("aten::unsqueeze", value, 0), .sizes(sizes))
  }

  // MARK: Calls

  /// Calls an operator for all tensors of the batch.
  ///
  /// - Throws: `operator.unsupported` where there is no rule for it.
  func emit(_ resolved: ResolvedOperator, _ arguments: [IValue]) throws -> IValue {
    let schema = resolved.schema
    let call = BatchedCall(
      OperatorCall(schema, arguments, emitter: self), self, resolved.batchRule)
    if schema.isRandom, let result = try call.drawn() { return result }
    guard arguments.contains(where: { isBatched($0) }) else {
      return try inner.emit(resolved, arguments)
    }
    if let result = try functionalized(resolved, arguments) { return result }
    if schema.isMutable { throw unsupported(schema.qualifiedName) }
    if let number = try call.number() { return number }
    if let result = try BatchingRules.apply(call) { return try face(of: result) }
    if let decomposition = resolved.definition?.decomposition {
      return try decomposition(call.call, self)
    }
    return try face(of: call.unrolled())
  }

  func write(_ value: IValue, to target: IValue) throws {
    guard let old = whole(target) else {
      guard !isBatched(value) else { throw unsupported("a write to what is not batched") }
      return try inner.write(value, to: target)
    }
    var new = value
    if try new.dtype != old.dtype {
      new = try call("aten::_to_copy", new, keywords: [("dtype", .dtype(old.dtype))])
    }
    if try new.sizes != target.sizes {
      new = try call("aten::expand", new, .sizes(target.sizes))
    }
    try inner.write(whole(new) ?? repeated(new), to: old)
  }

  /// Returns the fake result of a call on faces.
  func shape(of schema: OperatorSchema, _ arguments: [IValue]) throws -> IValue {
    try shapes.apply(schema.qualifiedName, arguments)
  }

  func unsupported(_ what: String) -> FXError {
    FXError(.operatorUnsupported, "there is no rule for \(what) in torch.vmap")
  }
}
