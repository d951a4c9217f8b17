import FXCore
import Glibc

extension Tensor {
  /// Makes a tensor whose elements are not defined (`torch.empty`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func empty(
    _ sizes: [Int], _ dtype: ScalarType = .float32, device: Device = .cpu,
    format: MemoryFormat = .contiguous
  ) throws(FXError) -> Tensor {
    try make(sizes, dtype, device, format, isZeroed: false)
  }

  /// Makes a tensor whose elements are not defined, of dense strides that the caller computed.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory` (`torch.empty_strided`).
  public static func empty(
    _ sizes: [Int], strides: [Int], _ dtype: ScalarType, device: Device = .cpu
  ) throws(FXError) -> Tensor {
    let count = try Geometry.elementCount(sizes)
    let needed = try Geometry.requiredCount(sizes, strides, offset: 0)
    let storage = try Storage(byteCount: Geometry.byteCount(needed, dtype.checked()))
    return Tensor(
      checked: storage, dtype: dtype, sizes: sizes, strides: strides, storageOffset: 0,
      elementCount: count, device: device)
  }

  /// Makes a tensor of zeros (`torch.zeros`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func zeros(
    _ sizes: [Int], _ dtype: ScalarType = .float32, device: Device = .cpu,
    format: MemoryFormat = .contiguous
  ) throws(FXError) -> Tensor {
    try make(sizes, dtype, device, format, isZeroed: true)
  }

  /// Makes a tensor of one number (`torch.full`); without a dtype, of the number's own.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func full(
    _ sizes: [Int], _ value: Scalar, _ dtype: ScalarType? = nil, device: Device = .cpu
  ) throws -> Tensor {
    let result = try empty(sizes, dtype ?? value.scalarType, device: device)
    try result.fill(value)
    return result
  }

  /// Makes a tensor without dimensions of a number (`torch.scalar_tensor`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public static func scalar(
    _ value: Scalar, _ dtype: ScalarType? = nil, device: Device = .cpu
  ) throws -> Tensor {
    try full([], value, dtype, device: device)
  }

  /// Makes a contiguous tensor of elements in row-major order; without sizes it is a vector.
  ///
  /// - Throws: `tensor.shape` where the sizes have another number of elements, or `tensor.memory`.
  public static func of<Element: TensorElement>(
    _ elements: [Element], _ sizes: [Int]? = nil
  ) throws(FXError) -> Tensor {
    let result = try empty(sizes ?? [elements.count], Element.scalarType)
    guard result.elementCount == elements.count else {
      throw FXError(
        .tensorShape,
        "the shape \(Geometry.text(result.sizes)) has \(result.elementCount) elements, and not "
          + "\(elements.count)")
    }
    let memory = try result.storage.mutableBase()
    elements.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memcpy(memory, base, bytes.count) }
    }
    return result
  }

  /// Makes a contiguous tensor of booleans in row-major order.
  ///
  /// - Throws: `tensor.shape` where the sizes have another number of elements, or `tensor.memory`.
  public static func of(_ elements: [Bool], _ sizes: [Int]? = nil) throws(FXError) -> Tensor {
    try of(elements.map { Bool8($0) }, sizes)
  }

  /// Makes a contiguous int64 tensor in row-major order.
  ///
  /// - Throws: `tensor.shape` where the sizes have another number of elements, or `tensor.memory`.
  public static func of(_ elements: [Int], _ sizes: [Int]? = nil) throws(FXError) -> Tensor {
    try of(elements.map { Int64($0) }, sizes)
  }

  private static func make(
    _ sizes: [Int], _ dtype: ScalarType, _ device: Device, _ format: MemoryFormat, isZeroed: Bool
  ) throws(FXError) -> Tensor {
    let count = try Geometry.elementCount(sizes)
    let byteCount = try Geometry.byteCount(count, dtype.checked())
    let isPlain = format != .channelsLast && format != .channelsLast3d
    let strides =
      isPlain ? Geometry.contiguousStrides(sizes) : try Geometry.strides(of: sizes, in: format)
    return Tensor(
      checked: try Storage(byteCount: byteCount, isZeroed: isZeroed), dtype: dtype, sizes: sizes,
      strides: strides, storageOffset: 0, elementCount: count,
      isContiguous: isPlain ? true : nil, device: device)
  }
}

extension ScalarType {
  /// Returns the dtype if elements of it can be stored.
  ///
  /// - Throws: `tensor.dtype`.
  func checked() throws(FXError) -> ScalarType {
    guard self != .unknown else { throw FXError(.tensorDType, "the dtype is unknown") }
    return self
  }
}
