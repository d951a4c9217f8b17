import Testing

/// The samples of PyTorch's operator tests, with their inputs as constants that are folded.
@Suite struct FoldedOperatorTests {
  private static let parts = 4
  private static let different = Result { try RunExceptions("operators/exceptions.txt") }

  @Test(arguments: RunCases.dtypes, 0..<parts)
  func samplesMatchFolded(dtype: String, part: Int) throws {
    let cases = try #require(try RunCases.operators.get()[dtype])
    let different = try Self.different.get()
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let id = "\(dtype) \(cases[index].name)"
      if different.reasons[id] != nil { continue }
      if let found = cases[index].foldedDifference() { Issue.record("\(id): \(found)") }
    }
  }

  @Test func mostSamplesAreFoldedToTheirOutputs() throws {
    let cases = try #require(try RunCases.operators.get()["float32"])
    let folded = cases.count { $0.isFoldedAway() }
    #expect(Double(folded) >= 0.8 * Double(cases.count))
  }
}
