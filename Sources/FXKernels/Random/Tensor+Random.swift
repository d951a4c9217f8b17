import FXCore
import FXTensor
import Glibc

/// Fills tensors with random numbers, in the order of their memory.
extension Tensor {
  /// Fills with numbers that are computed as doubles, one call each.
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillRandomly(_ draw: () -> Double) throws {
    if dtype == .float64 {
      try ElementIterator(outputs: [self], inputs: []).forEachRun { pointers, strides, count in
        for place in 0..<count {
          (pointers[0] + place &* strides[0]).storeBytes(of: draw(), as: Double.self)
        }
      }
      return
    }
    // A copy of the same order of dimensions gets the numbers in the same order.
    let wide = try emptyLike(.float64)
    try wide.fillRandomly(draw)
    try copy(from: wide)
  }

  /// Fills with numbers that depend on the elements of another tensor.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func fillRandomly(from parameters: Tensor, _ draw: (Double) -> Double) throws {
    let wide = dtype == .float64 ? self : try emptyLike(.float64)
    let parameters = try parameters.converted(to: .float64)
    let iterator = try ElementIterator(outputs: [wide], inputs: [parameters])
    iterator.forEachRun { pointers, strides, count in
      for place in 0..<count {
        let parameter = (pointers[1] + place &* strides[1]).load(as: Double.self)
        (pointers[0] + place &* strides[0]).storeBytes(of: draw(parameter), as: Double.self)
      }
    }
    if wide !== self { try copy(from: wide) }
  }

  /// Fills with numbers from one to below another (`Tensor.uniform_`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillUniform(
    from start: Double, to end: Double, _ generator: RandomGenerator
  ) throws {
    switch dtype {
    case .float64:
      try fillRandomly { start.addingProduct(generator.nextDouble(), end - start) }
    case .complex64, .complex128, .complex32:
      try viewAsReal().fillUniform(from: start, to: end, generator)
    case .float32:
      let (first, range) = (Float(start), Float(end) - Float(start))
      try ElementIterator(outputs: [self], inputs: []).forEachRun { pointers, strides, count in
        for place in 0..<count {
          let number = first.addingProduct(generator.nextFloat(), range)
          (pointers[0] + place &* strides[0]).storeBytes(of: number, as: Float.self)
        }
      }
    default:
      guard dtype.isFloatingPoint else { throw noKernel(for: dtype) }
      let wide = try emptyLike(.float32)
      try wide.fillUniform(from: start, to: end, generator)
      try copy(from: wide)
    }
  }

  /// Fills with 1 where a draw succeeds, else with 0 (`Tensor.bernoulli_`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillBernoulli(_ probability: Double, _ generator: RandomGenerator) throws {
    guard probability >= 0, probability <= 1 else {
      throw FXError(.tensorShape, "the probability \(probability) is not from 0 to 1")
    }
    let flags = dtype == .bool ? self : try emptyLike(.bool)
    try ElementIterator(outputs: [flags], inputs: []).forEachRun { pointers, strides, count in
      for place in 0..<count {
        let isSuccess: UInt8 = generator.nextDouble() < probability ? 1 : 0
        (pointers[0] + place &* strides[0]).storeBytes(of: isSuccess, as: UInt8.self)
      }
    }
    if flags !== self { try copy(from: flags) }
  }

  /// Fills with 1 where a draw of each element's own probability succeeds, else with 0
  /// (`Tensor.bernoulli_`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func fillBernoulli(_ probabilities: Tensor, _ generator: RandomGenerator) throws {
    guard probabilities.dtype.isFloatingPoint else { throw noKernel(for: probabilities.dtype) }
    let isWide = probabilities.dtype == .float64
    try fillRandomly(from: probabilities) { probability in
      let draw = isWide ? generator.nextDouble() : Double(generator.nextFloat())
      return draw < probability ? 1 : 0
    }
  }
}

extension Tensor {
  /// Fills with the exponentials of numbers of a normal distribution (`Tensor.log_normal_`).
  ///
  /// - Throws: `tensor.dtype` or `tensor.memory`.
  public func fillLogNormal(
    mean: Double, deviation: Double, _ generator: RandomGenerator
  ) throws {
    try fillRandomly { exp(mean.addingProduct(generator.nextNormal(), deviation)) }
  }

  /// Fills with numbers of successes (`torch.binomial`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func fillBinomial(
    _ counts: Tensor, _ probabilities: Tensor, _ generator: RandomGenerator
  ) throws {
    let wide = try emptyLike(.float64)
    let iterator = try ElementIterator(
      outputs: [wide],
      inputs: [counts.converted(to: .float64), probabilities.converted(to: .float64)])
    iterator.forEachRun { pointers, strides, count in
      for place in 0..<count {
        let trials = (pointers[1] + place &* strides[1]).load(as: Double.self)
        let probability = (pointers[2] + place &* strides[2]).load(as: Double.self)
        let successes = generator.nextBinomial(trials, probability)
        (pointers[0] + place &* strides[0]).storeBytes(of: successes, as: Double.self)
      }
    }
    try copy(from: wide)
  }
}
