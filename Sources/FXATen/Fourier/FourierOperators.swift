import FXCore
import FXKernels
import FXOperators
import FXTensor

/// The discrete Fourier transforms that all others are made of.
enum FourierOperators {
  static let all: [OperatorDefinition] = [complexToComplex, realToComplex, complexToReal]

  /// `_fft_c2c(Tensor self, SymInt[] dim, int normalization, bool forward) -> Tensor`
  static let complexToComplex = OperatorDefinition(
    "aten::_fft_c2c",
    shape: { call in
      let tensor = try call.fake(0)
      guard tensor.dtype.isComplex else { throw call.wrong(0, "a complex tensor") }
      let axes = try call.fourierAxes(tensor.rank)
      if axes.isEmpty { return try ShapeRules.like()(call) }
      return .fake(
        try call.fourierResult(tensor, tensor.dtype, tensor.sizes, axes, keepsLast: false))
    },
    kernel: { call in
      .tensor(
        try FourierTransform.complex(
          call.tensor(0), call.ints(1), call.normalization, forward: call.bool(3)))
    }
  )
  .kept()
  .batched(.dimensions([1]))

  /// `_fft_r2c(Tensor self, int[] dim, int normalization, bool onesided) -> Tensor`
  static let realToComplex = OperatorDefinition(
    "aten::_fft_r2c",
    shape: { call in
      let tensor = try call.fake(0)
      guard tensor.dtype.isFloatingPoint else { throw call.wrong(0, "a floating tensor") }
      let axes = try call.fourierAxes(tensor.rank)
      guard let last = axes.last else { throw call.error("no dimension is transformed") }
      var sizes = tensor.sizes
      if try call.bool(3) { sizes[last] = try sizes[last].floorDivided(by: 2) + 1 }
      return .fake(
        try call.fourierResult(tensor, tensor.dtype.complexType, sizes, axes, keepsLast: true))
    },
    kernel: { call in
      .tensor(
        try FourierTransform.real(
          call.tensor(0), call.ints(1), call.normalization, isHalf: call.bool(3)))
    }
  )
  .batched(.dimensions([1]))

  /// `_fft_c2r(Tensor self, int[] dim, int normalization, SymInt last_dim_size) -> Tensor`
  static let complexToReal = OperatorDefinition(
    "aten::_fft_c2r",
    shape: { call in
      var tensor = try call.fake(0)
      guard tensor.dtype.isComplex else { throw call.wrong(0, "a complex tensor") }
      let axes = try call.fourierAxes(tensor.rank)
      guard let last = axes.last else { throw call.error("no dimension is transformed") }
      if axes.count > 1 {
        tensor = try call.fourierResult(
          tensor, tensor.dtype, tensor.sizes, Array(axes.dropLast()), keepsLast: false)
      }
      var sizes = tensor.sizes
      sizes[last] = try call.size(3)
      return .fake(
        try call.fourierResult(tensor, tensor.dtype.partType, sizes, [last], keepsLast: true))
    },
    kernel: { call in
      .tensor(
        try FourierTransform.hermitian(
          call.tensor(0), call.ints(1), call.normalization, size: call.int(3)))
    }
  )
  .batched(.dimensions([1]))
}

extension OperatorCall {
  /// What the third argument of a core transform says of the factor of results.
  fileprivate var normalization: FourierTransform.Normalization {
    get throws {
      guard let mode = FourierTransform.Normalization(rawValue: try int(2)) else {
        throw error("the normalization \(try int(2)) is not known")
      }
      return mode
    }
  }

  fileprivate func fourierAxes(_ rank: Int) throws -> [Int] {
    try ints(1).map { try Geometry.axis($0, of: rank) }
  }

  /// Describes the result of a transform, laid out as the kernels lay it out.
  fileprivate func fourierResult(
    _ tensor: FakeTensor, _ dtype: ScalarType, _ sizes: [SymbolicSize], _ axes: [Int],
    keepsLast: Bool
  ) throws -> FakeTensor {
    if sizes.contains(0) { return FakeTensor(dtype, sizes, device: tensor.device) }
    let symbols = try symbols
    let order = try FourierTransform.order(rank: tensor.rank, axes, keepsLast: keepsLast) {
      try symbols.isLess(tensor.strides[$0], tensor.strides[$1])
    }
    var strides = tensor.strides
    let inOrder = SymbolicSize.contiguousStrides(order.map { sizes[$0] })
    for (axis, stride) in zip(order, inOrder) { strides[axis] = stride }
    return FakeTensor(dtype, sizes, strides: strides, device: tensor.device)
  }
}
