import FXCore

/// Finds the dtype of a result as `torch.result_type` does.
///
/// Operands come in three categories: tensors with dimensions, tensors without, and numbers of
/// the program. A lower category changes the result only where its kind (bool, integer, float,
/// complex) is the higher one.
public struct TypePromotion: Sendable {
  private var withDimensions: ScalarType?
  private var withoutDimensions: ScalarType?
  private var numbers: ScalarType?
  private let defaultFloat: ScalarType

  /// Starts without operands; the default dtype is what floats of the program count as.
  public init(defaultFloat: ScalarType = .float32) { self.defaultFloat = defaultFloat }

  /// Returns the dtype that tensors have together.
  ///
  /// - Throws: `tensor.dtype` where PyTorch has none for them.
  public static func result(of tensors: Tensor...) throws(FXError) -> ScalarType {
    var promotion = TypePromotion()
    for tensor in tensors { try promotion.add(tensor) }
    return try promotion.result()
  }

  /// Returns the dtype of a tensor and a number together.
  ///
  /// - Throws: `tensor.dtype` where PyTorch has none for them.
  public static func result(of tensor: Tensor, _ number: Scalar) throws(FXError) -> ScalarType {
    var promotion = TypePromotion()
    try promotion.add(tensor)
    try promotion.add(number)
    return try promotion.result()
  }

  /// Adds a tensor.
  ///
  /// - Throws: `tensor.dtype`.
  public mutating func add(_ tensor: Tensor) throws(FXError) {
    if tensor.isWrappedNumber, tensor.rank == 0 {
      try addNumber(tensor.dtype)
    } else {
      try add(tensor.dtype, hasDimensions: tensor.rank > 0)
    }
  }

  /// Adds a tensor of which only the dtype is at hand.
  ///
  /// - Throws: `tensor.dtype`.
  public mutating func add(_ dtype: ScalarType, hasDimensions: Bool) throws(FXError) {
    if hasDimensions {
      withDimensions = try Self.joined(withDimensions, dtype)
    } else {
      withoutDimensions = try Self.joined(withoutDimensions, dtype)
    }
  }

  /// Adds a number of the program.
  ///
  /// - Throws: `tensor.dtype`.
  public mutating func add(_ number: Scalar) throws(FXError) { try addNumber(number.scalarType) }

  /// Returns the dtype of the operands so far.
  ///
  /// - Throws: `tensor.dtype` where there are none, or PyTorch has none for them.
  public func result() throws(FXError) -> ScalarType {
    let lower = try Self.combined(withoutDimensions, numbers)
    guard let found = try Self.combined(withDimensions, lower) else {
      throw FXError(.tensorDType, "no operands have no dtype")
    }
    return found
  }

  private mutating func addNumber(_ dtype: ScalarType) throws(FXError) {
    var dtype = dtype
    if dtype.isComplex { dtype = defaultFloat.complexType }
    if dtype.isFloatingPoint { dtype = defaultFloat }
    numbers = try Self.joined(numbers, dtype)
  }

  private static func combined(
    _ higher: ScalarType?, _ lower: ScalarType?
  ) throws(FXError) -> ScalarType? {
    guard let higher else { return lower }
    guard let lower, !higher.isComplex else { return higher }
    if higher.isFloatingPoint {
      guard lower.isComplex else { return higher }
      return higher.isFloat8 ? try joined(higher, lower) : higher.complexType
    }
    if lower.isComplex { return lower }
    return higher == .bool || lower.isFloatingPoint ? try joined(higher, lower) : higher
  }

  private static func joined(
    _ known: ScalarType?, _ added: ScalarType
  ) throws(FXError) -> ScalarType {
    guard let known else { return added }
    return try known.promoted(with: added)
  }
}

extension ScalarType {
  /// Returns the smallest dtype that holds both kinds of numbers (`torch.promote_types`).
  ///
  /// - Throws: `tensor.dtype` where PyTorch has none: float8, or large unsigned integers with
  ///   integers.
  public func promoted(with other: ScalarType) throws(FXError) -> ScalarType {
    if self == other { return self }
    guard !isFloat8, !other.isFloat8, self != .unknown, other != .unknown else {
      throw noPromotion(other)
    }
    if isLargeUnsigned || other.isLargeUnsigned {
      // They only give way to real floats.
      if isFloatingPoint { return self }
      if other.isFloatingPoint { return other }
      throw noPromotion(other)
    }
    if self == .bool { return other }
    if other == .bool { return self }
    if isComplex || other.isComplex {
      return Self.wider(partOfComplex, other.partOfComplex).complexType
    }
    if isFloatingPoint || other.isFloatingPoint {
      guard other.isFloatingPoint else { return self }
      return isFloatingPoint ? Self.wider(self, other) : other
    }
    if isSigned == other.isSigned { return byteCount >= other.byteCount ? self : other }
    // One is uint8: a signed integer of two bytes or more holds it.
    let signed = isSigned ? self : other
    return signed == .int8 ? .int16 : signed
  }

  /// What a number adds to a complex one: a float of the parts' width, none for integers.
  private var partOfComplex: ScalarType { isIntegral() ? .float16 : partType }

  private var isLargeUnsigned: Bool {
    self == .uint16 || self == .uint32 || self == .uint64
  }

  private static func wider(_ one: ScalarType, _ other: ScalarType) -> ScalarType {
    if one == other { return one }
    // Neither of the two halves holds the other.
    if one.byteCount == other.byteCount { return .float32 }
    return one.byteCount > other.byteCount ? one : other
  }

  private func noPromotion(_ other: ScalarType) -> FXError {
    FXError(.tensorDType, "\(name) and \(other.name) have no common dtype")
  }
}
