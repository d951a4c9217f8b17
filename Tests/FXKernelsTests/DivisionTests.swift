import FXCore
import FXTensor
import Testing

@testable import FXKernels

/// Kernels give the same results among how many threads their work is divided, on shapes that do not
/// divide: few results of many elements, many of few, primes, one more than a multiple.
@Suite struct DivisionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// How far results may be apart; nil for the same bits.
    let tolerance: Double?
    let run: @Sendable (RandomGenerator) throws -> [Tensor]

    init(
      _ name: String, within tolerance: Double? = nil,
      _ run: @escaping @Sendable (RandomGenerator) throws -> [Tensor]
    ) {
      (self.name, self.tolerance, self.run) = (name, tolerance, run)
    }

    var testDescription: String { name }
  }

  private static let threadCounts = [2, 3, 7, 64, 192, 256, 1000, 1024]

  @Test(arguments: DivisionTables.all) func resultsAreThoseOfOneThread(_ each: Case) throws {
    let expected = try Division(threadCount: 1) { try each.run(RandomGenerator(seed: 5)) }
    for threads in Self.threadCounts {
      for grain in [1, 5, 64] {
        let results = try Division(threadCount: threads, grain: grain) {
          try each.run(RandomGenerator(seed: 5))
        }
        let place = "\(threads) threads, from \(grain) elements on"
        #expect(results.count == expected.count)
        for (result, expected) in zip(results, expected) {
          #expect(result.strides == expected.strides, "\(place)")
          let bound = each.tolerance ?? 0
          let difference = try TensorDifference(
            result, expected: expected, .init(relative: bound, absolute: bound))
          #expect(difference.isClose, "\(place): up to \(difference.greatestAbsolute)")
        }
      }
    }
  }

  /// The division that the process has, on as many elements as it takes.
  @Test(arguments: [192, 256, 1024]) func fewSumsOfManyElements(threads: Int) throws {
    let ones = try Tensor.full([1, 1], 1, .float32).expand([195, 32_769])
    try Division(threadCount: threads, grain: Division.standardGrain) {
      let sums = try Reductions.sum(ones, [1])
      #expect(try sums.elements(as: Float.self) == Array(repeating: 32_769, count: 195))
    }
  }
}

/// Kernels by family.
enum DivisionTables {
  typealias Case = DivisionTests.Case

  static let all = pointwise + reductions + rows + products + convolutions + windows + others

  private static let sizes = [
    [0], [1], [2, 3], [37], [7, 131], [13, 5, 3], [1, 257], [257, 1],
  ]

  private static func each(
    _ name: String, within tolerance: Double? = nil, of sizes: [[Int]] = sizes,
    _ body: @escaping @Sendable (Tensor) throws -> [Tensor]
  ) -> Case {
    Case(name, within: tolerance) { generator in
      try sizes.flatMap { try body(.randomNumbers($0, generator)) }
    }
  }

  private static let pointwise = [
    each("exp") { [try PointwiseFunction.exp.run([$0], in: .float32)] },
    each("exp of float16") {
      [try PointwiseFunction.exp.run([$0.converted(to: .float16)], in: .float16)]
    },
    each("in place") {
      let own = try $0.clone()
      return [try PointwiseFunction.sin.run([own], in: .float32, into: own)]
    },
    each("transposed", of: [[7, 131], [131, 7], [13, 5, 3], [3, 1], [0, 4]]) {
      let other = try $0.transpose(0, 1).contiguous().transpose(0, 1)
      return [try PointwiseFunction.multiply.run([$0, other], in: .float32)]
    },
    each("broadcast", of: [[7, 131], [131, 7], [13, 5, 3], [1, 1]]) {
      let row = try $0.select(0, 0)
      return [try PointwiseFunction.add.run([$0, row], in: .float32)]
    },
    each("comparison") { [try PointwiseFunction.less.run([$0, $0], in: .float32, result: .bool)] },
  ]

  /// Dimensions that are reduced: the last, the first, all, and one in the middle.
  private static func axes(_ tensor: Tensor) -> [[Int]?] {
    [[tensor.rank - 1], [0], nil] + (tensor.rank > 2 ? [[1], [0, 2]] : [])
  }

  private static func reduction(
    _ name: String, within tolerance: Double? = nil, of shapes: [[Int]] = sizes,
    _ body: @escaping @Sendable (Tensor, [Int]?) throws -> Tensor
  ) -> Case {
    each(name, within: tolerance, of: shapes) { tensor in
      try [tensor, tensor.movedim([0], [tensor.rank - 1])].flatMap { tensor in
        try axes(tensor).map { try body(tensor, $0) }
      }
    }
  }

  private static let filled = sizes.filter { !$0.contains(0) }

