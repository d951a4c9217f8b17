import FXCore
import FXTensor
import Glibc

/// Random bits as a function of a seed and a position: Philox4x32-10.
///
/// Source: J. Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011;
/// `at::philox_engine`.
public struct Philox: Sendable {
  /// The seed.
  public let seed: UInt64
  /// The position of the first block of four words.
  public let offset: UInt64

  /// Makes a stream of a seed and an offset.
  public init(seed: UInt64, offset: UInt64) {
    self.seed = seed
    self.offset = offset
  }

  /// Returns the four words of a block.
  public func words(_ block: UInt64) -> SIMD4<UInt32> {
    let position = offset &+ block
    var counter = SIMD4<UInt32>(
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), 0, 0)
    var key = SIMD2<UInt32>(
      UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) * UInt64(counter.x)
      let second = UInt64(0xCD9E_8D57) * UInt64(counter.z)
      counter = SIMD4(
        UInt32(second >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: first))
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// Returns the word of an index.
  func word(_ index: Int) -> UInt32 { words(UInt64(index / 4))[index % 4] }

  /// Returns two words as one number; the first is the upper half.
  func wideWord(_ index: Int) -> UInt64 {
    let block = words(UInt64(index / 2))
    let place = index % 2 * 2
    return UInt64(block[place]) << 32 | UInt64(block[place + 1])
  }

  /// Returns the stream that a number makes of this one (`_philox_key_fold_in`).
  public func folding(in data: UInt64) -> Philox {
    let block = words(data)
    return Philox(
      seed: UInt64(block.y) << 32 | UInt64(block.x), offset: UInt64(block.w) << 32 | UInt64(block.z)
    )
  }

  /// Returns a number from 0 to below 1, of as many bits as a dtype has.
  func uniform(_ index: Int, _ dtype: ScalarType) -> Double {
    switch dtype {
    case .float64: Double(wideWord(index) & 0x1F_FFFF_FFFF_FFFF) * 0x1p-53
    case .float16: Double(word(index) & 0x7FF) * 0x1p-11
    case .bfloat16: Double(word(index) & 0xFF) * 0x1p-8
    default: Double(word(index) & 0xFF_FFFF) * 0x1p-24
    }
  }

  /// Returns a number of the normal distribution; two that follow one another are made together.
  func normal(_ index: Int, _ dtype: ScalarType) -> Double {
    guard dtype == .float64 else {
      let block = words(UInt64(index / 4))
      let place = index % 4 / 2 * 2
      let distance = Float(block[place]) * 0x1p-32 + 0x1p-33
      let angle = (Float(block[place + 1]) * 0x1p-32 + 0x1p-33) * Float(2 * Double.pi)
      let radius = sqrtf(-2 * logf(distance))
      return Double(radius * (index % 2 == 0 ? cosf(angle) : sinf(angle)))
    }
    let pair = index / 2 * 2
    let distance = Double(wideWord(pair)) * 0x1p-64 + 0x1p-65
    let angle = Double(wideWord(pair + 1)) * 0x1p-64 * 2 * Double.pi
    return sqrt(-2 * log(distance)) * (index % 2 == 0 ? cos(angle) : sin(angle))
  }
}

extension Tensor {
  /// Returns the streams of keys: rows of a seed and an offset, uint64.
  ///
  /// - Throws: `tensor.dtype` or `tensor.shape`.
  public func philoxStreams() throws -> [Philox] {
    guard dtype == .uint64 else {
      throw FXError(.tensorDType, "a key is of uint64, and not of \(dtype.name)")
    }
    guard sizes.last == 2 else {
      throw FXError(
        .tensorShape, "keys of the shape \(Geometry.text(sizes)) have no seed and offset")
    }
    let words = try elements(as: UInt64.self)
    return stride(from: 0, to: words.count, by: 2).map {
      Philox(seed: words[$0], offset: words[$0 + 1])
    }
  }

  /// Fills with numbers of streams, each of which makes the elements of a part.
  ///
  /// Keys with dimensions of their own are broadcast to those of the tensor.
  /// - Throws: `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func fill(
    keys: Tensor, _ number: (Philox, Int) throws -> Scalar
  ) throws {
    let streams = try keys.philoxStreams()
    let batch = Array(keys.sizes.dropLast())
    guard batch.isEmpty || batch.count == rank,
      zip(batch, sizes).allSatisfy({ $0 == 1 || $0 == $1 })
    else {
      throw FXError(
        .tensorShape,
        "keys of the shape \(Geometry.text(keys.sizes)) do not fit \(Geometry.text(sizes))")
    }
    for (place, stream) in streams.enumerated() {
      var (part, rest) = (self, place)
      for axis in batch.indices.reversed() where batch[axis] > 1 {
        part = try part.narrow(axis, start: rest % batch[axis], length: 1)
        rest /= batch[axis]
      }
      let values = try Tensor.empty(part.sizes, dtype)
      let flat = try values.view([values.elementCount])
      for index in 0..<values.elementCount {
        try flat.setElement(at: [index], to: number(stream, index))
      }
      try part.copy(from: values)
    }
  }

  /// Fills with uniform numbers of streams (`_philox_uniform_`).
  ///
  /// - Throws: as `fill(keys:_:)` does.
  public func fillUniform(from start: Double, to end: Double, keys: Tensor) throws {
    guard dtype.isFloatingPoint else { throw noKernel(for: dtype) }
    let isWide = dtype == .float64
    try fill(keys: keys) { stream, index in
      let number = stream.uniform(index, dtype)
      if isWide { return .float(start.addingProduct(number, end - start)) }
      let range = Float(end) - Float(start)
      return .float(Double(Float(start).addingProduct(Float(number), range)))
    }
  }

  /// Fills with normal numbers of streams (`_philox_normal_`).
  ///
  /// - Throws: as `fill(keys:_:)` does.
  public func fillNormal(mean: Double, deviation: Double, keys: Tensor) throws {
    guard dtype.isFloatingPoint else { throw noKernel(for: dtype) }
    try fill(keys: keys) { stream, index in
      .float(mean.addingProduct(stream.normal(index, dtype), deviation))
    }
  }

  /// Fills with integers of streams; nil stands for the limit of the dtype (`_philox_randint_`).
  ///
  /// - Throws: as `fill(keys:_:)` does.
  public func fillIntegers(from low: Int?, below high: Int?, keys: Tensor) throws {
    guard dtype.isIntegral() else { throw noKernel(for: dtype) }
    let (bits, isSigned) = (itemSize * 8, dtype.isSigned)
    let least: UInt64 = isSigned ? .max << UInt64(bits - 1) : 0
    let most: UInt64 = isSigned ? 1 << UInt64(bits - 1) : bits == 64 ? 0 : 1 << UInt64(bits)
    let isFull = low == nil && high == nil
    let start: UInt64 = isFull ? 0 : low.map { UInt64(bitPattern: Int64($0)) } ?? least
    let end = high.map { UInt64(bitPattern: Int64($0)) } ?? most
    let range = isFull ? 0 : end &- start
    try fill(keys: keys) { stream, index in
      let word = bits == 64 ? stream.wideWord(index) : UInt64(stream.word(index))
      let number = (range == 0 ? word : word % range) &+ start
      return dtype == .uint64 ? Scalar(number) : .int(Int(Int64(bitPattern: number)))
    }
  }
}
