import FXTestSupport
import Glibc
import Testing

/// The cases that are known to differ, with the reasons: a table that may only shrink.
///
/// A line is `CASE: REASON`; the lines before them that begin with `#` are comments.
struct RunExceptions: Sendable {
  /// Whether tables are written anew (`tools/dev bless`).
  static let blesses = getenv("FXKIT_BLESS").map { String(cString: $0) } == "1"

  let reasons: [String: String]
  private let comments: [Substring]

  /// Reads the table of a fixture.
  init(_ path: String) throws {
    var reasons: [String: String] = [:]
    let lines = String(decoding: try Fixtures.read(path), as: UTF8.self).split(separator: "\n")
    comments = lines.filter { $0.hasPrefix("#") }
    for line in lines where !line.hasPrefix("#") {
      guard let colon = line.firstRange(of: ": ") else { throw MalformedFixture(what: "\(line)") }
      reasons[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
    }
    self.reasons = reasons
  }

  /// Records an issue where a case that is not listed differs, or one that is listed doesn't.
  func check(_ id: String, _ difference: String?) {
    if let difference, reasons[id] == nil { Issue.record("\(id): \(difference)") }
    if difference == nil, reasons[id] != nil {
      Issue.record("\(id) matches: take it off the table of exceptions")
    }
  }

  /// Writes the cases that differ; those that were listed keep their reasons.
  func write(_ differences: [String: String], to path: String) throws {
    let lines = differences.map { id, difference in "\(id): \(reasons[id] ?? difference)" }
    let text = (comments.map(String.init) + lines.sorted()).map { "\($0)\n" }.joined()
    try writeFile(Fixtures.path(path), text.utf8)
  }
}
