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

  @Test func matchesAsItIs() throws {
    let differences = try Self.cases.get().compactMap { each in
      each.difference().map { "\(each.name): \($0)" }
    }
    // A run calls an operator for each part of the batch, where PyTorch makes one convolution of all groups,
    // one lookup of all indices and one solution: the elements are equal, the strides are not.
    #expect(
      differences == [
        "vmap/filters-of-groups: output 0: the strides [32, 16, 4, 1] instead of [16, 48, 4, 1] of "
          + "sizes [3, 2, 4, 4]",
        "vmap/indices: output 1: the strides [8, 2, 1] instead of [8, 1, 4] of sizes [5, 4, 2]",
        "vmap/apart: output 1: the strides [16, 4, 2, 1] instead of [16, 2, 1, 8] of sizes "
          + "[5, 4, 2, 2]",
        "vmap/algebra: output 2: the strides [3, 1] instead of [1, 4] of sizes [4, 3]",
      ])
  }

  @Test func matchesTakenApart() throws {
    let (left, cases) = (try Self.left.get(), try Self.cases.get())
    #expect(cases.count == 53)
    for each in cases {
      if let found = each.decomposedDifference(left: left) {
        Issue.record("\(each.name): \(found)")
      }
    }
  }
}
