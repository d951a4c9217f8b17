import FXCore
import FXTensor
import Testing

@testable import FXKernels

/// Convolutions by oneDNN, and by products with columns, against sums over windows.
@Suite struct ConvolutionTests {
  /// A convolution and its operands.
  struct Shape: CustomTestStringConvertible, Sendable {
    var input: [Int]
    var weight: [Int]
    var stride = [1]
    var padding = [0]
    var dilation = [1]
    var groups = 1
    var hasBias = true
    var format = MemoryFormat.contiguous
    /// Whether oneDNN has fast code for the shape on every processor.
    var isOrdinary = false

    var testDescription: String {
      "\(input) * \(weight), \(stride) \(padding) \(dilation), \(groups) groups, \(format)"
    }
  }

  static let shapes: [Shape] = [
    Shape(input: [1, 3, 20, 20], weight: [16, 3, 3, 3], padding: [1], isOrdinary: true),
    Shape(input: [2, 16, 9, 11], weight: [33, 16, 3, 5], stride: [2, 1], padding: [1, 2]),
    Shape(input: [3, 8, 12, 12], weight: [8, 8, 1, 1], hasBias: false),
    Shape(
      input: [1, 64, 14, 14], weight: [64, 64, 3, 3], stride: [3], padding: [1], isOrdinary: true),
    Shape(input: [1, 32, 10, 10], weight: [64, 32, 3, 3], padding: [2], dilation: [2]),
    Shape(input: [1, 32, 15, 15], weight: [32, 1, 3, 3], padding: [1], groups: 32),
    Shape(input: [2, 12, 8, 8], weight: [24, 4, 3, 3], groups: 3),
    Shape(input: [1, 16, 16, 16], weight: [40, 16, 3, 3], padding: [1], format: .channelsLast),
    Shape(input: [2, 8, 50], weight: [16, 8, 7], stride: [2], padding: [3]),
    Shape(input: [1, 4, 6, 7, 8], weight: [8, 4, 3, 3, 3], padding: [1]),
    Shape(
      input: [1, 4, 6, 7, 8], weight: [8, 4, 3, 3, 3], stride: [2], format: .channelsLast3d),
    // Long rows are divided; the first and the last tile, or two, see the padding.
    Shape(input: [2, 16, 3000], weight: [16, 16, 5], padding: [8], dilation: [4]),
    Shape(input: [1, 8, 2100], weight: [8, 8, 3], stride: [2], padding: [1]),
    Shape(input: [1, 4, 2000], weight: [16, 4, 2], padding: [600]),
    Shape(input: [1, 4, 3, 1100], weight: [8, 4, 3, 7], padding: [1, 3], format: .channelsLast),
    // What is left of the input reaches no window.
    Shape(input: [1, 3, 18, 18], weight: [48, 3, 4, 4], stride: [4]),
  ]

  @Test func resultsThatCanNotBeCountedAreErrors() throws {
    let most = Int(Int32.max)
    let convolution = try Convolution(rank: 3, stride: [1], padding: [most], dilation: [1])
    let (input, weight) = (try Tensor.zeros([1, 1, 1, 1, 1]), try Tensor.zeros([1, 1, 1, 1, 1]))
    #expect(throws: FXError.self) { try convolution(input, weight, nil) }
  }

  /// Every version that is installed, the one that is used by itself among them.
  static let libraries = OneDNN.majors.compactMap { OneDNN(major: $0) }

  @Test(.enabled(if: !libraries.isEmpty, "oneDNN is optional"))
  func isThere() throws {
    let used = try #require(OneDNN.installed)
    #expect(Self.libraries.first == used)
    #expect(used.version.split(separator: ".").count == 3)
    #expect(used.name == "libdnnl.so.\(used.version.prefix(1))")
    #expect(SystemLibrary.oneDNN.found == "\(used.version) (\(used.name))")
    #expect(!SystemLibrary.oneDNN.isMissing)
    #expect(OneDNN(major: 1) == nil && OneDNN(major: 4) == nil)
  }

  @Test(arguments: shapes) func agreesWithSums(shape: Shape) throws {
    let convolution = try Convolution(
      rank: shape.input.count - 2, stride: shape.stride, padding: shape.padding,
      dilation: shape.dilation, groups: shape.groups)
    let generator = RandomGenerator(seed: 3)
    let input = try Tensor.randomNumbers(shape.input, generator)
    let weight = try Tensor.randomNumbers(shape.weight, generator)
    let bias = try shape.hasBias ? Tensor.randomNumbers([shape.weight[0]], generator) : nil
    let sizes = try convolution.outputShape(input, weight, bias)
    let expected = try WindowSums(convolution, input, weight, bias).result(sizes)
    func check(_ result: Tensor, _ way: String) throws {
      let difference = try TensorDifference(
        result, expected: expected, .init(relative: 1e-5, absolute: 1e-4))
      #expect(difference.isClose, "\(way): up to \(difference.greatestAbsolute)")
    }

    let columns = try Tensor.empty(sizes)
    try convolution.gather(
      input, weight, bias, into: columns, convolution.windows(input, weight, columns))
    try check(columns, "columns")
    let source = try input.contiguous(shape.format)
    try check(convolution(source, weight, bias), "whatever is chosen")
    for library in Self.libraries {
      let result = try Tensor.empty(sizes, format: shape.format)
      let fast = OneDNNConvolution(
        convolution, source, weight, bias, into: result, library: library)
      if try fast.run() {
        try check(result, library.name)
      } else {
        #expect(!shape.isOrdinary, "\(library.name)")
      }
    }
  }

  @Test func withoutTheLibraryNothingIsDone() throws {
    let convolution = try Convolution(rank: 1, stride: [1], padding: [0], dilation: [1])
    let (input, weight) = (try Tensor.zeros([1, 1, 8]), try Tensor.zeros([1, 1, 3]))
    let result = try Tensor.zeros([1, 1, 6])
    let fast = OneDNNConvolution(convolution, input, weight, nil, into: result, library: nil)
    #expect(try !fast.run())
  }
}

extension Tensor {
  /// Makes numbers between -1 and 1.
  static func randomNumbers(_ sizes: [Int], _ generator: RandomGenerator) throws -> Tensor {
    let result = try Tensor.empty(sizes)
    let start = try result.mutablePointer(Float.self)
    for index in 0..<result.elementCount {
      start[index] = Float(Int32(bitPattern: generator.next32())) * 0x1p-31
    }
    return result
  }
}
