import FXTensor
import Testing

@testable import FXKernels

/// Where small sums of products are rounded: as PyTorch's libraries do it, found by their results.
@Suite struct RoundingTests {
  /// Its square is 1 + 2⁻¹¹ + 2⁻²⁴, which a float can't hold.
  private let factor = 1 + Float(0x1p-12)
  private let negative = -1 - Float(0x1p-11)

  @Test(arguments: [(2, 3, 0), (3, 12, 0), (4, 11, 0), (4, 12, 0x1p-24), (8, 16, 0x1p-24)])
  func productsAreFusedWhereResultsAreLarge(rows: Int, columns: Int, expected: Double) throws {
    let left = try Tensor.of([1, factor] as [Float], [1, 2]).expand([rows, 2]).contiguous()
    let right = try Tensor.of([negative, factor] as [Float], [2, 1]).expand([2, columns])
    let product = try MatrixProduct.product(left, right.contiguous())
    #expect(try product.elements(as: Double.self).allSatisfy { $0 == expected })
  }

  @Test func sumsBeginWithTheAddend() throws {
    let left = try Tensor.of([1, 1] as [Float], [1, 2])
    let right = try Tensor.of([1, 1] as [Float], [2, 1])
    let addend = try Tensor.of([0x1p24] as [Float], [1, 1])
    // 2²⁴ + 1 is 2²⁴ both times.
    let sum = try MatrixProduct.sum(addend, left, right)
    #expect(try sum.elements(as: Double.self) == [0x1p24])
  }

  @Test(arguments: [(1, 1, 0), (2, 1, 0x1p-24), (1, 2, 0x1p-24)])
  func convolutionsAreFusedWhereOneDNNComputesThem(
    batch: Int, groups: Int, expected: Double
  ) throws {
    let input = try Tensor.of([negative, factor] as [Float], [1, 1, 1, 2])
      .expand([batch, groups, 1, 2]).contiguous()
    let weight = try Tensor.of([1, factor] as [Float], [1, 1, 1, 2])
      .expand([groups, 1, 1, 2]).contiguous()
    let convolution = try Convolution(
      rank: 2, stride: [1], padding: [0], dilation: [1], groups: groups)
    let result = try convolution(input, weight, nil)
    #expect(try result.elements(as: Double.self).allSatisfy { $0 == expected })
  }
}
