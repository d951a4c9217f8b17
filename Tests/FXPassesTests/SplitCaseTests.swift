import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXPasses

/// A graph, a split of it, and what torch.fx made of both.
struct SplitCase {
  var name = ""
  var options = SplitOptions()
  var input: [String] = []
  var parts: [Int] = []
  var split: [String]?
  var inlined: [String]?
  var names: [String] = []

  static func read(_ text: String) -> [SplitCase] {
    var result: [SplitCase] = []
    var current = SplitCase()
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let rest = String(line.dropFirst(words[0].count + 1))
      switch words[0] {
      case "case": current = SplitCase(name: rest)
      case "options":
        current.options.keepOriginalOrder = words[1] == "1"
        current.options.keepOriginalNodeName = words[2] == "1"
        current.options.keepOriginalInputName = words[3] == "1"
        current.options.tupleReturn = words[4] == "1"
        current.options.partitionAffix = words[5] == "-" ? nil : words[5]
      case "in": current.input.append(rest)
      case "parts": current.parts = words.dropFirst().compactMap { Int($0) }
      case "out": current.split = (current.split ?? []) + [rest]
      case "inl": current.inlined = (current.inlined ?? []) + [rest]
      case "q": current.names.append(rest)
      case "end": result.append(current)
      default: break
      }
    }
    return result
  }
}

struct SplitCaseTests {
  static let cases = SplitCase.read(
    (try? String(decoding: Fixtures.read("splits/cases.txt"), as: UTF8.self)) ?? "")

  @Test func fixturesAreThere() { #expect(Self.cases.count >= 100) }

  @Test func splitIsTorchFXs() throws {
    var inlinedCount = 0
    for test in Self.cases {
      let module = GraphText.module(test.input)
      expectEqual(GraphText.lines(of: module), test.input, "case \(test.name): reading")
      var position = -1
      var parts: [NodeID: Int] = [:]
      for node in module.graph.nodes {
        position += 1
        parts[node.id] = test.parts[position]
      }
      guard let expected = test.split else {
        #expect(throws: FXError.self, "case \(test.name)") {
          try module.splitModule(options: test.options) { parts[$0.id]! }
        }
        continue
      }
      let result = try module.split(options: test.options) { parts[$0.id]! }
      expectEqual(GraphText.lines(of: result.module), expected, "case \(test.name): split")
      #expect(
        result.qualifiedNames.map { "\($0) \($1)" }.sorted() == test.names, "case \(test.name)")
      result.module.forEachGraphModule { path, module in
        #expect(module.graph.lint() == [], "case \(test.name): \(path)")
      }
      expectEqual(GraphText.lines(of: module), test.input, "case \(test.name): source")
      guard let inlined = test.inlined else { continue }
      inlinedCount += 1
      try result.module.inline(result.module.graph.findNodes(.callModule))
      expectEqual(GraphText.lines(of: result.module), inlined, "case \(test.name): inlined")
      #expect(result.module.graph.lint() == [], "case \(test.name)")
    }
    #expect(inlinedCount == 121)
  }
}

/// Compares line by line and reports the first difference only.
func expectEqual(
  _ found: [String], _ expected: [String], _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if found == expected { return }
  let place =
    zip(found, expected).enumerated().first { $1.0 != $1.1 }?.offset
    ?? min(found.count, expected.count)
  let (a, b) = (found.dropFirst(place).first ?? "-", expected.dropFirst(place).first ?? "-")
  Issue.record("\(comment): line \(place): '\(a)', expected '\(b)'", sourceLocation: sourceLocation)
}
