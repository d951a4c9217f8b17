import FXCore
import FXTensor

/// A convolution in one to three dimensions: its parameters, checked against operands.
///
/// Large ones are left to oneDNN where it is there. Otherwise windows become columns, and a product
/// of matrices does the rest; kernels of one element need no columns, and one channel a group no
/// products. Narrow floats are computed in float and rounded once. Source: `at::convolution`.
public struct Convolution: Sendable {
  /// The number of spatial dimensions.
  let rank: Int
  let stride: [Int]
  let padding: [Int]
  let dilation: [Int]
  let outputPadding: [Int]
  let groups: Int
  let isTransposed: Bool

  /// Makes a convolution of its parameters, each of one number or of one a dimension.
  ///
  /// - Throws: `tensor.shape`.
  public init(
    rank: Int, stride: [Int], padding: [Int], dilation: [Int], outputPadding: [Int] = [0],
    groups: Int = 1, isTransposed: Bool = false
  ) throws(FXError) {
    guard rank >= 1, rank <= 3 else {
      throw FXError(.tensorShape, "a convolution has 1 to 3 dimensions, and not \(rank)")
    }
    func expanded(_ values: [Int], least: Int, _ name: String) throws(FXError) -> [Int] {
      let all = values.count == 1 ? Array(repeating: values[0], count: rank) : values
      guard all.count == rank, all.allSatisfy({ $0 >= least && $0 <= Int(Int32.max) }) else {
        throw FXError(
          .tensorShape,
          "a convolution of \(rank) dimensions has no \(name) \(Geometry.text(values))")
      }
      return all
    }
    self.rank = rank
    self.stride = try expanded(stride, least: 1, "stride")
    self.padding = try expanded(padding, least: 0, "padding")
    self.dilation = try expanded(dilation, least: 1, "dilation")
    self.outputPadding = try expanded(outputPadding, least: 0, "output padding")
    guard groups > 0 else { throw FXError(.tensorShape, "there are no \(groups) groups") }
    self.groups = groups
    self.isTransposed = isTransposed
  }

