import FXCore
import FXSchemas
import FXTensor

/// Tensors whose first dimension `torch.vmap` hides: operators are called for each of its indices.
///
/// Each `vmap` has a level. A batched tensor stands for its value without the dimension; the value
/// may itself be batched, of a lower level. Source: PyTorch's `BatchedTensorImpl`.
public final class BatchedTensors {
  private struct Batch {
    /// What the caller has; its identity is the key.
    let face: Tensor
    /// What the batch is made of.
    let value: Tensor
    let level: Int
    let size: Int
  }

  private var batches: [ObjectIdentifier: Batch] = [:]

  /// Starts without tensors.
  public init() {}

  /// Hides a dimension of a tensor (`_add_batch_dim`).
  ///
  /// - Throws: `tensor.index`.
  package func add(
    _ tensor: Tensor, axis: Int, level: Int, _ environment: ExecutionEnvironment
  ) throws -> Tensor {
    let moved = try environment.call("aten::movedim.int", .tensor(tensor), .int(axis), 0)
    guard case .tensor(let value) = moved, let size = try moved.sizes.first?.requireStatic() else {
      throw FXError(.tensorIndex, "a tensor without dimensions has none to hide")
    }
    return try batch(value, level, size)
  }

  private func batch(_ value: Tensor, _ level: Int, _ size: Int) throws -> Tensor {
    // What is asked for its sizes has them without the dimension.
    let face =
      value.sizes.contains(0)
      ? try Tensor.zeros(Array(value.sizes.dropFirst()), value.dtype, device: value.device)
      : try value.asStrided(Array(value.sizes.dropFirst()), Array(value.strides.dropFirst()))
    batches[ObjectIdentifier(face)] = Batch(face: face, value: value, level: level, size: size)
    return face
  }

  /// Shows the dimension of a level again (`_remove_batch_dim`).
  ///
  /// - Throws: `tensor.index`.
  package func remove(
    _ tensor: Tensor, level: Int, size: Int, axis: Int, _ environment: ExecutionEnvironment
  ) throws -> IValue {
    if let batch = batches[ObjectIdentifier(tensor)], batch.level == level {
      return try environment.call("aten::movedim.int", .tensor(batch.value), 0, .int(axis))
    }
    // What does not depend on the batch is the same for all of it.
    let value = try environment.call("aten::unsqueeze", .tensor(tensor), 0)
    let rank = try value.rank
    let sizes = [IValue.int(size)] + [IValue](repeating: -1, count: rank - 1)
    let repeated = try environment.call("aten::expand", value, .list(sizes))
    return try environment.call("aten::movedim.int", repeated, 0, .int(axis))
  }

  /// Forgets the tensors of a level and those above (`_vmap_decrement_nesting`).
  package func forget(above level: Int) {
    batches = batches.filter { $0.value.level < level }
  }

  /// Whether there are none.
  var isEmpty: Bool { batches.isEmpty }

  /// Calls an operator for each index of the highest level among its arguments; nil where none of
  /// them is batched.
  func call(
    _ resolved: ResolvedOperator, _ arguments: [IValue], _ environment: ExecutionEnvironment
  ) throws -> IValue? {
    var highest: Batch?
    for argument in arguments {
      guard let found = self.highest(in: argument) else { continue }
      if found.level > highest?.level ?? 0 { highest = found }
    }
    guard let highest else { return nil }
    if resolved.laziness != nil {
      // A view, element by element, of the whole.
      guard case .tensor(let value) = try environment.emit(resolved, [.tensor(highest.value)])
      else { return nil }
      return .tensor(try batch(value, highest.level, highest.size))
    }
    try checkWrites(of: resolved.schema, arguments, highest.level)
    // A batch without elements has results as well: those of zeros tell of what shape they are.
    let results = try (0..<max(highest.size, 1)).map { index in
      let slices = try arguments.map { try slice($0, highest.level, at: index, environment) }
      return try environment.emit(resolved, slices)
    }
    if let written = resolved.schema.parameters.firstIndex(where: { $0.isWritten }),
      resolved.schema.name.hasSuffix("_")
    {
      if resolved.schema.changesGeometry {
        try changeGeometry(of: arguments[written], to: join(results, highest, environment))
      }
      return arguments[written]
    }
    return try join(results, highest, environment)
  }

  /// Makes sure that no operator writes what differs within the batch to a tensor that does not.
  private func checkWrites(of schema: OperatorSchema, _ arguments: [IValue], _ level: Int) throws {
    for (parameter, argument) in zip(schema.parameters, arguments) where parameter.isWritten {
      for case .tensor(let tensor) in argument.elements ?? [argument]
      where batches[ObjectIdentifier(tensor)]?.level != level {
        throw FXError(
          .operatorUnsupported,
          "vmap: \(schema.qualifiedName) can't write values that are batched to a tensor that is not"
        )
      }
    }
  }

