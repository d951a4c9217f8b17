import Testing

/// Programs of quantized numbers, groups, boxes and nested `vmap`s, against PyTorch.
@Suite struct ProgramRunTests {
  private static let cases = Result { try RunCases("runs/programs").cases }

  @Test func matches() throws {
    let cases = try Self.cases.get()
    #expect(cases.count == 10)
    for each in cases {
      if let difference = each.difference() { Issue.record("\(each.name): \(difference)") }
    }
  }
}
