import FXTensor
import Testing

@testable import FXKernels

/// Elementwise functions give the same numbers wherever their results are stored.
@Suite struct InPlaceTests {
  /// Around the lengths at which loops are vectorised, divided into pieces, and divided among threads.
  private static let counts = [0, 1, 2, 15, 16, 17, 127, 255, 257, 511, 513, 4099, 70_001]

  private static let special: [Float] = [
    .infinity, -.infinity, .nan, 0, -0.0, 2e30, -2e30, 0x1p-133, -0x1p-133, 1e5, 7, -7, 0.5, -0.5,
    1e-30,
    3e8, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1, -1, 88.7,
    -104, 3, -3, 20.5, 4.25,
  ]

  static let unary: [(String, PointwiseFunction)] = [
    ("exp", .exp), ("exp2", .exp2), ("expm1", .expm1), ("log", .log), ("log2", .log2),
    ("log10", .log10), ("log1p", .log1p), ("sin", .sin), ("cos", .cos), ("tan", .tan),
    ("atan", .atan), ("tanh", .tanh), ("erf", .erf), ("sigmoid", .sigmoid), ("silu", .silu),
    ("gelu", .gelu), ("geluTanh", .geluTanh), ("mish", .mish), ("floor", .floor), ("ceil", .ceil),
    ("trunc", .trunc), ("round", .round), ("elu", .elu(alpha: 1.5, scale: 1.25, inputScale: 0.5)),
    ("softplus", .softplus(beta: 2, threshold: 20)), ("asin", .asin), ("acosh", .acosh),
    ("sqrt", .sqrt), ("rsqrt", .rsqrt), ("negate", .negate), ("erfinv", .erfinv),
    ("lgamma", .lgamma), ("relu", .relu), ("leakyReLU", .leakyReLU(slope: 0.25)),
    ("besselJ0", .besselJ0), ("hardSwish", .hardSwish), ("logit", .logit(margin: nil)),
  ]

  static let binary: [(String, PointwiseFunction)] = [
    ("power", .power), ("atan2", .atan2), ("fmod", .fmod), ("remainder", .remainder),
    ("add", .add), ("subtract", .subtract), ("multiply", .multiply), ("divide", .divide),
    ("divideFloor", .divideFloor), ("maximum", .maximum), ("fmin", .fmin), ("hypot", .hypot),
    ("copySign", .copySign), ("xLogY", .xLogY), ("logAddExp", .logAddExp),
    ("nextAfter", .nextAfter), ("add scaled", .add(scale: 3)), ("igamma", .igamma),
  ]

  /// Makes numbers of which every fifth is a special one.
  private static func numbers(_ count: Int, seed: UInt64) throws -> Tensor {
    let generator = RandomGenerator(seed: seed)
    let tensor = try Tensor.randomNumbers([count], generator)
    let target = try tensor.mutablePointer(Float.self)
    for index in stride(from: 0, to: count, by: 5) {
      target[index] = special[(index / 5 * 7 + Int(seed)) % special.count]
    }
    return tensor
  }

  private static func bits(_ tensor: Tensor) throws -> [UInt32] {
    try tensor.elements(as: Float.self).map { $0.isNaN ? 1 : $0.bitPattern }
  }

  /// Runs a function into a destination, which has to be taken.
  private static func run(
    _ function: PointwiseFunction, _ inputs: [Tensor], into destination: Tensor
  ) throws -> [UInt32] {
    let result = try function.run(inputs, in: .float32, into: destination)
    #expect(result === destination)
    return try bits(result)
  }

  @Test(arguments: unary.indices) func unaryFunctions(index: Int) throws {
    let (name, function) = Self.unary[index]
    for count in Self.counts {
      let input = try Self.numbers(count, seed: 3)
      let expected = try Self.bits(function.run([input], in: .float32))
      let own = try input.clone()
      #expect(try Self.run(function, [own], into: own) == expected, "\(name) of \(count)")
    }
  }

