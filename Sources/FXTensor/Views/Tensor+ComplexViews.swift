import FXCore

extension Tensor {
  /// Shows the real parts; a real tensor is its own real part (`torch.real`).
  ///
  /// - Throws: `tensor.dtype` for a dtype without complex form.
  public func real() throws(FXError) -> Tensor {
    guard dtype.isComplex else { return self }
    return try viewAsReal().select(-1, 0)
  }

  /// Shows the imaginary parts (`torch.imag`).
  ///
  /// - Throws: `tensor.dtype` for a real tensor.
  public func imaginary() throws(FXError) -> Tensor { try viewAsReal().select(-1, 1) }

  /// Shows complex numbers as pairs in a last dimension of 2 (`torch.view_as_real`).
  ///
  /// - Throws: `tensor.dtype` for a real tensor.
  public func viewAsReal() throws(FXError) -> Tensor {
    guard dtype.isComplex else {
      throw FXError(.tensorDType, "a tensor of \(dtype.name) has no imaginary parts")
    }
    return Tensor(
      checked: storage, dtype: dtype.partType, sizes: sizes + [2],
      strides: strides.map { $0 &* 2 } + [1], storageOffset: storageOffset &* 2,
      elementCount: elementCount * 2, device: device, layout: layout)
  }

  /// Shows pairs in a last dimension of 2 as complex numbers (`torch.view_as_complex`).
  ///
  /// - Throws: `tensor.dtype`, `tensor.shape`, or `tensor.view` where pairs do not lie together.
  public func viewAsComplex() throws(FXError) -> Tensor {
    let target: ScalarType
    switch dtype {
    case .float16: target = .complex32
    case .float32: target = .complex64
    case .float64: target = .complex128
    default: throw FXError(.tensorDType, "there are no complex numbers of \(dtype.name)")
    }
    guard sizes.last == 2 else {
      throw FXError(.tensorShape, "the last dimension of \(Geometry.text(sizes)) is not 2")
    }
    let isPaired = sizes.indices.dropLast().allSatisfy { sizes[$0] == 1 || strides[$0] % 2 == 0 }
    guard strides.last == 1, isPaired, storageOffset % 2 == 0
    else {
      throw FXError(.tensorView, "strides \(Geometry.text(strides)) tear pairs apart")
    }
    return Tensor(
      checked: storage, dtype: target, sizes: sizes.dropLast(),
      strides: strides.dropLast().map { $0 / 2 }, storageOffset: storageOffset / 2,
      elementCount: elementCount / 2, device: device, layout: layout)
  }
}
