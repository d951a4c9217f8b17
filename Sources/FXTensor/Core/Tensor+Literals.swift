import FXCore

/// What `Tensor(_:)` takes: numbers, and arrays of them of any depth, `[[1, 2], [3, 4]]`.
public protocol TensorLiteral {
  /// The type of the numbers as they are stored at first.
  associatedtype Number: TensorElement
  /// The dtype that `torch.tensor` gives such numbers, with float32 as the default dtype.
  static var literalDType: ScalarType { get }
  /// The sizes of the nested arrays, of which all on one level have the same.
  ///
  /// - Throws: `tensor.shape` where they differ.
  func literalSizes() throws(FXError) -> [Int]
  /// Appends the numbers in row-major order.
  func appendNumbers(to numbers: inout [Number])
}

extension Tensor {
  /// Makes a tensor of numbers and arrays of numbers (`torch.tensor`).
  ///
  ///     try Tensor([[1, 2], [3, 4]])              // int64[2, 2]
  ///     try Tensor([0.5, 1], dtype: .bfloat16)    // bfloat16[2]
  ///
  /// Without a dtype `Int` gives int64, `Double` float32, and any other type its own.
  ///
  /// - Throws: `tensor.shape` where arrays of one level differ in their sizes, `tensor.dtype` for a
  ///   number that an integer dtype can't hold, or `tensor.memory`.
  public convenience init<Values: TensorLiteral>(
    _ values: Values, dtype: ScalarType? = nil
  ) throws {
    let sizes = try values.literalSizes()
    var numbers: [Values.Number] = []
    numbers.reserveCapacity(sizes.reduce(1, *))
    values.appendNumbers(to: &numbers)
    let dtype = dtype ?? Values.literalDType
    if dtype != Values.Number.scalarType, let limits = dtype.literalLimits {
      for number in numbers { try limits.check(number.scalar, dtype) }
    }
    let made = try Tensor.of(numbers, sizes).converted(to: dtype.checked())
    self.init(
      checked: made.storage, dtype: dtype, sizes: sizes, strides: made.strides, storageOffset: 0,
      elementCount: numbers.count, device: .cpu)
  }

  /// Makes an empty tensor of one dimension (`torch.tensor([])`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public convenience init(_ nothing: [Never], dtype: ScalarType = .float32) throws {
    let made = try Tensor.empty([0], dtype)
    self.init(
      checked: made.storage, dtype: dtype, sizes: [0], strides: [1], storageOffset: 0,
      elementCount: 0, device: .cpu)
  }
}

// MARK: What is taken

extension Array: TensorLiteral where Element: TensorLiteral {
  public typealias Number = Element.Number
  public static var literalDType: ScalarType { Element.literalDType }

  public func literalSizes() throws(FXError) -> [Int] {
    guard let first else { return [0] }
    let inner = try first.literalSizes()
    for (index, element) in enumerated().dropFirst() {
      let sizes = try element.literalSizes()
      if sizes == inner { continue }
      throw FXError(
        .tensorShape,
        "the arrays of one level have different sizes: \(Geometry.text(inner)) at 0, "
          + "\(Geometry.text(sizes)) at \(index)")
    }
    return [count] + inner
  }

  public func appendNumbers(to numbers: inout [Number]) {
    for element in self { element.appendNumbers(to: &numbers) }
  }
}

/// A number that is stored as what it is.
public protocol TensorNumber: TensorLiteral, TensorElement where Number == Self {}

extension TensorNumber {
  public static var literalDType: ScalarType { scalarType }
  public func literalSizes() throws(FXError) -> [Int] { [] }
  public func appendNumbers(to numbers: inout [Self]) { numbers.append(self) }
}

extension Float: TensorNumber {}
extension Float16: TensorNumber {}
extension Int8: TensorNumber {}
extension Int16: TensorNumber {}
extension Int32: TensorNumber {}
extension Int64: TensorNumber {}
extension UInt8: TensorNumber {}
extension UInt16: TensorNumber {}
extension UInt32: TensorNumber {}
extension UInt64: TensorNumber {}

extension Complex: TensorLiteral where Part: ComplexPart {
  public static var literalDType: ScalarType {
    scalarType == .complex128 ? .complex64 : scalarType
  }
  public func literalSizes() throws(FXError) -> [Int] { [] }
  public func appendNumbers(to numbers: inout [Self]) { numbers.append(self) }
}

extension Int: TensorLiteral {
  public static var literalDType: ScalarType { .int64 }
  public func literalSizes() throws(FXError) -> [Int] { [] }
  public func appendNumbers(to numbers: inout [Int64]) { numbers.append(Int64(self)) }
}

extension Double: TensorLiteral {
  public static var literalDType: ScalarType { .float32 }
  public func literalSizes() throws(FXError) -> [Int] { [] }
  public func appendNumbers(to numbers: inout [Double]) { numbers.append(self) }
}

extension Bool: TensorLiteral {
  public static var literalDType: ScalarType { .bool }
  public func literalSizes() throws(FXError) -> [Int] { [] }
  public func appendNumbers(to numbers: inout [Bool8]) { numbers.append(Bool8(self)) }
}

// MARK: What fits

/// The numbers that `torch.tensor` takes for an integer dtype: for an unsigned one of less than 64
/// bits also the negative ones that wrap around.
private struct LiteralLimits {
  let least: Double
  /// The first number that is too large.
  let end: Double

  func check(_ number: Scalar, _ dtype: ScalarType) throws(FXError) {
    let value = number.double.rounded(.towardZero)
    guard value >= least, value < end else {
      throw FXError(.tensorDType, "\(number) is not a number of \(dtype.name)")
    }
  }
}

extension ScalarType {
  fileprivate var literalLimits: LiteralLimits? {
    guard isIntegral() else { return nil }
    var end = 1.0
    for _ in 0..<(byteCount * 8 - (isSigned ? 1 : 0)) { end *= 2 }
    if isSigned { return LiteralLimits(least: -end, end: end) }
    return LiteralLimits(least: byteCount == 8 ? 0 : 1 - end, end: end)
  }
}
