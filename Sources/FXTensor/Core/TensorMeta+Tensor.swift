import FXCore

extension TensorMeta {
  /// Describes a tensor as it is.
  public init(of tensor: Tensor) {
    self.init(
      dtype: tensor.dtype, sizes: tensor.sizes.map { .int($0) }, device: tensor.device,
      strides: tensor.strides.map { .int($0) }, storageOffset: .int(tensor.storageOffset),
      layout: tensor.layout)
  }
}