  @Test(arguments: binary.indices) func binaryFunctions(index: Int) throws {
    let (name, function) = Self.binary[index]
    for count in Self.counts {
      let left = try Self.numbers(count, seed: 3)
      let right = try Self.numbers(count, seed: 8)
      let expected = try Self.bits(function.run([left, right], in: .float32))
      let (first, second) = (try left.clone(), try right.clone())
      #expect(
        try Self.run(function, [first, right], into: first) == expected, "\(name) of \(count)")
      #expect(
        try Self.run(function, [left, second], into: second) == expected, "\(name) of \(count)")
      let twice = try Self.bits(function.run([left, left], in: .float32))
      let same = try left.clone()
      #expect(try Self.run(function, [same, same], into: same) == twice, "\(name) of \(count)")
    }
  }

  /// Views of the same elements with strides, which are walked row by row.
  @Test(arguments: binary.indices) func viewsInPlace(index: Int) throws {
    let (name, function) = Self.binary[index]
    for sizes in [[3, 5], [40, 130], [7, 600]] {
      let count = sizes[0] * sizes[1]
      let left = try Self.numbers(2 * count, seed: 4)
      let right = try Self.numbers(count, seed: 9).view(sizes)
      func half(_ tensor: Tensor) throws -> Tensor {
        try tensor.view([sizes[0], 2 * sizes[1]]).slice(1, from: sizes[1], to: 2 * sizes[1])
      }
      let expected = try Self.bits(function.run([half(left).contiguous(), right], in: .float32))
      let own = try half(left.clone())
      let result = try function.run([own, right], in: .float32, into: own)
      #expect(try Self.bits(result) == expected, "\(name) of \(sizes)")
      let transposed = try right.clone().view([sizes[1], sizes[0]]).transpose(0, 1)
      let turned = try Self.bits(
        function.run([left.slice(0, from: 0, to: count).view(sizes), transposed], in: .float32))
      let place = try function.run(
        [left.slice(0, from: 0, to: count).view(sizes), transposed], in: .float32, into: transposed)
      #expect(try Self.bits(place) == turned, "\(name) of \(sizes), transposed")
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 4099]) func limits(count: Int) throws {
    let sevens = try Tensor.full([count], 7, .float32)
    let infinite = try Tensor.full([count], .float(.infinity), .float32)
    for function in [PointwiseFunction.fmod, .remainder] {
      let own = try sevens.clone()
      _ = try function.run([own, infinite], in: .float32, into: own)
      #expect(try own.elements(as: Float.self) == Array(repeating: 7, count: count))
    }
    let far = try Tensor.full([count], 2e30, .float32)
    for (function, value) in [
      (PointwiseFunction.sin, 0.967759), (.cos, -0.251879), (.tan, -3.842154),
    ] {
      let own = try far.clone()
      _ = try function.run([own], in: .float32, into: own)
      for number in try own.elements(as: Double.self) { #expect(abs(number - value) < 1e-3) }
    }
    let own = try Tensor.full([count], -2, .float32)
    _ = try PointwiseFunction.power.run([own, own.fullLike(3)], in: .float32, into: own)
    #expect(try own.elements(as: Float.self) == Array(repeating: -8, count: count))
  }

  /// Exponentials of rows, whose loop has a form of its own for places that are read and written.
  @Test(arguments: [0, 1, 15, 16, 17, 31, 4095, 4096, 4097, 9001])
  func exponentialsOfRows(count: Int) throws {
    let row = try Tensor.randomNumbers([count], RandomGenerator(seed: 2))
    let (apart, place) = (try row.clone(), try row.clone())
    let sums = (
      Float.storeExponentials(
        try row.pointer(Float.self), try apart.mutablePointer(Float.self), count, less: 0.5),
      Float.replaceByExponentials(try place.mutablePointer(Float.self), count, less: 0.5)
    )
    #expect(sums.0 == sums.1)
    #expect(try Self.bits(apart) == Self.bits(place))
  }
}

extension Tensor {
  fileprivate func fullLike(_ value: Scalar) throws -> Tensor { try .full(sizes, value, dtype) }
}
