import FXCore
import FXTensor

/// A value with the emitter that computes with it, so that decompositions and derivatives read as
/// mathematics.
///
///     let slope = try 1 - y * y
///     let loss = try near.where(distance .< beta, else: far)
///
/// Each operation calls an operator of PyTorch, and throws what that throws. Tensors are compared by
/// the operators that Swift has for elements of vectors: `.<`, `.==`, `.&`.
public struct Formula {
  /// How numbers among tensors are handed to operators.
  public enum Numbers: Hashable, Sendable {
    /// To overloads for scalars: `add.Scalar`, `rsub.Scalar`.
    case scalars
    /// In the place of tensors, as Python's operators are traced: `add.Tensor(x, 1)`.
    case operands
  }

  /// The value: a tensor, with data or without, or a number.
  public let value: IValue
  /// What computes or records operations on the value.
  public let emitter: any Emitter
  /// How numbers are handed on by arithmetic with the value.
  public let numbers: Numbers

  /// Makes a formula of a value.
  public init(_ value: IValue, _ emitter: any Emitter, numbers: Numbers = .scalars) {
    self.value = value
    self.emitter = emitter
    self.numbers = numbers
  }

  /// Calls an operator by its qualified name with the value first, then other arguments.
  ///
  /// - Throws: what the operator throws.
  public func applying(_ name: String, _ others: IValue...) throws -> Formula {
    with(try emitter.apply(name, [value] + others))
  }

  /// Returns a value with the emitter of this one.
  public func with(_ value: IValue) -> Formula { Formula(value, emitter, numbers: numbers) }

  /// Calls the overload for what the other operand is.
  private func applying(
    _ name: String, orScalar scalar: String, _ other: IValue
  ) throws -> Formula {
    try applying(other.isTensor || numbers == .operands ? name : scalar, other)
  }

  /// Whether the value is a number that can't come first.
  private var isScalar: Bool { !value.isTensor && numbers == .scalars }

  // MARK: Arithmetic

  public static func + (a: Formula, b: Formula) throws -> Formula {
    if a.isScalar { return try b.applying("aten::add.Scalar", a.value) }
    return try a.applying("aten::add.Tensor", orScalar: "aten::add.Scalar", b.value)
  }

  public static func - (a: Formula, b: Formula) throws -> Formula {
    if a.isScalar { return try b.applying("aten::rsub.Scalar", a.value) }
    return try a.applying("aten::sub.Tensor", orScalar: "aten::sub.Scalar", b.value)
  }

  public static func * (a: Formula, b: Formula) throws -> Formula {
    if a.isScalar { return try b.applying("aten::mul.Scalar", a.value) }
    return try a.applying("aten::mul.Tensor", orScalar: "aten::mul.Scalar", b.value)
  }

  public static func / (a: Formula, b: Formula) throws -> Formula {
    if a.isScalar { return try b.reciprocal().scaled(by: a.value) }
    return try a.applying("aten::div.Tensor", orScalar: "aten::div.Scalar", b.value)
  }

  public static prefix func - (a: Formula) throws -> Formula { try a.applying("aten::neg") }

  public static func + (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a + a.with(b.operand)
  }

  public static func - (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a - a.with(b.operand)
  }

  public static func * (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a * a.with(b.operand)
  }

  public static func / (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a / a.with(b.operand)
  }

  public static func - (a: some FormulaOperand, b: Formula) throws -> Formula {
    try b.with(a.operand) - b
  }

  public static func / (a: some FormulaOperand, b: Formula) throws -> Formula {
    try b.with(a.operand) / b
  }

  /// The product with a number; the value itself for 1.
  public func scaled(by number: IValue) throws -> Formula {
    if case .int(1) = number { return self }
    return try applying("aten::mul.Scalar", number)
  }

  /// The elements to a power.
  public func power(_ exponent: some FormulaOperand) throws -> Formula {
    let exponent = exponent.operand
    if !value.isTensor { return try applying("aten::pow.Scalar", exponent) }
    return try applying(
      exponent.isTensor ? "aten::pow.Tensor_Tensor" : "aten::pow.Tensor_Scalar", exponent)
  }

  // MARK: Comparisons

  public static func .== (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::eq.Tensor", "aten::eq.Scalar", b)
  }

  public static func .!= (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::ne.Tensor", "aten::ne.Scalar", b)
  }

  public static func .< (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::lt.Tensor", "aten::lt.Scalar", b)
  }

  public static func .<= (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::le.Tensor", "aten::le.Scalar", b)
  }

  public static func .> (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::gt.Tensor", "aten::gt.Scalar", b)
  }

  public static func .>= (a: Formula, b: some FormulaOperand) throws -> Formula {
    try a.compared("aten::ge.Tensor", "aten::ge.Scalar", b)
  }

  public static func .& (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::logical_and", b.value)
  }

  public static func .| (a: Formula, b: Formula) throws -> Formula {
    try a.applying("aten::logical_or", b.value)
  }

  public static prefix func .! (a: Formula) throws -> Formula {
    try a.applying("aten::logical_not")
  }

  private func compared(
    _ name: String, _ scalar: String, _ other: some FormulaOperand
  ) throws -> Formula {
    let other = other.operand
    return try applying(other.isTensor ? name : scalar, other)
  }

  /// The elements where a condition holds, and others elsewhere (`torch.where`).
  public func `where`(
    _ condition: Formula, else other: some FormulaOperand
  ) throws -> Formula {
    let other = other.operand
    let name =
      switch (value.isTensor, other.isTensor) {
      case (true, true): "aten::where.self"
      case (true, false): "aten::where.ScalarOther"
      case (false, true): "aten::where.ScalarSelf"
      case (false, false): "aten::where.Scalar"
      }
    return try condition.applying(name, value, other).with(numbers)
  }

  /// The number as a tensor without dimensions, of the dtype of this one.
  public func constant(_ number: some FormulaOperand) throws -> Formula {
    with(
      try emitter.apply("aten::scalar_tensor", [number.operand], [("dtype", .dtype(value.dtype))]))
  }

  private func with(_ numbers: Numbers) -> Formula { Formula(value, emitter, numbers: numbers) }
}

/// What stands beside a formula: another one, a value or a number.
public protocol FormulaOperand {
  /// What is handed to the operator.
  var operand: IValue { get }
}

extension Formula: FormulaOperand {
  public var operand: IValue { value }
}

extension IValue: FormulaOperand {
  public var operand: IValue { self }
}

extension Int: FormulaOperand {
  public var operand: IValue { .int(self) }
}

extension Double: FormulaOperand {
  public var operand: IValue { .float(self) }
}
