import FXCore
import FXTensor

/// Tensors of sizes and of ranges, by PyTorch's names.
///
///     try Tensor.zeros([2, 3], dtype: .int64)
///     try Tensor.randn([2, 2], generator: RandomGenerator(seed: 0))
extension Tensor {
  /// Makes a tensor of zeros (`torch.zeros`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func zeros(_ sizes: [Int], dtype: ScalarType) throws(FXError) -> Tensor {
    try zeros(sizes, dtype)
  }

  /// Makes a tensor of ones (`torch.ones`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func ones(_ sizes: [Int], dtype: ScalarType = .float32) throws -> Tensor {
    try full(sizes, 1, dtype)
  }

  /// Makes a tensor of one number (`torch.full`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func full(_ sizes: [Int], _ value: Scalar, dtype: ScalarType) throws -> Tensor {
    try full(sizes, value, dtype)
  }

  /// Makes a matrix of zeros with ones on its diagonal, square without a number of columns
  /// (`torch.eye`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func eye(
    _ rows: Int, _ columns: Int? = nil, dtype: ScalarType = .float32
  ) throws -> Tensor {
    let result = try zeros([rows, columns ?? rows], dtype)
    try result.diagonal().fill(1)
    return result
  }

  /// Makes a vector of the numbers from 0 to below an end (`torch.arange`).
  ///
  /// - Throws: as `arange(_:_:step:dtype:)` does.
  public static func arange(_ end: Scalar, dtype: ScalarType? = nil) throws -> Tensor {
    try arange(0, end, dtype: dtype)
  }

  /// Makes a vector of the numbers from a start to below an end (`torch.arange`).
  ///
  /// Without a dtype it is int64 where all numbers are integers, and float32 otherwise.
  ///
  /// - Throws: `tensor.shape` where the step leads away from the end, `tensor.dtype`, `tensor.memory`.
  public static func arange(
    _ start: Scalar, _ end: Scalar, step: Scalar = 1, dtype: ScalarType? = nil
  ) throws -> Tensor {
    let isFloat = [start, end, step].contains { $0.scalarType == .float32 }
    let dtype = dtype ?? (isFloat ? .float32 : .int64)
    let count = try Ranges.count(from: start, to: end, step: step, dtype)
    let result = try empty([count], dtype)
    try Ranges.fill(result, start: start, step: step)
    return result
  }

  /// Makes a vector of evenly spaced numbers from a start to an end, both included
  /// (`torch.linspace`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func linspace(
    _ start: Scalar, _ end: Scalar, steps: Int, dtype: ScalarType = .float32
  ) throws -> Tensor {
    let result = try empty([steps], dtype)
    try Ranges.fillLinear(result, start: start, end: end)
    return result
  }

  // MARK: Random numbers

  /// Makes a tensor of random numbers of the normal distribution (`torch.randn`).
  ///
  /// With a generator of a seed they are those of `torch.manual_seed`; without they always differ.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` for integers, or `tensor.memory`.
  public static func randn(
    _ sizes: [Int], dtype: ScalarType = .float32, generator: RandomGenerator? = nil
  ) throws -> Tensor {
    let result = try empty(sizes, dtype)
    try result.fillNormal(mean: 0, deviation: 1, generator ?? .unseeded())
    return result
  }

  /// Makes a tensor of random numbers from 0 to below 1 (`torch.rand`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` for integers, or `tensor.memory`.
  public static func rand(
    _ sizes: [Int], dtype: ScalarType = .float32, generator: RandomGenerator? = nil
  ) throws -> Tensor {
    let result = try empty(sizes, dtype)
    try result.fillUniform(from: 0, to: 1, generator ?? .unseeded())
    return result
  }

  /// Makes a tensor of random integers from 0 to below a high one (`torch.randint`).
  ///
  /// - Throws: as `randint(_:_:_:dtype:generator:)` does.
  public static func randint(
    _ high: Int, _ sizes: [Int], dtype: ScalarType = .int64, generator: RandomGenerator? = nil
  ) throws -> Tensor {
    try randint(0, high, sizes, dtype: dtype, generator: generator)
  }

  /// Makes a tensor of random integers from a low one to below a high one (`torch.randint`).
  ///
  /// - Throws: `tensor.index` where there are none, `tensor.shape`, `tensor.dtype`, `tensor.memory`.
  public static func randint(
    _ low: Int, _ high: Int, _ sizes: [Int], dtype: ScalarType = .int64,
    generator: RandomGenerator? = nil
  ) throws -> Tensor {
    let result = try empty(sizes, dtype)
    try result.fillIntegers(from: low, below: high, generator ?? .unseeded())
    return result
  }

  /// Makes a random order of the integers from 0 to below a count (`torch.randperm`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public static func randperm(
    _ count: Int, dtype: ScalarType = .int64, generator: RandomGenerator? = nil
  ) throws -> Tensor {
    try permutation(count, dtype, generator ?? .unseeded())
  }
}

extension RandomGenerator {
  /// Makes a generator whose numbers nobody can foretell.
  public static func unseeded() -> RandomGenerator {
    RandomGenerator(seed: UInt64.random(in: 0 ... .max))
  }
}
