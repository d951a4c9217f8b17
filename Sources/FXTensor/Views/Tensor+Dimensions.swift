import FXCore

extension Tensor {
  /// Puts dimensions in another order (`torch.permute`).
  ///
  /// - Throws: `tensor.index` where the order does not name each dimension once.
  public func permute(_ order: [Int]) throws(FXError) -> Tensor {
    guard order.count == rank else {
      throw FXError(.tensorIndex, "an order of \(order.count) is none of \(rank) dimensions")
    }
    var isTaken = [Bool](repeating: false, count: rank)
    var sizes = sizes
    var strides = strides
    for (target, source) in order.enumerated() {
      let axis = try Geometry.axis(source, of: rank)
      guard !isTaken[axis] else {
        throw FXError(.tensorIndex, "the order names the dimension \(axis) twice")
      }
      isTaken[axis] = true
      sizes[target] = self.sizes[axis]
      strides[target] = self.strides[axis]
    }
    return alias(sizes, strides, count: elementCount)
  }

  /// Exchanges two dimensions (`torch.transpose`).
  ///
  /// - Throws: `tensor.index`.
  public func transpose(_ first: Int, _ second: Int) throws(FXError) -> Tensor {
    let one = try Geometry.axis(first, of: rank)
    let other = try Geometry.axis(second, of: rank)
    if rank == 0 { return alias() }
    var (sizes, strides) = (sizes, strides)
    sizes.swapAt(one, other)
    strides.swapAt(one, other)
    return alias(sizes, strides, count: elementCount)
  }

  /// Transposes a matrix; fewer dimensions stay as they are (`torch.t`).
  ///
  /// - Throws: `tensor.shape` for more than two dimensions.
  public func t() throws(FXError) -> Tensor {
    guard rank <= 2 else {
      throw FXError(.tensorShape, "t() is for at most 2 dimensions, and not \(rank)")
    }
    return rank < 2 ? alias() : try transpose(0, 1)
  }

  /// Moves dimensions to other places; the rest keep their order (`torch.movedim`).
  ///
  /// - Throws: `tensor.index`.
  public func movedim(_ source: [Int], _ destination: [Int]) throws(FXError) -> Tensor {
    guard source.count == destination.count else {
      throw FXError(
        .tensorIndex, "\(source.count) dimensions cannot go to \(destination.count) places")
    }
    var order = [Int](repeating: -1, count: rank)
    var isMoved = [Bool](repeating: false, count: rank)
    for (from, to) in zip(source, destination) {
      let axis = try Geometry.axis(from, of: rank)
      let place = try Geometry.axis(to, of: rank)
      if rank == 0 { continue }
      guard order[place] == -1, !isMoved[axis] else {
        throw FXError(.tensorIndex, "a dimension is named twice")
      }
      order[place] = axis
      isMoved[axis] = true
    }
    var rest = isMoved.indices.filter { !isMoved[$0] }.makeIterator()
    for place in order.indices where order[place] == -1 { order[place] = rest.next() ?? place }
    return try permute(order)
  }

  /// Removes every dimension of size 1 (`torch.squeeze`).
  public func squeeze() -> Tensor {
    let kept = sizes.indices.filter { sizes[$0] != 1 }
    return alias(kept.map { sizes[$0] }, kept.map { strides[$0] }, count: elementCount)
  }

  /// Removes the given dimensions where their size is 1 (`torch.squeeze`).
  ///
  /// - Throws: `tensor.index`.
  public func squeeze(_ axes: [Int]) throws(FXError) -> Tensor {
    var isRemoved = [Bool](repeating: false, count: rank)
    for axis in axes {
      let axis = try Geometry.axis(axis, of: rank)
      if rank > 0 { isRemoved[axis] = sizes[axis] == 1 }
    }
    let kept = sizes.indices.filter { !isRemoved[$0] }
    return alias(kept.map { sizes[$0] }, kept.map { strides[$0] }, count: elementCount)
  }

  /// Adds a dimension of size 1 (`torch.unsqueeze`).
  ///
  /// - Throws: `tensor.index`.
  public func unsqueeze(_ axis: Int) throws(FXError) -> Tensor {
    let axis = try Geometry.axis(axis, of: rank + 1)
    var (sizes, strides) = (sizes, strides)
    strides.insert(axis < rank ? sizes[axis] &* strides[axis] : 1, at: axis)
    sizes.insert(1, at: axis)
    return alias(sizes, strides, count: elementCount)
  }

  /// Makes several dimensions of one (`torch.unflatten`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.view`.
  public func unflatten(_ axis: Int, _ shape: [Int]) throws(FXError) -> Tensor {
    let axis = try Geometry.axis(axis, of: rank)
    guard rank > 0 else { throw FXError(.tensorIndex, "there is no dimension to divide") }
    let parts = try Geometry.inferred(shape, count: sizes[axis])
    return try view(Array(sizes[..<axis]) + parts + Array(sizes[(axis + 1)...]))
  }
}