  /// Computes the result, in the memory format that PyTorch chooses.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public func callAsFunction(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let shape = try outputShape(input, weight, bias)
    let dtype = input.dtype
    if dtype.isComplex { return try complex(input, weight, bias) }
    let wider = GEMM.computeType(dtype)
    let source = try input.converted(to: wider)
    let kernel = try weight.converted(to: wider).contiguous()
    let offsets = try bias?.converted(to: wider).contiguous()
    if let result = try fast(source, kernel, offsets, shape, like: weight) {
      return try result.converted(to: dtype)
    }
    let result = try Tensor.empty(shape, wider, device: input.device)
    if result.elementCount > 0 {
      try compute(source.contiguous(), kernel, offsets, into: result, dtype)
    }
    return try finished(result, like: input, weight, dtype)
  }

  /// Computes the result by oneDNN; nil where that can't or isn't worth it.
  private func fast(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, _ shape: [Int], like original: Tensor
  ) throws -> Tensor? {
    guard input.dtype == .float32, !isTransposed,
      try OneDNNConvolution.isWorthwhile(shape, weight)
    else {
      return nil
    }
    let strides = try resultStrides(shape, input, original)
    if rank == 1, strides != nil { return nil }
    let source = input.isDense ? input : try input.contiguous()
    let result = try Tensor.empty(
      shape, strides: strides ?? Geometry.contiguousStrides(shape), .float32, device: input.device)
    let job = OneDNNConvolution(self, source, weight, bias, into: result)
    return try job.run() ? result : nil
  }

  /// Computes the convolution of dense real operands.
  func real(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> Tensor {
    let shape = try outputShape(input, weight, bias)
    let result = try Tensor.empty(shape, input.dtype, device: input.device)
    if result.elementCount > 0 {
      try compute(input, weight, bias, into: result, input.dtype)
    }
    return result
  }

  /// - Parameter dtype: that of the operands before they were converted.
  private func compute(
    _ input: Tensor, _ weight: Tensor, _ bias: Tensor?, into result: Tensor, _ dtype: ScalarType
  ) throws {
    let geometry = windows(input, weight, result)
    guard isTransposed else { return try gather(input, weight, bias, into: result, geometry) }
    try result.fill(0)
    try scatter(input, weight, into: result, geometry, roundingTo: dtype)
    if let bias { try add(bias, to: result) }
  }

  /// Returns a result in the dtype of the operands and in their memory format.
  func finished(
    _ result: Tensor, like input: Tensor, _ weight: Tensor, _ dtype: ScalarType
  ) throws -> Tensor {
    guard let strides = try resultStrides(result.sizes, input, weight) else {
      return try result.converted(to: dtype)
    }
    let target = try Tensor.empty(result.sizes, strides: strides, dtype, device: result.device)
    try target.copy(from: result)
    return target
  }

  /// How the windows lie: on the input, or for a transposed convolution on the output.
  func windows(_ input: Tensor, _ weight: Tensor, _ output: Tensor) -> WindowGeometry {
    let (large, small) = isTransposed ? (output, input) : (input, output)
    return WindowGeometry(
      input: SpatialExtent(large.sizes.dropFirst(2), filling: 1),
      kernel: SpatialExtent(weight.sizes.dropFirst(2), filling: 1),
      stride: SpatialExtent(stride, filling: 1), padding: SpatialExtent(padding, filling: 0),
      dilation: SpatialExtent(dilation, filling: 1),
      output: SpatialExtent(small.sizes.dropFirst(2), filling: 1))
  }

  /// Returns the shape of the result after checking the operands.
  func outputShape(_ input: Tensor, _ weight: Tensor, _ bias: Tensor?) throws -> [Int] {
    guard input.rank == rank + 2, weight.rank == rank + 2 else {
      throw FXError(
        .tensorShape,
        "a convolution of \(rank) dimensions has operands of \(rank + 2), and not of "
          + "\(input.rank) and \(weight.rank)")
    }
    guard input.dtype == weight.dtype, bias.map({ $0.dtype == input.dtype }) ?? true else {
      throw FXError(
        .tensorDType, "the input is of \(input.dtype.name), and the weight of \(weight.dtype.name)")
    }
    let inputs = isTransposed ? weight.sizes[0] : weight.sizes[1] * groups
    let outputs = isTransposed ? weight.sizes[1] * groups : weight.sizes[0]
    guard input.sizes[1] == inputs, weight.sizes[0] % groups == 0, outputs > 0 || inputs > 0 else {
      throw FXError(
        .tensorShape,
        "\(groups) groups of the weight \(Geometry.text(weight.sizes)) do not fit "
          + "\(input.sizes[1]) channels")
    }
    if let bias, bias.sizes != [outputs] {
      throw FXError(
        .tensorShape, "the bias \(Geometry.text(bias.sizes)) does not fit \(outputs) channels")
    }
    var shape = [input.sizes[0], outputs]
    for axis in 0..<rank {
      let (size, kernel) = (input.sizes[axis + 2], weight.sizes[axis + 2])
      let extent = dilation[axis] * (kernel - 1) + 1
      let length =
        isTransposed
        ? (size - 1) * stride[axis] - 2 * padding[axis] + extent + outputPadding[axis]
        : size + 2 * padding[axis] - extent
      guard length >= (isTransposed ? 1 : 0) || (isTransposed && length == 0), kernel > 0 else {
        throw FXError(
          .tensorShape, "a kernel of \(kernel) does not fit an input of \(size) elements")
      }
      shape.append(isTransposed ? length : length / stride[axis] + 1)
    }
    return shape
  }

  /// Adds to every channel its bias.
  private func add(_ bias: Tensor, to result: Tensor) throws {
    let (images, channels) = (result.sizes[0], result.sizes[1])
    let rows = try result.view([images, channels, -1])
    // A column of biases times a row of ones.
    let ones = try Tensor.full([1, rows.sizes[2]], 1, result.dtype)
    try MatrixProduct.multiply(
      bias.unsqueeze(1).expand([images, channels, 1]), ones, into: rows, beta: 1)
  }
}
