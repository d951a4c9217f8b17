import FXCore
import FXTensor

// The adapters give a function that is written for a kind of numbers the loop of one of them.

private struct RealUnaryLoop<Operation: RealUnary, Value: RealMath>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value) -> Value { operation.real(x) }
}

private struct RealBinaryLoop<Operation: RealBinary, Value: RealMath>: LoopBinary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value, _ y: Value) -> Value { operation.real(x, y) }
}

private struct RealTernaryLoop<Operation: RealTernary, Value: RealMath>: LoopTernary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Value, _ y: Value, _ z: Value) -> Value { operation.real(x, y, z) }
}

private struct RealPredicateLoop<Operation: RealPredicate, Value: RealMath>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value) -> Bool8 { Bool8(operation.real(x)) }
}

private struct RealRelationLoop<Operation: RealRelation, Value: RealMath>: LoopBinary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Value, _ y: Value) -> Bool8 { Bool8(operation.real(x, y)) }
}

private struct IntegerUnaryLoop<Operation: IntegerUnary, Value: IntegerMath>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value) -> Value { operation.integer(x) }
}

private struct IntegerBinaryLoop<Operation: IntegerBinary, Value: IntegerMath>: LoopBinary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value, _ y: Value) -> Value { operation.integer(x, y) }
}

private struct IntegerTernaryLoop<Operation: IntegerTernary, Value: IntegerMath>: LoopTernary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Value, _ y: Value, _ z: Value) -> Value { operation.integer(x, y, z) }
}

private struct IntegerPredicateLoop<Operation: IntegerPredicate, Value: IntegerMath>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Value) -> Bool8 { Bool8(operation.integer(x)) }
}

private struct IntegerRelationLoop<Operation: IntegerRelation, Value: IntegerMath>: LoopBinary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Value, _ y: Value) -> Bool8 { Bool8(operation.integer(x, y)) }
}

private struct ComplexUnaryLoop<Operation: ComplexUnary>: LoopUnary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Complex<Double>) -> Complex<Double> { operation.complex(x) }
}

private struct ComplexBinaryLoop<Operation: ComplexBinary>: LoopBinary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Complex<Double>, _ y: Complex<Double>) -> Complex<Double> {
    operation.complex(x, y)
  }
}

private struct ComplexTernaryLoop<Operation: ComplexTernary>: LoopTernary {
  let operation: Operation
  @inline(__always)
  func apply(
    _ x: Complex<Double>, _ y: Complex<Double>, _ z: Complex<Double>
  ) -> Complex<Double> { operation.complex(x, y, z) }
}

private struct ComplexPartLoop<Operation: ComplexPartUnary>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Complex<Double>) -> Double { operation.part(x) }
}

private struct ComplexPredicateLoop<Operation: ComplexPredicate>: LoopUnary {
  let operation: Operation
  @inline(__always) func apply(_ x: Complex<Double>) -> Bool8 { Bool8(operation.complex(x)) }
}

private struct ComplexRelationLoop<Operation: ComplexRelation>: LoopBinary {
  let operation: Operation
  @inline(__always)
  func apply(_ x: Complex<Double>, _ y: Complex<Double>) -> Bool8 {
    Bool8(operation.complex(x, y))
  }
}

extension PointwiseFunction {
  @inline(__always)
  static func real<Operation: RealUnary>(_ operation: Operation) -> PointwiseFunction {
    reals(
      { .unary(RealUnaryLoop<Operation, Float>(operation: operation)) },
      { .unary(RealUnaryLoop<Operation, Double>(operation: operation)) })
  }

  @inline(__always)
  static func real<Operation: RealBinary>(_ operation: Operation) -> PointwiseFunction {
    reals(
      { .binary(RealBinaryLoop<Operation, Float>(operation: operation)) },
      { .binary(RealBinaryLoop<Operation, Double>(operation: operation)) })
  }

  @inline(__always)
  static func real<Operation: RealTernary>(_ operation: Operation) -> PointwiseFunction {
    reals(
      { .ternary(RealTernaryLoop<Operation, Float>(operation: operation)) },
      { .ternary(RealTernaryLoop<Operation, Double>(operation: operation)) })
  }

