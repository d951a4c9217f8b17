import FXTestSupport
import Testing

/// The samples of PyTorch's operator tests, taken apart by `decompose`, against PyTorch.
@Suite struct DecomposedOperatorTests {
  private static let parts = 4

  @Test(arguments: RunCases.dtypes, 0..<parts)
  func samplesMatchTakenApart(dtype: String, part: Int) throws {
    let cases = try #require(try RunCases.operators.get()[dtype])
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let found = cases[index].decomposedDifference(left: [])
      if let found { Issue.record("\(dtype) \(cases[index].name): \(found)") }
    }
  }
}
