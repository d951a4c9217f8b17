import FXTestSupport
import Testing

/// The samples of PyTorch's operator tests, taken apart by `decompose`, against PyTorch.
@Suite struct DecomposedOperatorTests {
  private static let parts = 4
  /// The operators beyond core ATen that `run_decompositions` leaves in these programs.
  private static let left = Result {
    let text = String(decoding: try Fixtures.read("decompositions/left.txt"), as: UTF8.self)
    return Set(text.split(separator: "\n").map(String.init))
  }

  @Test(arguments: RunCases.dtypes, 0..<parts)
  func samplesMatchTakenApart(dtype: String, part: Int) throws {
    let cases = try #require(try RunCases.operators.get()[dtype])
    let left = try Self.left.get()
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let found = cases[index].decomposedDifference(left: left)
      if let found { Issue.record("\(dtype) \(cases[index].name): \(found)") }
    }
  }
}
