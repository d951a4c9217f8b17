import FXATen
import FXOperators
import FXTestSupport
import Testing

/// Shapes that follow from operators, in the samples of PyTorch's operator tests and in the zoo.
@Suite struct OperatorShapeTests {
  private static let parts = 3

  @Test(arguments: RunCases.dtypes, 0..<parts)
  func samplesHaveTheShapesOfTheirOperators(dtype: String, part: Int) throws {
    let cases = try #require(try RunCases.operators.get()[dtype])
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let found = cases[index].shapeDifference()
      if let found { Issue.record("\(dtype) \(cases[index].name): \(found)") }
    }
  }

  @Test func modelsHaveTheShapesOfTheirOperators() throws {
    for each in try RunCases("runs/zoo").cases {
      if let found = each.shapeDifference() { Issue.record("\(each.name): \(found)") }
    }
  }

  @Test func operatorsWithAKernelAloneHaveAShapeRule() {
    let missing = OperatorRegistry.pyTorch.definitions.filter {
      $0.kernel != nil && $0.decomposition == nil && $0.shape == nil
    }
    #expect(missing.flatMap(\.names) == [])
  }

  @Test func operatorsAreDefinedOnce() {
    var names: Set<String> = []
    let repeated = OperatorRegistry.pyTorch.definitions.flatMap(\.names).filter {
      !names.insert($0).inserted
    }
    #expect(repeated == [])
  }
}
