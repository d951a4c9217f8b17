import FXCore
import Glibc

/// Compares the elements of two tensors of one dtype and shape, however each lies in its storage.
struct TensorComparison {
  /// What the elements have in common.
  enum Result: Hashable {
    case equal
    /// How many elements differ, and for numbers by how much at most.
    case different(count: Int, largest: Double?)
    /// The tensors name their elements so often over that looking at each would not end.
    case tooLarge
  }

  private let a: WeightView
  private let b: WeightView
  private let itemSize: Int

  /// How often tensors may name each element of their storages on average.
  private static let overlapLimit = 64

  /// Compares two tensors with data.
  static func compare(_ a: WeightView, _ b: WeightView) -> Result {
    let comparison = TensorComparison(a: a, b: b, itemSize: a.tensor.dtype.byteCount)
    return a.storage.withBytes { bytesA in
      b.storage.withBytes { bytesB in comparison.compare(bytesA, bytesB) }
    }
  }

  private func compare(_ bytesA: UnsafeRawBufferPointer, _ bytesB: UnsafeRawBufferPointer) -> Result
  {
    if a.tensor.elementCount == 0 { return .equal }
    guard let spanA = span(of: a.tensor, bytesA), let spanB = span(of: b.tensor, bytesB) else {
      return .tooLarge
    }
    if a.tensor.strides == b.tensor.strides, spanA.count == spanB.count,
      let x = spanA.baseAddress, let y = spanB.baseAddress, memcmp(x, y, spanA.count) == 0
    {
      return .equal
    }
    let axes = axes
    let stored = (spanA.count + spanB.count) / itemSize
    let count = axes.reduce(1) { count, axis in
      let product = count.multipliedReportingOverflow(by: axis.size)
      return product.overflow ? Int.max : product.partialValue
    }
    if count / Self.overlapLimit > stored { return .tooLarge }
    return compareElements(axes, spanA, spanB)
  }

  /// Returns the bytes from a tensor's first element to its last.
  private func span(
    of tensor: TensorMeta, _ bytes: UnsafeRawBufferPointer
  ) -> UnsafeRawBufferPointer? {
    guard let end = tensor.requiredByteCount, let offset = tensor.storageOffset.int,
      end <= bytes.count, offset * itemSize <= end
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[(offset * itemSize)..<end])
  }

  private struct Axis {
    var size: Int
    var strideA: Int
    var strideB: Int
  }

  /// The dimensions, without those along which both tensors repeat themselves.
  private var axes: [Axis] {
    a.tensor.sizes.indices.compactMap { index in
      let axis = Axis(
        size: a.tensor.sizes[index].int ?? 0, strideA: a.tensor.strides[index].int ?? 0,
        strideB: b.tensor.strides[index].int ?? 0)
      return axis.strideA == 0 && axis.strideB == 0 ? nil : axis
    }
  }

  private func compareElements(
    _ axes: [Axis], _ spanA: UnsafeRawBufferPointer, _ spanB: UnsafeRawBufferPointer
  ) -> Result {
    var count = 0
    var largest: Double? = 0
    var index = [Int](repeating: 0, count: axes.count)
    var (offsetA, offsetB) = (0, 0)
    while true {
      let x = UnsafeRawBufferPointer(rebasing: spanA[offsetA..<(offsetA + itemSize)])
      let y = UnsafeRawBufferPointer(rebasing: spanB[offsetB..<(offsetB + itemSize)])
      if !x.elementsEqual(y) {
        count += 1
        if let known = largest { largest = distance(x, y).map { max(known, $0) } }
      }
      var axis = axes.count - 1
      while axis >= 0 {
        index[axis] += 1
        offsetA += axes[axis].strideA * itemSize
        offsetB += axes[axis].strideB * itemSize
        if index[axis] < axes[axis].size { break }
        index[axis] = 0
        offsetA -= axes[axis].strideA * axes[axis].size * itemSize
        offsetB -= axes[axis].strideB * axes[axis].size * itemSize
        axis -= 1
      }
      if axis < 0 { break }
    }
    return count == 0 ? .equal : .different(count: count, largest: largest)
  }

  /// Returns how far two elements are apart; nil where a dtype has no numbers that are compared, and
  /// infinity where one is not finite.
  private func distance(_ x: UnsafeRawBufferPointer, _ y: UnsafeRawBufferPointer) -> Double? {
    guard let first = number(x), let second = number(y) else { return nil }
    let distance = abs(first - second)
    return distance.isNaN ? .infinity : distance
  }

  private func number(_ bytes: UnsafeRawBufferPointer) -> Double? {
    switch a.tensor.dtype {
    case .float64: bytes.loadUnaligned(as: Double.self)
    case .float32: Double(bytes.loadUnaligned(as: Float.self))
    case .float16: Double(bytes.loadUnaligned(as: Float16.self))
    case .bfloat16: Double(Float(bitPattern: UInt32(bytes.loadUnaligned(as: UInt16.self)) << 16))
    case .int64: Double(bytes.loadUnaligned(as: Int64.self))
    case .int32: Double(bytes.loadUnaligned(as: Int32.self))
    case .int16: Double(bytes.loadUnaligned(as: Int16.self))
    case .int8: Double(bytes.loadUnaligned(as: Int8.self))
    case .uint8: Double(bytes.loadUnaligned(as: UInt8.self))
    default: nil
    }
  }
}
