import FXTestSupport
import Testing

/// Programs that write, run after `functionalize`: PyTorch's numbers, and nothing that writes.
struct FunctionalizedRunTests {
  @Test(arguments: ["aliasing/chains", "runs/zoo", "runs/apart"])
  func matchesFunctionalized(_ name: String) throws {
    for each in try RunCases(name).cases {
      if let found = each.functionalizedDifference() { Issue.record("\(each.name): \(found)") }
    }
  }
}
