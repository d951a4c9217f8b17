import FXCore

extension Tensor {
  /// Makes the output of an elementwise operator: the broadcast shape, and strides as
  /// TensorIterator gives them.
  ///
  /// Inputs of one shape that are all contiguous, all `channels_last` or all dense with the same
  /// strides pass their layout on; else the order of dimensions is that of the inputs' strides.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func elementwiseOutput(
    _ dtype: ScalarType, inputs: [Tensor], device: Device? = nil
  ) throws(FXError) -> Tensor {
    let shape = try broadcastShape(of: inputs)
    let device = device ?? inputs.first { $0.rank > 0 }?.device ?? inputs.first?.device ?? .cpu
    let strides = try elementwiseStrides(shape, inputs)
    guard let strides else { return try .empty(shape, dtype, device: device) }
    return try .empty(shape, strides: strides, dtype, device: device)
  }

  /// Returns the shape that tensors have together (`torch.broadcast_shapes`).
  ///
  /// - Throws: `tensor.shape`.
  public static func broadcastShape(of tensors: [Tensor]) throws(FXError) -> [Int] {
    guard let first = tensors.first else { return [] }
    var shape = first.sizes
    for tensor in tensors.dropFirst() { shape = try Geometry.broadcast(shape, tensor.sizes) }
    return shape
  }

  /// Returns the strides of an output; nil for row-major ones.
  private static func elementwiseStrides(
    _ shape: [Int], _ inputs: [Tensor]
  ) throws(FXError) -> [Int]? {
    if inputs.allSatisfy({ $0.sizes == shape }) {
      if inputs.allSatisfy(\.isContiguous) { return nil }
      for format in [MemoryFormat.channelsLast, .channelsLast3d]
      where inputs.allSatisfy({ $0.isContiguous(format) }) {
        return try Geometry.strides(of: shape, in: format)
      }
      if let first = inputs.first,
        inputs.allSatisfy({ $0.isDense && $0.strides == first.strides })
      {
        return first.strides
      }
    }
    var steps: [[Int]] = []
    for input in inputs { steps.append(try input.broadcastStrides(to: shape)) }
    let order = StrideOrder.fastestFirst(shape, steps)
    if order.elementsEqual(shape.indices.reversed()) { return nil }
    return Geometry.strides(of: shape, fastestFirst: order)
  }
  /// Returns the strides, in elements, by which the tensor is walked as one of another shape: 0
  /// where it repeats.
  ///
  /// - Throws: `tensor.shape` where it does not broadcast to the shape.
  func broadcastStrides(to shape: [Int]) throws(FXError) -> [Int] {
    if shape == sizes { return strides }
    var steps = try Geometry.expanded(sizes, strides, to: shape).strides
    for axis in 0..<shape.count - rank { steps[axis] = 0 }
    return steps
  }
}