  /// Gives a batched tensor the geometry that an operator in place has given its parts (`t_`).
  private func changeGeometry(of argument: IValue, to joined: IValue) throws {
    guard case .tensor(let tensor) = argument, case .tensor(let face) = joined,
      let old = batches[ObjectIdentifier(tensor)], let new = batches[ObjectIdentifier(face)]
    else { return }
    try tensor.set(
      storage: face.storage, sizes: face.sizes, strides: face.strides,
      storageOffset: face.storageOffset)
    batches[ObjectIdentifier(tensor)] = Batch(
      face: tensor, value: new.value, level: old.level, size: old.size)
  }

  private func highest(in value: IValue) -> Batch? {
    switch value {
    case .tensor(let tensor): batches[ObjectIdentifier(tensor)]
    case .list(let parts), .tuple(let parts):
      parts.compactMap { highest(in: $0) }.max { $0.level < $1.level }
    default: nil
    }
  }

  /// Replaces tensors of a level by their parts at an index.
  private func slice(
    _ value: IValue, _ level: Int, at index: Int, _ environment: ExecutionEnvironment
  ) throws -> IValue {
    switch value {
    case .tensor(let tensor):
      guard let batch = batches[ObjectIdentifier(tensor)], batch.level == level else {
        return value
      }
      if batch.size == 0 {
        let sizes = batch.value.sizes.dropFirst().map { IValue.int($0) }
        return try environment.call("aten::new_zeros", .tensor(batch.value), .list(sizes))
      }
      return try environment.call("aten::select.int", .tensor(batch.value), 0, .int(index))
    case .list(let parts):
      return .list(try parts.map { try slice($0, level, at: index, environment) })
    default: return value
    }
  }

  /// Joins views of one storage, so that writes to the whole reach what they are views of; nil for other
  /// tensors.
  private func joinViews(_ views: [Tensor], of whole: Tensor) throws -> Tensor? {
    let first = views[0]
    if let lower = batches[ObjectIdentifier(first)] {
      let values = views.compactMap { batches[ObjectIdentifier($0)] }
        .filter { $0.level == lower.level }.map(\.value)
      guard values.count == views.count, let joined = try joinViews(values, of: whole) else {
        return nil
      }
      return try batch(joined.transpose(0, 1), lower.level, lower.size)
    }
    guard first.elementCount > 0, views.count > 1 || first.storage === whole.storage else {
      return nil
    }
    let step = views.count > 1 ? views[1].storageOffset - first.storageOffset : 0
    let areRegular = views.enumerated().allSatisfy { index, view in
      view.storage === first.storage && view.dtype == first.dtype && view.sizes == first.sizes
        && view.strides == first.strides
        && view.storageOffset == first.storageOffset + index * step
    }
    guard areRegular, step >= 0 else { return nil }
    return try first.asStrided([views.count] + first.sizes, [step] + first.strides)
  }

  /// Arranges what was stacked as each of its parts is, one part after the other.
  private func arranged(_ stacked: Tensor, as parts: [Tensor]) throws -> Tensor {
    guard let first = parts.first, !first.isContiguous, first.isDense,
      batches[ObjectIdentifier(first)] == nil,
      parts.allSatisfy({ $0.strides == first.strides && $0.sizes == first.sizes })
    else { return stacked }
    let result = try Tensor.empty(
      stacked.sizes, strides: [first.elementCount] + first.strides, stacked.dtype,
      device: stacked.device)
    try result.copy(from: stacked)
    return result
  }

  /// Puts results together: tensors become batched ones, other values are the same for all.
  private func join(
    _ results: [IValue], _ whole: Batch, _ environment: ExecutionEnvironment
  ) throws -> IValue {
    guard let first = results.first else { return .none }
    switch first {
    case .tensor:
      let tensors = results.compactMap { if case .tensor(let part) = $0 { part } else { nil } }
      if tensors.count == results.count, let value = try joinViews(tensors, of: whole.value) {
        return .tensor(try batch(value, whole.level, whole.size))
      }
      var joined = try environment.call("aten::stack", .list(results))
      if case .tensor(let stacked) = joined {
        joined = .tensor(try arranged(stacked, as: tensors))
      }
      if whole.size == 0 {
        joined = try environment.call("aten::slice.Tensor", joined, 0, 0, 0)
      }
      guard case .tensor(let value) = joined else { return first }
      return .tensor(try batch(value, whole.level, whole.size))
    case .list(let parts), .tuple(let parts):
      let joined = try parts.indices.map { place in
        try join(results.map { $0.elements?[place] ?? .none }, whole, environment)
      }
      if case .list = first { return .list(joined) }
      return .tuple(joined)
    default: return first
    }
  }
}
