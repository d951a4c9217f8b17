import CVectorMath
import FXCore
import FXTensor
import Glibc

// Functions that make complex numbers, and those that need the precision of complex64 in between.

extension PointwiseFunction {
  /// The complex number of a real and an imaginary part.
  public static let makeComplex = partwise(MakeComplex())

  /// The complex number of a magnitude and an angle.
  public static let makePolar = partwise(MakePolar())

  /// `x^y` of complex64, with PyTorch's rounding.
  static let singlePower = PointwiseFunction { dtype in
    dtype == .complex64 ? .binary(SinglePower()) : nil
  }

  /// `sin(πx) / (πx)` of complex64, with PyTorch's rounding.
  static let singleSinc = PointwiseFunction { dtype in
    dtype == .complex64 ? .unary(SingleSinc()) : nil
  }

  private static func partwise<Operation: PartFunction>(
    _ operation: Operation
  ) -> PointwiseFunction {
    PointwiseFunction { dtype in
      switch dtype {
      case .float16: .binary(PartLoop<Float16, Operation>(operation: operation))
      case .float32: .binary(PartLoop<Float, Operation>(operation: operation))
      case .float64: .binary(PartLoop<Double, Operation>(operation: operation))
      default: nil
      }
    }
  }
}

/// Makes a complex number of two real ones.
private protocol PartFunction: Sendable {
  func make<Value: RealMath>(_ x: Value, _ y: Value) -> (Value, Value)
}

private struct PartLoop<Part: ComplexPart, Operation: PartFunction>: LoopBinary
where Part.Compute: RealMath {
  let operation: Operation
  func apply(_ x: Part, _ y: Part) -> Complex<Part> {
    let (real, imaginary) = operation.make(x.opMath, y.opMath)
    return Complex(Part(converting: real), Part(converting: imaginary))
  }
}

private struct MakeComplex: PartFunction {
  func make<Value: RealMath>(_ x: Value, _ y: Value) -> (Value, Value) { (x, y) }
}

private struct MakePolar: PartFunction {
  func make<Value: RealMath>(_ x: Value, _ y: Value) -> (Value, Value) {
    (x * .cos(y), x * .sin(y))
  }
}

private struct SinglePower: LoopBinary {
  func apply(_ x: Complex<Float>, _ y: Complex<Float>) -> Complex<Float> {
    if x.real == 0 && x.imaginary == 0 || y.imaginary == 0 && (y.real == 1 || y.real == 2) {
      return Complex<Float>(converting: Complex<Double>.pow(x.opMath, y.opMath))
    }
    // The error of the exponent in single precision is what makes up that of the result.
    let logarithm = Complex<Float>(
      logf(fx_hypotf(x.real, x.imaginary)), atan2f(x.imaginary, x.real))
    let exponent = y * logarithm
    return Complex<Float>(converting: Complex<Double>.exp(exponent.opMath))
  }
}

private struct SingleSinc: LoopUnary {
  func apply(_ x: Complex<Float>) -> Complex<Float> {
    if x.real == 0, x.imaginary == 0 { return Complex(1, 0) }
    let pi = Float(Double.pi)
    let angle = Complex<Float>(x.real * pi, x.imaginary * pi)
    return Complex<Float>(converting: Complex<Double>.sin(angle.opMath)) / angle
  }
}
