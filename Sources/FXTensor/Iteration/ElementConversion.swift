import CVectorMath
import FXCore
import Glibc

/// Converts runs of elements from one dtype to another by way of an opmath type.
///
/// There is one function for each dtype that loads opmath values and one for each opmath type and dtype
/// that stores them, so that every pair of dtypes has fast loops and none has its own code.
public struct ElementConversion {
  /// Converts a run: source and its stride in bytes, target and its stride, and the number.
  fileprivate typealias Run = (UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int, Int) -> Void

  /// How many elements are converted at a time: their opmath values stay in the nearest cache.
  private static let chunk = 256

  private let load: Run?
  private let store: Run
  private let opMathSize: Int

  /// Chooses the functions for a pair of dtypes.
  ///
  /// - Throws: `tensor.dtype` for `unknown`.
  public init(from source: ScalarType, to target: ScalarType) throws {
    let loader = try dispatch(source, ChooseLoad())
    opMathSize = loader.opMath.byteCount
    if target == loader.opMath {
      load = nil
      store = loader.run
      return
    }
    load = loader.opMath == source ? nil : loader.run
    store =
      switch loader.opMath {
      case .float32: try dispatch(target, ChooseStore<Float>())
      case .float64: try dispatch(target, ChooseStore<Double>())
      case .int64: try dispatch(target, ChooseStore<Int64>())
      case .uint64: try dispatch(target, ChooseStore<UInt64>())
      default: try dispatch(target, ChooseStore<Complex<Double>>())
      }
  }

  /// Converts a run of elements at any strides, in bytes.
  public func run(
    _ source: UnsafeRawPointer, _ sourceStride: Int, _ target: UnsafeMutableRawPointer,
    _ targetStride: Int, _ count: Int
  ) {
    guard let load else { return store(source, sourceStride, target, targetStride, count) }
    withUnsafeTemporaryAllocation(byteCount: Self.chunk * opMathSize, alignment: 16) { buffer in
      guard let opMaths = buffer.baseAddress else { return }
      var start = 0
      while start < count {
        let length = min(Self.chunk, count - start)
        load(source + start * sourceStride, sourceStride, opMaths, opMathSize, length)
        store(
          UnsafeRawPointer(opMaths), opMathSize, target + start * targetStride, targetStride,
          length)
        start += length
      }
    }
  }
}

private struct ChooseLoad: ElementWork {
  func run<Element: TensorElement>(
    _ type: Element.Type
  ) -> (run: ElementConversion.Run, opMath: ScalarType) {
    let plain: ElementConversion.Run = {
      convertRun($0, $1, $2, $3, $4, Element.self, Element.OpMath.self) { $0.opMath }
    }
    let run: ElementConversion.Run =
      switch Element.scalarType {
      case .float16: vectorized(fx_float_of_half, orElse: plain)
      case .bfloat16: vectorized(fx_float_of_bfloat16, orElse: plain)
      default: plain
      }
    return (run, Element.OpMath.scalarType)
  }
}

private struct ChooseStore<OpMath: ElementOpMath>: ElementWork {
  func run<Element: TensorElement>(_ type: Element.Type) -> ElementConversion.Run {
    let plain: ElementConversion.Run = {
      convertRun($0, $1, $2, $3, $4, OpMath.self, Element.self) { $0.converted(to: Element.self) }
    }
    if OpMath.scalarType != .float32 { return plain }
    return switch Element.scalarType {
    case .float16: vectorized(fx_half_of_float, orElse: plain)
    case .bfloat16: vectorized(fx_bfloat16_of_float, orElse: plain)
    default: plain
    }
  }
}

/// Returns a conversion that leaves elements which follow one another to vector code.
private func vectorized<Source, Target>(
  _ convert: @escaping (UnsafeMutablePointer<Target>?, UnsafePointer<Source>?, Int) -> Void,
  orElse plain: @escaping ElementConversion.Run
) -> ElementConversion.Run {
  { source, sourceStride, target, targetStride, count in
    let isDense =
      sourceStride == MemoryLayout<Source>.size && targetStride == MemoryLayout<Target>.size
    guard isDense else { return plain(source, sourceStride, target, targetStride, count) }
    convert(
      target.assumingMemoryBound(to: Target.self), source.assumingMemoryBound(to: Source.self),
      count)
  }
}

@inline(__always)
private func convertRun<Source: TensorElement, Target: TensorElement>(
  _ source: UnsafeRawPointer, _ sourceStride: Int, _ target: UnsafeMutableRawPointer,
  _ targetStride: Int, _ count: Int, _: Source.Type, _: Target.Type,
  _ convert: (Source) -> Target
) {
  if sourceStride == 0, targetStride == MemoryLayout<Target>.size, count > 0 {
    let value = convert(source.load(as: Source.self))
    target.assumingMemoryBound(to: Target.self).update(repeating: value, count: count)
  } else if sourceStride == MemoryLayout<Source>.size, targetStride == MemoryLayout<Target>.size {
    let from = source.assumingMemoryBound(to: Source.self)
    let to = target.assumingMemoryBound(to: Target.self)
    for index in 0..<count { to[index] = convert(from[index]) }
  } else {
    for index in 0..<count {
      let value = (source + index &* sourceStride).load(as: Source.self)
      (target + index &* targetStride).storeBytes(of: convert(value), as: Target.self)
    }
  }
}
