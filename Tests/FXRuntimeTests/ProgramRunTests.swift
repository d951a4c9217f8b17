import FXOperators
import FXRuntime
import FXTensor
import Testing

/// Programs of quantized numbers, groups, boxes and nested `vmap`s, and of operators of torchvision and
/// torchaudio, against PyTorch.
@Suite struct ProgramRunTests {
  @Test(arguments: [("programs", 10), ("libraries", 22)])
  func matches(_ name: String, _ count: Int) throws {
    let cases = try RunCases("runs/\(name)").cases
    #expect(cases.count == count)
    for each in cases {
      if let difference = each.difference() { Issue.record("\(each.name): \(difference)") }
    }
  }
}

/// Comparisons of programs that compute the same with other roundings.
@Suite struct RoundingComparisonTests {
  private static let cases = Result { try RunCases("runs/libraries").cases }

  /// Compares two programs of the group `rounding` on the inputs of the first.
  private func isSame(_ first: String, _ second: String) throws -> Bool {
    let cases = try Self.cases.get()
    func runner(_ name: String) throws -> (RunCase, ProgramRunner) {
      let each = try #require(cases.first { $0.name == "rounding/\(name)" })
      return (each, try ProgramRunner(each.program(), state: [:]))
    }
    let ((sample, a), (_, b)) = (try runner(first), try runner(second))
    let inputs = try a.inputs.indices.map {
      IValue.tensor(try sample.input($0, a.inputs[$0].value))
    }
    return try ModelComparison(a, b, inputs: inputs, allowsRounding: true).isSame
  }

  @Test(arguments: [
    ("bfloat16-product", "bfloat16-sums"), ("float16-product", "float16-sums"),
    ("autocast-linear", "autocast-sum"),
  ])
  func boundsFollowTheLowestPrecision(_ first: String, _ second: String) throws {
    #expect(try isSame(first, second))
    #expect(try isSame(second, first))
  }

  @Test func inputsAreExact() throws {
    // Numbers that are given in bfloat16 are no reason for bounds of bfloat16.
    #expect(try isSame("float-exact", "float-exact"))
    #expect(try !isSame("float-exact", "float-far"))
  }
}
