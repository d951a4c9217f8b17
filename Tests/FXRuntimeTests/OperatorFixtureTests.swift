import FXKernels
import FXTestSupport
import Testing

/// Samples of PyTorch's own operator tests against what PyTorch computes.
@Suite struct OperatorFixtureTests {
  static let dtypes = RunCases.dtypes
  private static let parts = 4
  private static let table = "operators/exceptions.txt"
  private static let exceptions = Result { try RunExceptions(table) }
  private static let files = RunCases.operators

  @Test(.disabled(if: RunExceptions.blesses), arguments: dtypes, 0..<parts)
  func samplesMatch(dtype: String, part: Int) throws {
    let cases = try #require(try Self.files.get()[dtype])
    let exceptions = try Self.exceptions.get()
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let id = "\(dtype) \(cases[index].name)"
      exceptions.check(id, cases[index].difference())
    }
  }

  /// The same, with all work divided among more threads than most have elements.
  @Test(.disabled(if: RunExceptions.blesses), arguments: dtypes)
  func dividedSamplesMatch(dtype: String) throws {
    let cases = try #require(try Self.files.get()[dtype])
    let exceptions = try Self.exceptions.get()
    try Division(threadCount: 1024) {
      for each in cases { exceptions.check("\(dtype) \(each.name)", each.difference()) }
    }
  }

  @Test func exceptionsNameSamples() throws {
    let known = try Self.files.get().flatMap { dtype, cases in
      cases.map { "\(dtype) \($0.name)" }
    }
    #expect(try Set(Self.exceptions.get().reasons.keys).subtracting(known) == [])
  }

  @Test func mostSamplesOfFloat32Match() throws {
    let count = try #require(try Self.files.get()["float32"]).count
    let listed = try Self.exceptions.get().reasons.keys.count { $0.hasPrefix("float32 ") }
    #expect(count >= 3500)
    #expect(Double(listed) <= 0.05 * Double(count))
  }

  /// Takes what matches off the table and adds what does not, whose reason is to be found.
  @Test(.enabled(if: RunExceptions.blesses)) func blessExceptions() throws {
    var found: [String: String] = [:]
    for dtype in Self.dtypes {
      for each in try Self.files.get()[dtype] ?? [] {
        if let difference = each.difference() { found["\(dtype) \(each.name)"] = difference }
      }
    }
    try Self.exceptions.get().write(found, to: Self.table)
    Issue.record("the table of exceptions is written anew")
  }
}