  private static let reductions = [
    reduction("sum", within: 1e-5) { try Reductions.sum($0, $1) },
    reduction("sum of integers") { try Reductions.sum($0.converted(to: .int64), $1) },
    reduction("product", within: 1e-5) { try Reductions.product($0, $1) },
    reduction("mean", within: 1e-5) { try Reductions.mean($0, $1) },
    reduction("variance", within: 1e-4) { try Reductions.variance($0, $1) },
    reduction("norm", within: 1e-5, of: filled) { try Reductions.norm($0, $1, order: 2) },
    reduction("norm of order 3", within: 1e-5, of: filled) {
      try Reductions.norm($0, $1, order: 3)
    },
    reduction("largest", of: filled) { try Reductions.extreme($0, $1, isLargest: true) },
    reduction("smallest", of: filled) { try Reductions.extreme($0, $1, isLargest: false) },
    reduction("any") { try Reductions.any($0, $1) },
    reduction("all") { try Reductions.all($0, $1) },
    reduction("count") { try Reductions.countNonzero($0, $1) },
  ]

  private static let rows = [
    each("softmax") { [try Softmax.softmax($0, -1), try Softmax.softmax($0, 0)] },
    each("log softmax") { [try Softmax.softmax($0, -1, isLogarithm: true)] },
    each("softmax gradient") { [try Softmax.gradient($0, $0, 0)] },
    each("cumulative sum") { [try Cumulation.sum($0, -1), try Cumulation.sum($0, 0)] },
    each("cumulative maximum") {
      let found = try Cumulation.extreme($0, -1, isLargest: true)
      return [found.values, found.indices]
    },
    each("largest with index", of: filled) {
      let found = try Reductions.extremeWithIndex($0, -1, isLargest: true)
      return [found.values, found.indices]
    },
    each("layer norm", of: filled) {
      let result = try LayerNorm.run(
        $0, shape: $0.sizes.suffix(1), weight: nil, bias: nil, epsilon: 1e-5)
      return [result.output, result.mean, result.scale]
    },
    each("group norm", of: [[3, 6, 5], [1, 6, 131], [7, 6, 1, 3]]) {
      let result = try GroupNorm.run($0, groups: 3, weight: nil, bias: nil, epsilon: 1e-5)
      return [result.output, result.mean, result.scale]
    },
    each("batch norm", within: 1e-5, of: [[3, 6, 5], [1, 6, 131], [7, 1, 2, 3], [5, 7]]) {
      let norm = try BatchNorm($0, weight: nil, bias: nil, epsilon: 1e-5)
      return [try norm.trained(nil, momentum: 0.1).output]
    },
    each("sort", of: filled) {
      let result = try Sorting.sort($0, -1, isStable: true)
      return [result.values, result.indices]
    },
    each("top", of: filled) {
      let result = try Sorting.topK($0, 1, 0)
      return [result.values, result.indices]
    },
    each("median", of: filled) { [try Sorting.median($0, -1).values] },
    each("search", of: [[1], [37], [1031]]) {
      [try Sorting.search(Sorting.sort($0, 0).values, for: $0, isRight: true)]
    },
    each("distances", of: [[1, 1], [2, 3], [7, 131], [37, 2]]) {
      [try Distances.between($0, $0, order: 2), try Distances.within($0, order: 1)]
    },
  ]

  private static func product(_ name: String, _ dtype: ScalarType) -> Case {
    Case(name, within: dtype == .float16 ? 1e-2 : 1e-4) { generator in
      let shapes = [
        (1, 1, 1), (1, 37, 5), (37, 5, 1), (17, 131, 33), (195, 7, 3), (2, 3, 1031), (0, 4, 5),
        (5, 0, 3),
      ]
      return try shapes.flatMap { rows, depth, columns in
        func operand(_ sizes: [Int]) throws -> Tensor {
          try PointwiseFunction.multiply(by: 8)
            .run([.randomNumbers(sizes, generator)], in: .float32).converted(to: dtype)
        }
        let (left, right) = (try operand([rows, depth]), try operand([depth, columns]))
        let batch = try operand([5, depth, columns])
        return [
          try MatrixProduct.product(left, right), try MatrixProduct.product(left, batch),
          try MatrixProduct.sum(operand([columns]), left, right, alpha: 2, beta: 3),
        ]
      }
    }
  }

  private static let products = [
    product("product of float32", .float32), product("product of float64", .float64),
    product("product of int64", .int64), product("product of complex64", .complex64),
    product("product of float16", .float16),
    Case("attention", within: 1e-5) { generator in
      try [(1, 1, 1), (5, 37, 3), (131, 2, 7), (300, 17, 4)].flatMap { queries, keys, size in
        let query = try Tensor.randomNumbers([2, 3, queries, size], generator)
        let key = try Tensor.randomNumbers([2, 3, keys, size], generator)
        return try [false, true].flatMap { isCausal in
          let result = try Attention(isCausal: isCausal)(query: query, key: key, value: key)
          return [result.output, result.logSums]
        }
      }
    },
  ]

