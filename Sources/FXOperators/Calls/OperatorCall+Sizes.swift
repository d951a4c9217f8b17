import FXCore
import FXTensor

/// Sizes as arguments of decompositions, where they may be symbolic.
extension OperatorCall {
  /// Returns an integer that may be symbolic.
  ///
  /// - Throws: `operator.argumentType`, as the other accessors.
  public func size(_ index: Int) throws -> SymbolicSize {
    if case .symbol(let number) = arguments[index] { return SymbolicSize(number.expression) }
    return .int(try int(index))
  }

  /// Returns an integer that may be symbolic, or nil for `None`.
  ///
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func optionalSize(_ index: Int) throws -> SymbolicSize? {
    arguments[index].isNone ? nil : try size(index)
  }

  /// Returns a list of integers that may be symbolic.
  ///
  /// - Parameter count: the length to which a single number is repeated, where the schema gives one.
  /// - Throws: `operator.argumentType` where the argument is of another kind.
  public func sizes(_ index: Int, count: Int? = nil) throws -> [SymbolicSize] {
    guard let parts = arguments[index].elements else {
      return Array(repeating: try size(index), count: count ?? 1)
    }
    let values = try parts.map { part -> SymbolicSize in
      switch part {
      case .int(let value): return .int(value)
      case .symbol(let number): return SymbolicSize(number.expression)
      case .tensor(let tensor):
        if case .int(let value) = try tensor.item() { return .int(value) }
        throw wrong(index, "a list of ints")
      default: throw wrong(index, "a list of ints")
      }
    }
    if values.count == 1, let count { return Array(repeating: values[0], count: count) }
    return values
  }

  /// Returns a dimension of a tensor argument that has some, counted from the start.
  ///
  /// - Throws: `tensor.index`, or `operator.domain` for a tensor without dimensions.
  public func dimension(_ index: Int, of value: IValue) throws -> Int {
    guard try value.rank > 0 else { throw error("the tensor has no dimensions") }
    return try axis(index, of: value)
  }

  /// Returns a dimension of a tensor argument, counted from the start.
  ///
  /// - Throws: `tensor.index`.
  public func axis(_ index: Int, of value: IValue) throws -> Int {
    try Geometry.axis(int(index), of: value.rank)
  }
}

extension IValue {
  /// Makes a list of sizes, to hand it on as an argument.
  public static func sizes(_ sizes: [SymbolicSize]) -> IValue { .list(sizes.map { IValue($0) }) }

  /// Returns the size of a dimension of a tensor, which may be counted from the end.
  ///
  /// - Throws: `tensor.index`.
  public func size(_ axis: Int) throws -> SymbolicSize {
    let sizes = try sizes
    return sizes.isEmpty ? 1 : sizes[try Geometry.axis(axis, of: sizes.count)]
  }
}

extension SymbolicSize {
  /// Returns the number.
  ///
  /// - Throws: `operator.unsupported` for an expression, where a rule needs to know the size.
  public func requireStatic() throws -> Int {
    guard let int else {
      throw FXError(.operatorUnsupported, "a size is not known, and has to be a number here")
    }
    return int
  }

  /// Returns the shape that tensors of two shapes have together, by PyTorch's broadcasting.
  ///
  /// Expressions that differ are taken to be equal where neither is 1.
  /// - Throws: `tensor.shape` where numbers differ and neither is 1.
  public static func broadcast(
    _ left: [SymbolicSize], _ right: [SymbolicSize]
  ) throws -> [SymbolicSize] {
    if left == right { return left }
    let rank = max(left.count, right.count)
    return try (0..<rank).map { axis in
      let first = axis - rank + left.count
      let second = axis - rank + right.count
      let mine = first >= 0 ? left[first] : 1
      let theirs = second >= 0 ? right[second] : 1
      if mine == 1 { return theirs }
      if theirs == 1 || mine == theirs || theirs.int == nil { return mine }
      guard mine.int == nil else {
        throw FXError(.tensorShape, "the sizes \(mine) and \(theirs) do not fit together")
      }
      return theirs
    }
  }
}
