import FXCore
import Glibc

extension Tensor {
  /// Copies the elements of a tensor, broadcast to this one's shape and converted as PyTorch
  /// converts them (`Tensor.copy_`); what shares memory is copied as it was before.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.view` where several elements of this
  ///   tensor have one place, or `tensor.memory`.
  public func copy(from source: Tensor) throws {
    let isSame = dtype == source.dtype
    if isSame, source.sizes == sizes, source.strides == strides, isDense {
      if elementCount == 0 { return }
      let target = try mutableBytes()
      if target != source.bytes { memmove(target, source.bytes, byteCount) }
      return
    }
    switch overlap(with: source) {
    case .partial, .unknown: return try copy(from: source.clone())
    case .full, .none: break
    }
    let iterator = try ElementIterator(outputs: [self], inputs: [source])
    if isSame {
      copyElements(iterator, itemSize)
    } else {
      let conversion = try ElementConversion(from: source.dtype, to: dtype)
      iterator.forEachRun { pointers, strides, count in
        conversion.run(pointers[1], strides[1], pointers[0], strides[0], count)
      }
    }
  }

  /// Returns a copy whose elements are converted to a dtype; the tensor itself where it has the
  /// dtype (`Tensor.to`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func converted(to dtype: ScalarType) throws -> Tensor {
    if dtype == self.dtype { return self }
    let result = try emptyLike(dtype)
    try result.copy(from: self)
    return result
  }

  /// Sets every element to a number, converted as PyTorch converts it (`Tensor.fill_`).
  ///
  /// - Throws: `tensor.memory`.
  public func fill(_ value: Scalar) throws {
    let iterator = try ElementIterator(outputs: [self], inputs: [], allowsSharedPlaces: true)
    try dispatch(dtype, Fill(iterator: iterator, value: value))
  }

  /// Tells whether two tensors have the same shape and values; NaN is no value (`torch.equal`).
  ///
  /// Values of different dtypes are compared in the dtype that both have together.
  /// - Throws: `tensor.dtype` where there is none, or `tensor.memory`.
  public func isEqual(to other: Tensor) throws -> Bool {
    guard sizes == other.sizes else { return false }
    guard dtype == other.dtype else {
      let common = try dtype.promoted(with: other.dtype)
      return try converted(to: common).isEqual(to: other.converted(to: common))
    }
    let iterator = try ElementIterator(outputs: [], inputs: [self, other])
    return try dispatch(dtype, Compare(iterator: iterator))
  }
}

private func copyElements(_ iterator: ElementIterator, _ itemSize: Int) {
  switch itemSize {
  case 1: copyPlanes(iterator, UInt8.self)
  case 2: copyPlanes(iterator, UInt16.self)
  case 4: copyPlanes(iterator, UInt32.self)
  case 8: copyPlanes(iterator, UInt64.self)
  default: copyPlanes(iterator, Complex<Double>.self)
  }
}

private func copyPlanes<Bits: BitwiseCopyable>(_ iterator: ElementIterator, _: Bits.Type) {
  let size = MemoryLayout<Bits>.size
  iterator.forEachPlane { pointers, strides, width, height in
    let (target, source) = (pointers[0], UnsafeRawPointer(pointers[1]))
    let isTransposed = strides[0] == size && strides[1] != size && strides[3] == size
    // A transposed source is walked in narrow tiles, so that lines stay in the cache until used up.
    let tile = isTransposed ? 8 : max(width, 1)
    for left in stride(from: 0, to: width, by: tile) {
      let count = min(tile, width - left)
      for row in 0..<height {
        copyRun(
          source + left * strides[1] + row * strides[3], strides[1],
          target + left * strides[0] + row * strides[2], strides[0], count, Bits.self)
      }
    }
  }
}

@inline(__always)
private func copyRun<Bits: BitwiseCopyable>(
  _ source: UnsafeRawPointer, _ sourceStride: Int, _ target: UnsafeMutableRawPointer,
  _ targetStride: Int, _ count: Int, _: Bits.Type
) {
  let size = MemoryLayout<Bits>.size
  if sourceStride == size, targetStride == size {
    memmove(target, source, count * size)
  } else if sourceStride == 0, targetStride == size {
    let value = source.load(as: Bits.self)
    target.assumingMemoryBound(to: Bits.self).update(repeating: value, count: count)
  } else {
    for index in 0..<count {
      let value = (source + index &* sourceStride).load(as: Bits.self)
      (target + index &* targetStride).storeBytes(of: value, as: Bits.self)
    }
  }
}

private struct Fill: ElementWork {
  let iterator: ElementIterator
  let value: Scalar

  func run<Element: TensorElement>(_ type: Element.Type) {
    let element = value.element(Element.self)
    iterator.forEachRun { pointers, strides, count in
      if strides[0] == MemoryLayout<Element>.size {
        pointers[0].assumingMemoryBound(to: Element.self).update(repeating: element, count: count)
      } else {
        for index in 0..<count {
          (pointers[0] + index &* strides[0]).storeBytes(of: element, as: Element.self)
        }
      }
    }
  }
}

private struct Compare: ElementWork {
  let iterator: ElementIterator

  func run<Element: TensorElement>(_ type: Element.Type) -> Bool {
    var isEqual = true
    iterator.forEachRun { pointers, strides, count in
      guard isEqual else { return }
      for index in 0..<count {
        let left = (pointers[0] + index &* strides[0]).load(as: Element.self)
        let right = (pointers[1] + index &* strides[1]).load(as: Element.self)
        if left.opMath != right.opMath {
          isEqual = false
          return
        }
      }
    }
    return isEqual
  }
}