  @inline(__always)
  static func real<Operation: RealPredicate>(_ operation: Operation) -> PointwiseFunction {
    reals(
      { .unary(RealPredicateLoop<Operation, Float>(operation: operation)) },
      { .unary(RealPredicateLoop<Operation, Double>(operation: operation)) })
  }

  @inline(__always)
  static func real<Operation: RealRelation>(_ operation: Operation) -> PointwiseFunction {
    reals(
      { .binary(RealRelationLoop<Operation, Float>(operation: operation)) },
      { .binary(RealRelationLoop<Operation, Double>(operation: operation)) })
  }

  @inline(__always)
  static func integer<Operation: IntegerUnary>(_ operation: Operation) -> PointwiseFunction {
    integers(
      { .unary(IntegerUnaryLoop<Operation, Int64>(operation: operation)) },
      { .unary(IntegerUnaryLoop<Operation, UInt64>(operation: operation)) })
  }

  @inline(__always)
  static func integer<Operation: IntegerBinary>(_ operation: Operation) -> PointwiseFunction {
    integers(
      { .binary(IntegerBinaryLoop<Operation, Int64>(operation: operation)) },
      { .binary(IntegerBinaryLoop<Operation, UInt64>(operation: operation)) })
  }

  @inline(__always)
  static func integer<Operation: IntegerTernary>(_ operation: Operation) -> PointwiseFunction {
    integers(
      { .ternary(IntegerTernaryLoop<Operation, Int64>(operation: operation)) },
      { .ternary(IntegerTernaryLoop<Operation, UInt64>(operation: operation)) })
  }

  @inline(__always)
  static func integer<Operation: IntegerPredicate>(_ operation: Operation) -> PointwiseFunction {
    integers(
      { .unary(IntegerPredicateLoop<Operation, Int64>(operation: operation)) },
      { .unary(IntegerPredicateLoop<Operation, UInt64>(operation: operation)) })
  }

  @inline(__always)
  static func integer<Operation: IntegerRelation>(_ operation: Operation) -> PointwiseFunction {
    integers(
      { .binary(IntegerRelationLoop<Operation, Int64>(operation: operation)) },
      { .binary(IntegerRelationLoop<Operation, UInt64>(operation: operation)) })
  }

  @inline(__always)
  static func complex<Operation: ComplexUnary>(_ operation: Operation) -> PointwiseFunction {
    complexes { .unary(ComplexUnaryLoop(operation: operation)) }
  }

  @inline(__always)
  static func complex<Operation: ComplexBinary>(_ operation: Operation) -> PointwiseFunction {
    complexes { .binary(ComplexBinaryLoop(operation: operation)) }
  }

  @inline(__always)
  static func complex<Operation: ComplexTernary>(_ operation: Operation) -> PointwiseFunction {
    complexes { .ternary(ComplexTernaryLoop(operation: operation)) }
  }

  @inline(__always)
  static func complex<Operation: ComplexPartUnary>(_ operation: Operation) -> PointwiseFunction {
    complexes { .unary(ComplexPartLoop(operation: operation)) }
  }

  @inline(__always)
  static func complex<Operation: ComplexPredicate>(_ operation: Operation) -> PointwiseFunction {
    complexes { .unary(ComplexPredicateLoop(operation: operation)) }
  }

  @inline(__always)
  static func complex<Operation: ComplexRelation>(_ operation: Operation) -> PointwiseFunction {
    complexes { .binary(ComplexRelationLoop(operation: operation)) }
  }

  private static func reals(
    _ float: @escaping @Sendable () -> PointwiseLoop,
    _ double: @escaping @Sendable () -> PointwiseLoop
  ) -> PointwiseFunction {
    PointwiseFunction { dtype in
      switch dtype {
      case .float32: float()
      case .float64: double()
      default: nil
      }
    }
  }

  private static func integers(
    _ signed: @escaping @Sendable () -> PointwiseLoop,
    _ unsigned: @escaping @Sendable () -> PointwiseLoop
  ) -> PointwiseFunction {
    PointwiseFunction { dtype in
      switch dtype {
      case .int64: signed()
      case .uint64: unsigned()
      default: nil
      }
    }
  }

  private static func complexes(
    _ loop: @escaping @Sendable () -> PointwiseLoop
  ) -> PointwiseFunction {
    PointwiseFunction { $0 == .complex128 ? loop() : nil }
  }
}
