import FXCore
import FXTensor

/// Sums, means and shapes.
extension Formula {
  /// The sum of all elements.
  public func sum() throws -> Formula { try applying("aten::sum") }

  /// The sums along dimensions, which stay as dimensions of size 1 where they are kept.
  public func sum(over axes: [Int], keeps: Bool = false) throws -> Formula {
    try applying("aten::sum.dim_IntList", .ints(axes), .bool(keeps))
  }

  /// The mean of all elements.
  public func mean() throws -> Formula { try applying("aten::mean") }

  /// The means along dimensions, which stay as dimensions of size 1 where they are kept.
  public func mean(over axes: [Int], keeps: Bool = false) throws -> Formula {
    try applying("aten::mean.dim", .ints(axes), .bool(keeps))
  }

  // MARK: Shapes

  /// The elements in another shape, without a copy.
  public func view(_ sizes: [SymbolicSize]) throws -> Formula {
    try applying("aten::view", .sizes(sizes))
  }

  /// The elements in another shape.
  public func reshape(_ sizes: [SymbolicSize]) throws -> Formula {
    try applying("aten::reshape", .sizes(sizes))
  }

  /// The elements in another shape; the value itself where it has that.
  public func reshaped(to sizes: [SymbolicSize]) throws -> Formula {
    try value.sizes == sizes ? self : reshape(sizes)
  }

  /// The tensor with a new dimension of size 1.
  public func unsqueeze(_ axis: Int) throws -> Formula {
    try applying("aten::unsqueeze", .int(axis))
  }

  /// The tensor without a dimension of size 1.
  public func squeeze(_ axis: Int) throws -> Formula {
    try applying("aten::squeeze.dim", .int(axis))
  }

  /// The part between two places along a dimension; up to the end where none is given.
  public func slice(_ axis: Int, from start: Int, to end: Int? = nil) throws -> Formula {
    try applying("aten::slice.Tensor", .int(axis), .int(start), end.map { .int($0) } ?? .none)
  }

  /// The elements at one place along a dimension.
  public func select(_ axis: Int, at index: Int) throws -> Formula {
    try applying("aten::select.int", .int(axis), .int(index))
  }

  /// The elements at places along a dimension.
  public func gather(_ axis: Int, _ places: Formula) throws -> Formula {
    try applying("aten::gather", .int(axis), places.value)
  }

  /// Repeats the elements to a shape, as broadcasting does.
  public func expanded(to sizes: [SymbolicSize]) throws -> Formula {
    try value.sizes == sizes ? self : applying("aten::expand", .sizes(sizes))
  }

  /// The last two dimensions swapped (`Tensor.mT`).
  public func transposed() throws -> Formula { try applying("aten::transpose.int", -2, -1) }

  /// The matrix product (`torch.matmul`).
  public func times(_ other: Formula) throws -> Formula {
    try applying("aten::matmul", other.value)
  }

  // MARK: Gradients of what changes shapes

  /// Undoes a broadcast: sums what has several elements for one of a tensor of these sizes.
  public func sum(to sizes: [SymbolicSize]) throws -> Formula {
    let own = try value.sizes
    if own == sizes { return self }
    let extra = own.count - sizes.count
    var axes = Array(0..<max(extra, 0))
    for (axis, size) in sizes.enumerated() where size == 1 && own[axis + extra] != 1 {
      axes.append(axis + extra)
    }
    guard !axes.isEmpty else { return try reshape(sizes) }
    let summed = try sum(over: axes, keeps: true)
    return extra > 0 ? try summed.reshape(sizes) : summed
  }

  /// Repeats what a reduction gave for each of the elements that it is of.
  ///
  /// - Parameters:
  ///   - axes: the dimensions that were reduced; `None` or an empty list for all.
  ///   - keep: whether they stay, as dimensions of size 1.
  public func unreduced(_ whole: IValue, axes: IValue, keep: IValue) throws -> Formula {
    let sizes = try whole.sizes
    var kept = sizes
    var given: [Int] = []
    for part in axes.elements ?? [] {
      guard case .int(let axis) = part else { continue }
      given.append(axis < 0 ? axis + sizes.count : axis)
    }
    if given.isEmpty { given = Array(sizes.indices) }
    for axis in given where kept.indices.contains(axis) { kept[axis] = 1 }
    let isKept = if case .bool(true) = keep { true } else { false }
    let shaped = isKept ? self : try reshaped(to: kept)
    return try shaped.expanded(to: sizes)
  }

  /// Divides by how many elements of a tensor there are for each of a reduction's results.
  public func averaged(over whole: IValue, as reduced: Formula) throws -> Formula {
    let (all, left) = (
      try SymbolicSize.product(whole.sizes[...]), try SymbolicSize.product(reduced.value.sizes[...])
    )
    let count = left == 0 ? all : try all.floorDivided(by: left)
    return try self / IValue(count)
  }
}
