import FXATen
import FXGraph
import FXTensor
import Testing

@testable import FXOperators

/// What PyTorch computes in corners that no sample of `Fixtures/operators` has.
@Suite struct OperatorCornerTests {
  private let e = ExecutionEnvironment(library: OperatorLibrary(context: GraphContext()))
  private let infinity = Float.infinity

  @Test func takeFollowsStrides() throws {
    let matrix = try Tensor.of([0, 9, 1, 9, 2, 9, 3, 9] as [Float], [2, 4])
    let everySecond = try matrix.asStrided([2, 2], [4, 2])
    let taken = try call("aten::take", .tensor(everySecond), .tensor(.of([3, 1, -4])))
    #expect(try taken.elements(as: Double.self) == [3, 1, 0])
  }

  /// Of two operands in bfloat16 only the divisor and the second factor stay as exact as they are.
  @Test(arguments: [
    ("aten::rsub.Scalar", [16.25, 5.375]), ("aten::add.Tensor", [0.4375, 11.375]),
    ("aten::sub.Tensor", [-16.25, -5.375]), ("aten::mul.Tensor", [-66.5, 25.25]),
    ("aten::div.Tensor", [-0.9453125, 0.357421875]),
  ])
  func numbersBesideNarrowFloats(operation: String, expected: [Double]) throws {
    let narrow = try Tensor.of([-7.9375, 3] as [Float]).converted(to: .bfloat16)
    let result = try call(operation, .tensor(narrow), .float(8.396163642458497))
    #expect(try result.elements(as: Double.self) == expected)
  }

  @Test func factorsOfSumsAreNarrow() throws {
    let sum = try e.call(
      "aten::add.Tensor", .tensor(.of([1, 1] as [Float]).converted(to: .bfloat16)),
      .tensor(.of([100, 10] as [Float]).converted(to: .bfloat16)),
      keywords: [("alpha", .float(1.7))])
    // 1.7 is 1.703125 in bfloat16.
    #expect(try tensor(sum).elements(as: Double.self) == [171, 18])
  }

  @Test(arguments: [
    "aten::special_bessel_j0", "aten::special_bessel_j1", "aten::special_bessel_y0",
    "aten::special_bessel_y1",
  ])
  func infinityHasNoBesselFunction(operation: String) throws {
    let result = try call(operation, .tensor(.of([infinity, -infinity, .nan])))
    #expect(try result.elements(as: Double.self).allSatisfy(\.isNaN))
  }

  @Test func incompleteGammaOfInfinity() throws {
    let a = try Tensor.of([infinity, infinity, .nan, .nan, 1])
    let x = try Tensor.of([infinity, .nan, infinity, 1, infinity])
    let lower = try call("aten::igamma", .tensor(a), .tensor(x)).elements(as: Double.self)
    #expect(lower.map { $0.isNaN ? -1 : $0 } == [-1, 0, 1, -1, 1])
    let upper = try call("aten::igammac", .tensor(a), .tensor(x)).elements(as: Double.self)
    #expect(upper.map { $0.isNaN ? -1 : $0 } == [-1, 1, 0, -1, 0])
  }

  @Test func solutionsOfVectorsLieAsMatricesDo() throws {
    let identity = try Tensor.of([2, 0, 0, 2, 4, 0, 0, 4] as [Float], [2, 2, 2])
    let right = try Tensor.of([4, 8] as [Float])
    let solution = try call("aten::linalg_solve", .tensor(identity), .tensor(right))
    #expect(solution.strides == [1, 2])
    #expect(try solution.elements(as: Double.self) == [2, 4, 1, 2])
  }

  @Test func conjugateOfRealNumbersIsItself() throws {
    let real = try Tensor.of([1, 2, 3, 4] as [Float]).asStrided([2], [2])
    let result = try call("aten::conj_physical", .tensor(real))
    #expect(result.strides == [2])
    #expect(result.storage === real.storage)
  }

  @Test(arguments: ["aten::pixel_shuffle", "aten::pixel_unshuffle"])
  func shuffledPixelsAreCopies(operation: String) throws {
    let image = try Tensor.zeros([1, 2, 2, 4]).asStrided([1, 2, 2, 2], [16, 8, 4, 2])
    let result = try call(operation, .tensor(image), .int(1))
    #expect(result.strides == [8, 4, 2, 1])
    #expect(result.storage !== image.storage)
  }

  @Test func attentionBroadcastsQueries() throws {
    let query = try Tensor.zeros([4, 3, 8])
    let keys = try Tensor.zeros([2, 4, 6, 8])
    let result = try call(
      "aten::scaled_dot_product_attention", .tensor(query), .tensor(keys), .tensor(keys), .none,
      .float(0.5))
    #expect(result.sizes == [2, 4, 3, 8])
  }

  @Test func histogramsAddUpInFloats() throws {
    let weights = try Tensor.of([16_777_216, 1, 1] as [Float])
    let result = try e.call(
      "aten::histogram.bin_ct", .tensor(.of([0, 1, 1] as [Float])), .int(1),
      keywords: [("weight", .tensor(weights))])
    guard case .tensor(let counts)? = result.elements?.first else {
      Issue.record("there are no counts")
      return
    }
    #expect(try counts.elements(as: Double.self) == [16_777_216])
  }

  private func call(_ name: String, _ arguments: IValue...) throws -> Tensor {
    try tensor(e.apply(name, arguments))
  }

  private func tensor(_ value: IValue) throws -> Tensor {
    guard case .tensor(let tensor) = value else { throw NoTensor() }
    return tensor
  }
}

private struct NoTensor: Error {}
