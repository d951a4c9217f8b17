import FXCore
import FXTensor

extension Tensor {
  /// Fills with integers from one to below another; without an end up to the largest that the dtype
  /// holds (`Tensor.random_`).
  ///
  /// - Throws: `tensor.index` where there are none, `tensor.dtype` or `tensor.memory`.
  public func fillIntegers(
    from start: Int, below end: Int?, _ generator: RandomGenerator
  ) throws {
    guard let digits = dtype.integerDigits else { throw noKernel(for: dtype) }
    var (first, range): (Int, UInt64)
    if let end {
      guard start < end else {
        throw FXError(.tensorIndex, "there are no integers from \(start) to below \(end)")
      }
      (first, range) = (start, UInt64(bitPattern: Int64(end &- start)))
      if dtype.isFloatingPoint {
        first = try roundedStart(start, digits)
        range = UInt64(bitPattern: Int64(try roundedEnd(end, digits) &- first))
      }
    } else if start == .min {
      return try fillIntegers { Int64(bitPattern: generator.next64()) }
    } else {
      let most = dtype == .bool ? 1 : dtype.isFloatingPoint ? 1 << digits : Int.max >> (63 - digits)
      first = start
      range = UInt64(bitPattern: Int64(most &- start &+ 1))
    }
    let base = Int64(first)
    try fillIntegers { Int64(bitPattern: generator.next(below: range)) &+ base }
  }

  /// Fills with integers from 0 to what the dtype holds without rounding (`Tensor.random_`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillIntegers(_ generator: RandomGenerator) throws {
    guard let digits = dtype.integerDigits else { throw noKernel(for: dtype) }
    switch dtype {
    case .bool: try fillIntegers { Int64(generator.next32() & 1) }
    case .int64: try fillIntegers { Int64(generator.next64() & UInt64(Int64.max)) }
    case .float64:
      try fillIntegers { Int64(generator.next64() % ((1 << 53) + 1)) }
    default:
      let range = (UInt64(1) << UInt64(digits)) + (dtype.isFloatingPoint ? 1 : 0)
      try fillIntegers { Int64(UInt64(generator.next32()) % range) }
    }
  }

  private func fillIntegers(_ draw: () -> Int64) throws {
    let wide = dtype == .int64 ? self : try emptyLike(.int64)
    try ElementIterator(outputs: [wide], inputs: []).forEachRun { pointers, strides, count in
      for place in 0..<count {
        (pointers[0] + place &* strides[0]).storeBytes(of: draw(), as: Int64.self)
      }
    }
    if wide !== self { try copy(from: wide) }
  }

  /// Moves a start, which rounding would make smaller, to a number that the dtype has.
  private func roundedStart(_ start: Int, _ digits: Int) throws -> Int {
    let next = try rounded(start + 1)
    return next < start ? next + Self.spacing(start + 1, digits) : start
  }

  /// Moves an end that rounding would reach to a number that the dtype has.
  private func roundedEnd(_ end: Int, _ digits: Int) throws -> Int {
    try rounded(end - 1) >= end ? end - Self.spacing(end - 1, digits) : end
  }

  private func rounded(_ number: Int) throws -> Int {
    let value = try Tensor.scalar(.int(number), dtype).item().double
    return value >= 0x1p63 ? .max : Int(value)
  }

  /// The distance of the numbers of so many digits around a number.
  private static func spacing(_ number: Int, _ digits: Int) -> Int {
    let width = Int.bitWidth - 1 - number.magnitude.leadingZeroBitCount
    return 1 << max(width - digits + 1, 0)
  }

  /// Makes a random order of the first integers (`torch.randperm`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func permutation(
    _ count: Int, _ dtype: ScalarType, _ generator: RandomGenerator
  ) throws -> Tensor {
    guard count >= 0 else { throw FXError(.tensorShape, "there are no \(count) integers") }
    var order = Array(0..<Int64(count))
    for place in 0..<max(count - 1, 0) {
      order.swapAt(place, place + Int(generator.next32()) % (count - place))
    }
    return try of(order).converted(to: dtype)
  }
}

extension ScalarType {
  /// The bits of the largest integer up to which the dtype has all; nil for other dtypes.
  fileprivate var integerDigits: Int? {
    switch self {
    case .bool: 1
    case .int8: 7
    case .uint8: 8
    case .int16: 15
    case .uint16: 16
    case .int32: 31
    case .uint32: 32
    case .int64, .uint64: 63
    case .float16: 11
    case .bfloat16: 8
    case .float32: 24
    case .float64: 53
    default: nil
    }
  }
}
