import FXTestSupport
import Testing

/// The samples of PyTorch's operator tests, taken apart by `decompose`, against PyTorch.
@Suite struct DecomposedOperatorTests {
  private static let parts = 4
  private static let exceptions = Result { try RunExceptions("decompositions/exceptions.txt") }
  /// Samples that differ before they are taken apart.
  private static let different = Result { try RunExceptions("operators/exceptions.txt") }
  /// The operators beyond core ATen that `run_decompositions` leaves in these programs.
  private static let left = Result {
    let text = String(decoding: try Fixtures.read("decompositions/left.txt"), as: UTF8.self)
    return Set(text.split(separator: "\n").map(String.init))
  }

  @Test(arguments: RunCases.dtypes, 0..<parts)
  func samplesMatchTakenApart(dtype: String, part: Int) throws {
    let cases = try #require(try RunCases.operators.get()[dtype])
    let (exceptions, different) = (try Self.exceptions.get(), try Self.different.get())
    let left = try Self.left.get().union(exceptions.reasons.keys)
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let id = "\(dtype) \(cases[index].name)"
      let found = cases[index].decomposedDifference(left: left)
      if different.reasons[id] == nil { exceptions.check(id, found) }
    }
  }

  @Test func exceptionsThatNameOperatorsAreNeeded() throws {
    let known = try Self.left.get()
    for operation in try Self.exceptions.get().reasons.keys where operation.hasPrefix("torch.") {
      #expect(!known.contains(operation))
      let isFound = try RunCases.operators.get().values.joined().contains { each in
        each.mentions(operation) && each.operatorsLeft()?.contains(operation) == true
      }
      #expect(isFound, "decompose does not leave \(operation): take it off the table")
    }
  }

  @Test func chainsOfViewsMatchTakenApart() throws {
    // PyTorch left this one in those that it has made functional.
    let left = try Self.left.get().union(["torch.ops.prims.copy_strided.default"])
    for each in try RunCases("aliasing/chains").cases {
      if let found = each.decomposedDifference(left: left) {
        Issue.record("\(each.name): \(found)")
      }
    }
  }

  @Test func modelsMatchTakenApart() throws {
    let left = try Self.left.get()
    for each in try RunCases("runs/zoo").cases {
      if let found = each.decomposedDifference(left: left) {
        Issue.record("\(each.name): \(found)")
      }
    }
  }
}
