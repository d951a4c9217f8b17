import FXCore
import FXTensor
import Glibc

/// Copies elements from places that offsets tell, whatever their dtype is.
///
/// - Parameter source: shaped so that it broadcasts to the result, with stride 0 where indices tell
///   the place.
func copyFromPlaces(_ result: Tensor, _ source: Tensor, _ offsets: IndexOffsets) throws {
  let iterator = try ElementIterator(outputs: [result], inputs: [source, offsets.tensor])
  switch result.itemSize {
  case 1: copyFromPlaces(iterator, offsets.step, UInt8.self)
  case 2: copyFromPlaces(iterator, offsets.step, UInt16.self)
  case 4: copyFromPlaces(iterator, offsets.step, UInt32.self)
  case 8: copyFromPlaces(iterator, offsets.step, UInt64.self)
  default: copyFromPlaces(iterator, offsets.step, Complex<Double>.self)
  }
}

private func copyFromPlaces<Bits: BitwiseCopyable>(
  _ iterator: ElementIterator, _ step: Int, _: Bits.Type
) {
  iterator.forEachRun { pointers, strides, count in
    let size = MemoryLayout<Bits>.size
    if strides[2] == 0, strides[1] == size, strides[0] == size {
      let offset = pointers[2].load(as: Int.self) &* step
      memcpy(pointers[0], pointers[1] + offset, count * size)
      return
    }
    for place in 0..<count {
      let offset = (pointers[2] + place &* strides[2]).load(as: Int.self) &* step
      let value = (pointers[1] + place &* strides[1] + offset).load(as: Bits.self)
      (pointers[0] + place &* strides[0]).storeBytes(of: value, as: Bits.self)
    }
  }
}

/// Copies elements to places that offsets tell, in order, so that the last one to a place stays.
///
/// - Parameter target: shaped as the walk, with stride 0 where indices tell the place.
func copyToPlaces(_ target: Tensor, _ source: Tensor, _ offsets: IndexOffsets) throws {
  let source = try source.converted(to: target.dtype)
  let iterator = try ElementIterator(
    outputs: [target], inputs: [source, offsets.tensor], allowsSharedPlaces: true)
  switch target.itemSize {
  case 1: copyToPlaces(iterator, offsets.step, UInt8.self)
  case 2: copyToPlaces(iterator, offsets.step, UInt16.self)
  case 4: copyToPlaces(iterator, offsets.step, UInt32.self)
  case 8: copyToPlaces(iterator, offsets.step, UInt64.self)
  default: copyToPlaces(iterator, offsets.step, Complex<Double>.self)
  }
}

private func copyToPlaces<Bits: BitwiseCopyable>(
  _ iterator: ElementIterator, _ step: Int, _: Bits.Type
) {
  iterator.forEachRun { pointers, strides, count in
    let size = MemoryLayout<Bits>.size
    if strides[2] == 0, strides[1] == size, strides[0] == size {
      let offset = pointers[2].load(as: Int.self) &* step
      memmove(pointers[0] + offset, pointers[1], count * size)
      return
    }
    for place in 0..<count {
      let offset = (pointers[2] + place &* strides[2]).load(as: Int.self) &* step
      let value = (pointers[1] + place &* strides[1]).load(as: Bits.self)
      (pointers[0] + place &* strides[0] + offset).storeBytes(of: value, as: Bits.self)
    }
  }
}
