import Testing

/// Random chains of views and in-place operators leave what they leave in PyTorch.
@Suite struct AliasingTests {
  private static let cases = Result { try RunCases("aliasing/chains").cases }
  private static let parts = 4

  @Test(arguments: 0..<parts) func chainsMatch(part: Int) throws {
    let cases = try Self.cases.get()
    #expect(cases.count >= 200)
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      if let difference = cases[index].difference() {
        Issue.record("\(cases[index].name): \(difference)")
      }
    }
  }
}
