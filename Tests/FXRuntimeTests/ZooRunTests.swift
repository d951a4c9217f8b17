import Testing

/// The models of the zoo, exported and decomposed, in eval and train mode, against PyTorch.
@Suite struct ZooRunTests {
  private static let cases = Result { try RunCases("runs/zoo").cases }
  static let models = [
    "bert", "convnext", "gpt2", "llama", "lstm", "mobilenet-v3", "resnet18", "swin", "t5", "vit",
  ]

  @Test(arguments: models) func matches(model: String) throws {
    let cases = try Self.cases.get().filter { $0.name.hasPrefix("\(model)/") }
    #expect(cases.count == 4)
    for each in cases {
      if let difference = each.difference() { Issue.record("\(each.name): \(difference)") }
    }
  }

  @Test func allModelsAreRun() throws {
    #expect(try Self.cases.get().count == 4 * Self.models.count)
  }
}
