import FXCore
import FXTensor

extension Tensor {
  /// Puts tensors behind one another along a dimension (`torch.cat`).
  ///
  /// The dtype is what all have together. Vectors without elements fit to everything, as in PyTorch.
  /// - Throws: `tensor.shape`, `tensor.index`, `tensor.dtype` or `tensor.memory`.
  public static func cat(_ tensors: [Tensor], _ axis: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw FXError(.tensorShape, "there are no tensors to put together")
    }
    var promotion = TypePromotion()
    for tensor in tensors { try promotion.add(tensor) }
    let dtype = try promotion.result()
    let parts = tensors.filter { $0.sizes != [0] }
    guard let model = parts.first else { return try .empty([0], dtype, device: first.device) }
    guard model.rank > 0 else {
      throw FXError(.tensorShape, "tensors without dimensions can't be put together")
    }
    let axis = try Geometry.axis(axis, of: model.rank)
    var sizes = model.sizes
    for part in parts.dropFirst() {
      var others = part.sizes
      guard others.count == sizes.count else { throw unlike(model, part) }
      let (sum, overflow) = sizes[axis].addingReportingOverflow(others[axis])
      others[axis] = sizes[axis]
      guard others == sizes, !overflow else { throw unlike(model, part) }
      sizes[axis] = sum
    }
    let format = model.suggestedFormat
    let isAlike = parts.allSatisfy { $0.suggestedFormat == format }
    let result = try empty(
      sizes, dtype, device: first.device, format: isAlike ? format : .contiguous)
    var start = 0
    for part in parts {
      let end = start + part.sizes[axis]
      try result.slice(axis, from: start, to: end).copy(from: part)
      start = end
    }
    return result
  }

  private static func unlike(_ one: Tensor, _ other: Tensor) -> FXError {
    FXError(
      .tensorShape,
      "tensors of the shapes \(Geometry.text(one.sizes)) and \(Geometry.text(other.sizes)) can't "
        + "be put together")
  }

  /// Repeats the tensor along each dimension; new dimensions come first (`Tensor.repeat`).
  ///
  /// - Throws: `tensor.shape` or `tensor.memory`.
  public func repeated(_ counts: [Int]) throws -> Tensor {
    let added = counts.count - rank
    guard added >= 0, counts.allSatisfy({ $0 >= 0 }) else {
      throw FXError(
        .tensorShape,
        "\(Geometry.text(counts)) can't be the repeats of the shape \(Geometry.text(sizes))")
    }
    let sizes = [Int](repeating: 1, count: added) + self.sizes
    let product = try zip(sizes, counts).map { size, count in
      try Geometry.elementCount([size, count])
    }
    let result = try Tensor.empty(product, dtype, device: device)
    if result.elementCount == 0 { return result }
    var (split, source) = ([Int](), [Int]())
    for (size, count) in zip(sizes, counts) {
      split += [count, size]
      source += [1, size]
    }
    try result.view(split).copy(from: view(sizes).reshape(source))
    return result
  }
}
