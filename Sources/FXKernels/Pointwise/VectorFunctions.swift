import CVectorMath
import FXCore
import FXTensor

// Functions of `Float` arrays that are vector code on the processor at hand.

extension PointwiseFunction {
  /// Makes a function of one float32 from a loop in C.
  static func vector(
    _ function:
      @escaping @convention(c) (
        UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int
      ) -> Void
  ) -> PointwiseFunction {
    vectorLoop(operands: 1) { pointers, count in
      function(pointers[0].floats, UnsafePointer(pointers[1].floats), count)
    }
  }

  /// Makes a function of two float32 from a loop in C.
  static func vector(
    _ function:
      @escaping @convention(c) (
        UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int
      ) -> Void
  ) -> PointwiseFunction {
    vectorLoop(operands: 2) { pointers, count in
      function(
        pointers[0].floats, UnsafePointer(pointers[1].floats), UnsafePointer(pointers[2].floats),
        count)
    }
  }

  /// Makes a function of float32 operands from a loop.
  static func vectorLoop(
    operands: Int, _ body: @escaping PointwiseLoop.Body
  ) -> PointwiseFunction {
    let types = [ScalarType](repeating: .float32, count: operands + 1)
    return PointwiseFunction { $0 == .float32 ? PointwiseLoop(types, body) : nil }
  }
}

extension UnsafeMutableRawPointer {
  /// The address as that of floats.
  var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}
