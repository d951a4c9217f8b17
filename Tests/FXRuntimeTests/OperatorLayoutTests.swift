import FXTestSupport
import Testing

/// Strides of results of operators whose inputs are permuted, sliced, expanded, in `channels_last`,
/// or of size 1 or 0, against PyTorch's.
@Suite struct OperatorLayoutTests {
  private static let parts = 4
  private static let table = "layouts/exceptions.txt"
  private static let exceptions = Result { try RunExceptions(table) }
  /// The operators beyond core ATen that `run_decompositions` leaves.
  private static let left = Result {
    let text = String(decoding: try Fixtures.read("decompositions/left.txt"), as: UTF8.self)
    let listed = try RunExceptions("decompositions/exceptions.txt").reasons.keys
    return Set(text.split(separator: "\n").map(String.init)).union(listed)
  }

  /// What is compared.
  enum Question: String, CaseIterable {
    /// The strides of a run.
    case run
    /// The elements of a run, with those of a run on row-major inputs.
    case elements
    /// The strides that shape rules give each node.
    case shapes
    /// The strides of a run of the program taken apart, and what its graph says of them.
    case decomposed

    func difference(of each: LayoutCase) throws -> String? {
      switch self {
      case .run: each.kernelDifference()
      case .elements: each.elementDifference()
      case .shapes: each.shapeDifference()
      case .decomposed: each.decomposedDifference(left: try left.get())
      }
    }
  }

  @Test(.disabled(if: RunExceptions.blesses), arguments: Question.allCases, 0..<parts)
  func stridesMatch(question: Question, part: Int) throws {
    let (cases, exceptions) = (try LayoutCase.all.get(), try Self.exceptions.get())
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      let found = try question.difference(of: cases[index])
      exceptions.check("\(question.rawValue) \(cases[index].id)", found)
    }
  }

  @Test func exceptionsNameCases() throws {
    let known = try LayoutCase.all.get().flatMap { each in
      Question.allCases.map { "\($0.rawValue) \(each.id)" }
    }
    #expect(try Set(Self.exceptions.get().reasons.keys).subtracting(known) == [])
    #expect(known.count > 10_000)
  }

  /// Takes what matches off the table and adds what does not, whose reason is to be found.
  @Test(.enabled(if: RunExceptions.blesses)) func blessExceptions() throws {
    var found: [String: String] = [:]
    for each in try LayoutCase.all.get() {
      for question in Question.allCases {
        let difference = try question.difference(of: each)
        if let difference { found["\(question.rawValue) \(each.id)"] = difference }
      }
    }
    try Self.exceptions.get().write(found, to: Self.table)
    Issue.record("the table of exceptions is written anew")
  }
}
