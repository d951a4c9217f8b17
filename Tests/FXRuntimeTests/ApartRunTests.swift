import FXTestSupport
import Testing

/// Programs that `decompose` takes apart in ways of its own, against PyTorch: regions of `torch.vmap`,
/// lazy conjugates, parts whose place depends on data, diagonals that are written to.
@Suite struct ApartRunTests {
  private static let cases = Result { try RunCases("runs/apart").cases }
  /// The operators beyond core ATen that `run_decompositions` leaves as well.
  private static let left = Result {
    let text = String(decoding: try Fixtures.read("decompositions/left.txt"), as: UTF8.self)
    let names = text.split(separator: "\n").map(String.init)
    return Set(names).union(["torch.ops.aten._neg_view.default"]).subtracting([
      "torch.ops.aten.bernoulli.p", "torch.ops.aten.diagonal_scatter.default",
    ])
  }

  @Test func matchesTakenApart() throws {
    let (left, cases) = (try Self.left.get(), try Self.cases.get())
    #expect(cases.count == 47)
    for each in cases {
      if let found = each.decomposedDifference(left: left) {
        Issue.record("\(each.name): \(found)")
      }
    }
  }
}