  private static func convolution(_ name: String, _ dtype: ScalarType) -> Case {
    Case(name, within: 1e-4) { generator in
      let shapes: [(images: Int, groups: Int, channels: Int, outputs: Int, size: [Int], tap: Int)] =
        [
          (1, 1, 1, 1, [1], 1), (3, 1, 5, 7, [37], 3), (2, 5, 1, 1, [11, 7], 3),
          (1, 2, 3, 5, [13, 9], 2), (7, 1, 3, 33, [5, 6], 1), (1, 1, 2, 3, [5, 4, 7], 2),
          (1, 1, 35, 67, [17, 19], 3),
        ]
      return try shapes.flatMap { shape in
        let rank = shape.size.count
        func operand(_ sizes: [Int]) throws -> Tensor {
          try .randomNumbers(sizes, generator).converted(to: dtype)
        }
        let taps = Array(repeating: shape.tap, count: rank)
        let input = try operand([shape.images, shape.groups * shape.channels] + shape.size)
        let weight = try operand([shape.groups * shape.outputs, shape.channels] + taps)
        let bias = try operand([shape.groups * shape.outputs])
        let ones = Array(repeating: 1, count: rank)
        let forward = try Convolution(
          rank: rank, stride: ones, padding: ones, dilation: ones, groups: shape.groups)
        let result = try forward(input, weight, bias)
        let gradients = try forward.gradients(result, input, weight, wanted: (true, true, true))
        let back = try Convolution(
          rank: rank, stride: ones, padding: ones, dilation: ones, groups: shape.groups,
          isTransposed: true)
        let images = try back(result, weight, nil)
        return [result, images]
          + [gradients.input, gradients.weight, gradients.bias].compactMap { $0 }
      }
    }
  }

  private static let convolutions = [
    convolution("convolution of float32", .float32),
    convolution("convolution of float64", .float64),
  ]

  private static let images = [[1, 1, 5, 7], [3, 5, 13, 6], [1, 37, 4, 3], [131, 1, 4, 4]]

  private static let windows = [
    each("pooling", of: images) { input in
      let pooling = try Pooling(
        over: input, rank: 2, kernel: [3, 2], stride: [2, 1], padding: [1, 0], roundsUp: false)
      let found = try pooling.maximum(input, wantsIndices: true)
      let average = try pooling.average(input)
      return [found.values, average, try pooling.averageGradient(average, input)]
        + [found.indices].compactMap { $0 }
    },
    each("adaptive pooling", of: images) {
      [try Pooling(over: $0, adaptiveTo: [3, 2]).average($0)]
    },
    each("columns", of: images) {
      let windows = try Windows(
        kernel: [2, 3], dilation: [1, 1], padding: [1, 1], stride: [2, 1])
      let columns = try windows.columns(of: $0)
      return [columns, try windows.images(of: columns, size: $0.sizes.suffix(2))]
    },
    each("resampling", of: images) { input in
      try [ResampleFilter.nearest, .linear, .cubic].map {
        try Resampling.resample(input, $0, to: [9, 4], scales: [nil, nil])
      }
    },
    each("grid", within: 1e-6, of: images) { input in
      let count = input.sizes[0]
      let grid = try Tensor.randomNumbers([count, 5, 3, 2], RandomGenerator(seed: 9))
      return [try GridSampler(.linear, .border, alignsCorners: false)(input, grid)]
    },
  ]

  private static let others = [
    each("Fourier transform", of: [[1], [37], [7, 131], [13, 5, 4], [1, 64]]) {
      let wide = try $0.converted(to: .complex64)
      return [
        try FourierTransform.complex(wide, [-1], .none, forward: true),
        try FourierTransform.real($0, [0], .count, isHalf: true),
      ]
    },
    Case("normal numbers") { generator in
      try [[15], [16], [17], [4099], [131, 131]].map {
        let tensor = try Tensor.empty($0)
        try tensor.fillNormal(mean: 1, deviation: 2, generator)
        return tensor
      }
    },
    Case("recurrent", within: 1e-5) { generator in
      try [(RecurrentKind.lstm, 4), (.gru, 3), (.tanh, 1)].flatMap { kind, gates in
        try [1, 5, 37].flatMap { batch in
          let (size, steps) = (7, 3)
          let weights = try [size, size].map {
            try Tensor.randomNumbers([gates * size, $0], generator)
          }
          let state = try Tensor.randomNumbers([batch, size], generator)
          let data = try Tensor.randomNumbers([steps * batch, size], generator)
          let layer = try RecurrentLayer(kind, weights: weights, hasBiases: false)
          let result = try layer(
            data, batchSizes: Array(repeating: batch, count: steps), hidden: state,
            cell: kind == .lstm ? state : nil)
          return [result.output, result.hidden] + [result.cell].compactMap { $0 }
        }
      }
    },
  ]
}
