import FXCore

extension Tensor {
  /// Tells whether elements lie in the order of a memory format without gaps.
  public func isContiguous(_ format: MemoryFormat) -> Bool {
    switch format {
    case .channelsLast: rank == 4 && Geometry.isChannelsLast(sizes, strides)
    case .channelsLast3d: rank == 5 && Geometry.isChannelsLast(sizes, strides)
    default: isContiguous
    }
  }

  /// Whether elements fill a range of the storage, each place once.
  public var isDense: Bool { isContiguous || Geometry.isDense(sizes, strides) }

  /// The memory format that the strides suggest (`suggest_memory_format`).
  public var suggestedFormat: MemoryFormat {
    guard Geometry.isChannelsLastLike(sizes, strides) else { return .contiguous }
    return rank == 4 ? .channelsLast : .channelsLast3d
  }

  /// Returns the tensor with its elements in a format's order; itself where they lie so.
  ///
  /// - Throws: `tensor.shape` for a format of other dimensions, or `tensor.memory`.
  public func contiguous(_ format: MemoryFormat = .contiguous) throws -> Tensor {
    isContiguous(format) ? self : try clone(format: format)
  }

  /// Returns the tensor with the very strides of a format, those of dimensions of size 1 included;
  /// elements that lie so already are not copied.
  ///
  /// - Throws: `tensor.shape` for a format of other dimensions, or `tensor.memory`.
  public func restrided(_ format: MemoryFormat) throws -> Tensor {
    let wanted = try Geometry.strides(of: sizes, in: format)
    if strides == wanted { return self }
    return isContiguous(format) ? try asStrided(sizes, wanted) : try clone(format: format)
  }

  /// Copies the elements to a storage of their own (`torch.clone`).
  ///
  /// `preserve` keeps strides of dense tensors and the order of dimensions of others.
  /// - Throws: `tensor.shape` for a format of other dimensions, or `tensor.memory`.
  public func clone(format: MemoryFormat = .preserve) throws -> Tensor {
    let result = try emptyLike(format: format)
    try result.copy(from: self)
    return result
  }

  /// Makes a tensor of the same shape, of elements that are not defined (`torch.empty_like`).
  ///
  /// - Throws: `tensor.shape` for a format of other dimensions, or `tensor.memory`.
  public func emptyLike(
    _ dtype: ScalarType? = nil, device: Device? = nil, format: MemoryFormat = .preserve
  ) throws(FXError) -> Tensor {
    let dtype = dtype ?? self.dtype
    let device = device ?? self.device
    guard format == .preserve else {
      return try .empty(sizes, dtype, device: device, format: format)
    }
    let kept =
      isDense
      ? strides
      : Geometry.strides(of: sizes, fastestFirst: StrideOrder.fastestFirst(sizes, [strides]))
    return try .empty(sizes, strides: kept, dtype, device: device)
  }
}
