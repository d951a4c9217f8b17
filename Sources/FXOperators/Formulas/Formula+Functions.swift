import FXCore

/// Functions of elements, by PyTorch's names.
extension Formula {
  /// The magnitudes.
  public func abs() throws -> Formula { try applying("aten::abs") }
  /// The signs: -1, 0 or 1.
  public func sign() throws -> Formula { try applying("aten::sign") }
  /// The signs; of complex numbers, the numbers of magnitude 1 in their direction.
  public func sgn() throws -> Formula { try applying("aten::sgn") }
  /// The exponential function.
  public func exp() throws -> Formula { try applying("aten::exp") }
  /// Powers of 2.
  public func exp2() throws -> Formula { try applying("aten::exp2") }
  /// The natural logarithm.
  public func log() throws -> Formula { try applying("aten::log") }
  /// The natural logarithm of one more.
  public func log1p() throws -> Formula { try applying("aten::log1p") }
  /// The square root.
  public func sqrt() throws -> Formula { try applying("aten::sqrt") }
  /// The reciprocal of the square root.
  public func rsqrt() throws -> Formula { try applying("aten::rsqrt") }
  /// One divided by the elements.
  public func reciprocal() throws -> Formula { try applying("aten::reciprocal") }
  /// The nearest integers, even ones of two that are as near.
  public func round() throws -> Formula { try applying("aten::round") }
  /// The sine.
  public func sin() throws -> Formula { try applying("aten::sin") }
  /// The cosine.
  public func cos() throws -> Formula { try applying("aten::cos") }
  /// The hyperbolic tangent.
  public func tanh() throws -> Formula { try applying("aten::tanh") }
  /// The logistic function.
  public func sigmoid() throws -> Formula { try applying("aten::sigmoid") }
  /// The error function.
  public func erf() throws -> Formula { try applying("aten::erf") }
  /// The complementary error function.
  public func erfc() throws -> Formula { try applying("aten::erfc") }
  /// Whether elements are NaN.
  public func isNaN() throws -> Formula { try applying("aten::isnan") }

  /// The greater of two elements.
  public func maximum(_ other: Formula) throws -> Formula {
    try applying("aten::maximum", other.value)
  }

  /// The less of two elements.
  public func minimum(_ other: Formula) throws -> Formula {
    try applying("aten::minimum", other.value)
  }

  /// The elements where they are not less than a number, and that number elsewhere.
  public func atLeast(_ bound: some FormulaOperand) throws -> Formula {
    try applying("aten::clamp_min", bound.operand)
  }

  /// The complex conjugate; the value itself where it is real.
  public func conjugate() throws -> Formula {
    if case .complex(let real, let imaginary) = value { return with(.complex(real, -imaginary)) }
    return try value.isTensor && value.dtype.isComplex ? applying("aten::conj") : self
  }

  /// The complex conjugate in memory of its own; the value itself where it is real.
  public func physicalConjugate() throws -> Formula {
    try value.dtype.isComplex ? applying("aten::_conj_physical") : self
  }

  // MARK: Dtypes

  /// The elements in a dtype; the value itself where it has that.
  public func converted(to dtype: ScalarType) throws -> Formula {
    with(try emitter.converted(value, to: dtype))
  }

  /// The elements in the dtype that PyTorch computes in: float32 for narrow floats.
  public func widened() throws -> Formula { with(try emitter.widened(value)) }
}
