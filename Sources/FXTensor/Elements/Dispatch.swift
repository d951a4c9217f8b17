import FXCore

/// Work that is written once for all element types and runs for the dtype at hand.
///
/// A kernel is a struct that holds its operands and has one generic function; `dispatch` calls it
/// with the dtype's element type, so that the compiler makes fast code for each:
///
///     struct Fill: ElementWork {
///       let target: Tensor
///       func run<Element: TensorElement>(_: Element.Type) throws { … }
///     }
///     try dispatch(target.dtype, Fill(target: target))
public protocol ElementWork {
  associatedtype Output
  /// Does the work for one element type.
  func run<Element: TensorElement>(_ type: Element.Type) throws -> Output
}

/// Work for integers alone (`dispatchInteger`).
public protocol IntegerWork {
  associatedtype Output
  /// Does the work for one element type.
  func run<Element: IntegerElement>(_ type: Element.Type) throws -> Output
}

/// Work for float16, bfloat16, float32 and float64 (`dispatchFloat`).
public protocol FloatWork {
  associatedtype Output
  /// Does the work for one element type.
  func run<Element: FloatElement>(_ type: Element.Type) throws -> Output
}

/// Work for complex numbers alone (`dispatchComplex`).
public protocol ComplexWork {
  associatedtype Output
  /// Does the work for one element type.
  func run<Element: ComplexElement>(_ type: Element.Type) throws -> Output
}

/// Runs work for the element type of any strided dtype.
///
/// - Throws: `tensor.dtype` for `unknown`, or what the work throws.
@inlinable @inline(__always)
public func dispatch<Work: ElementWork>(_ dtype: ScalarType, _ work: Work) throws -> Work.Output {
  switch dtype {
  case .float32: try work.run(Float.self)
  case .float64: try work.run(Double.self)
  case .int64: try work.run(Int64.self)
  case .bool: try work.run(Bool8.self)
  case .float16: try work.run(Float16.self)
  case .bfloat16: try work.run(BFloat16.self)
  case .uint8: try work.run(UInt8.self)
  case .int8: try work.run(Int8.self)
  case .int16: try work.run(Int16.self)
  case .int32: try work.run(Int32.self)
  case .uint16: try work.run(UInt16.self)
  case .uint32: try work.run(UInt32.self)
  case .uint64: try work.run(UInt64.self)
  case .complex32: try work.run(Complex<Float16>.self)
  case .complex64: try work.run(Complex<Float>.self)
  case .complex128: try work.run(Complex<Double>.self)
  case .float8E4M3FN: try work.run(Float8E4M3FN.self)
  case .float8E5M2: try work.run(Float8E5M2.self)
  case .float8E4M3FNUZ: try work.run(Float8E4M3FNUZ.self)
  case .float8E5M2FNUZ: try work.run(Float8E5M2FNUZ.self)
  case .float8E8M0FNU: try work.run(Float8E8M0FNU.self)
  case .unknown: throw noKernel(for: dtype)
  }
}

/// Runs work for the element type of an integer dtype.
///
/// - Throws: `tensor.dtype` for other dtypes, bool included, or what the work throws.
@inlinable @inline(__always)
public func dispatchInteger<Work: IntegerWork>(
  _ dtype: ScalarType, _ work: Work
) throws -> Work.Output {
  switch dtype {
  case .int64: try work.run(Int64.self)
  case .int32: try work.run(Int32.self)
  case .int16: try work.run(Int16.self)
  case .int8: try work.run(Int8.self)
  case .uint8: try work.run(UInt8.self)
  case .uint16: try work.run(UInt16.self)
  case .uint32: try work.run(UInt32.self)
  case .uint64: try work.run(UInt64.self)
  default: throw noKernel(for: dtype)
  }
}

/// Runs work for the element type of float16, bfloat16, float32 or float64.
///
/// - Throws: `tensor.dtype` for other dtypes, or what the work throws.
@inlinable @inline(__always)
public func dispatchFloat<Work: FloatWork>(
  _ dtype: ScalarType, _ work: Work
) throws -> Work.Output {
  switch dtype {
  case .float32: try work.run(Float.self)
  case .float64: try work.run(Double.self)
  case .bfloat16: try work.run(BFloat16.self)
  case .float16: try work.run(Float16.self)
  default: throw noKernel(for: dtype)
  }
}

/// Runs work for the element type of a complex dtype.
///
/// - Throws: `tensor.dtype` for other dtypes, or what the work throws.
@inlinable @inline(__always)
public func dispatchComplex<Work: ComplexWork>(
  _ dtype: ScalarType, _ work: Work
) throws -> Work.Output {
  switch dtype {
  case .complex64: try work.run(Complex<Float>.self)
  case .complex128: try work.run(Complex<Double>.self)
  case .complex32: try work.run(Complex<Float16>.self)
  default: throw noKernel(for: dtype)
  }
}

/// The error for a dtype that work does not cover.
public func noKernel(for dtype: ScalarType) -> FXError {
  FXError(.tensorDType, "the operation is not there for the dtype \(dtype.name)")
}
