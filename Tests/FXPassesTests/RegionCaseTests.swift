import FXCore
import FXGraph
import FXTestSupport
import Testing

@testable import FXPasses

/// A random graph with switches and subgraphs, and what PyTorch's passes make of it.
struct RegionCase {
  var name = ""
  var ambient = OperatorState()
  var input: [String] = []
  /// By pipeline, where PyTorch keeps every operator's state.
  var results: [String: [String]] = [:]

  static func read(_ text: String) -> [RegionCase] {
    var result: [RegionCase] = []
    var current = RegionCase()
    for line in text.split(separator: "\n") {
      let word = String(line.prefix { $0 != " " })
      let rest = String(line.dropFirst(word.count + 1))
      switch word {
      case "case": current = RegionCase(name: rest)
      case "ambient": current.ambient.isGradEnabled = rest == "1"
      case "in": current.input.append(rest)
      case "end": result.append(current)
      default: current.results[word, default: []].append(rest)
      }
    }
    return result
  }

  /// Runs a pipeline on a module and returns its lines.
  func run(_ pipeline: String, on module: GraphModule) throws -> [String] {
    let context = PassContext()
    context.isAmbientGradEnabled = ambient.isGradEnabled
    try PassPipeline(pipeline).run(on: module, context: context)
    return GraphText.lines(of: module)
  }
}

struct RegionCaseTests {
  static let cases = RegionCase.read(
    (try? String(decoding: Fixtures.read("splits/regions.txt"), as: UTF8.self)) ?? "")

  @Test func fixturesAreThere() { #expect(Self.cases.count >= 50) }

  @Test(arguments: [
    ("post", "replace-set-grad,replace-autocast", 48), ("grad", "replace-set-grad", 48),
    ("autocast", "replace-autocast", 60),
  ])
  func resultIsPyTorchs(_ word: String, _ pipeline: String, count: Int) throws {
    var tried = 0
    for test in Self.cases {
      guard let expected = test.results[word] else { continue }
      tried += 1
      let found = try test.run(pipeline, on: GraphText.module(test.input))
      expectEqual(found, expected, "case \(test.name)")
    }
    #expect(tried == count)
  }

  @Test(arguments: [
    "replace-set-grad", "replace-autocast", "replace-set-grad,replace-autocast",
    "replace-autocast,replace-set-grad", "replace-set-grad,replace-autocast=all-regions",
  ])
  func statesAreKept(_ pipeline: String) throws {
    for test in Self.cases {
      let module = GraphText.module(test.input)
      let before = try ModeAnalysis(module.copy(), ambient: test.ambient)
      _ = try test.run(pipeline, on: module)
      let after = try ModeAnalysis(module, ambient: test.ambient)
      #expect(before.changes(to: after) == [], "case \(test.name)")
      #expect(after.changes(to: before) == [], "case \(test.name)")
    }
  }

  /// What is left keeps its state; what is gone was dead or computed twice.
  @Test func cleanupsChangeNoState() throws {
    for test in Self.cases {
      let module = GraphText.module(test.input)
      let before = try ModeAnalysis(module.copy(), ambient: test.ambient)
      _ = try test.run(
        "eliminate-dead-code,eliminate-common-subexpressions,strip-metadata", on: module)
      let after = try ModeAnalysis(module, ambient: test.ambient)
      #expect(after.changes(to: before) == [], "case \(test.name)")
    }
  }

  @Test(arguments: [
    "replace-set-grad", "replace-set-grad,replace-autocast=all-regions",
    "eliminate-common-subexpressions", "strip-metadata",
    "eliminate-common-subexpressions,eliminate-dead-code",
  ])
  func secondRunChangesNothing(_ pipeline: String) throws {
    for test in Self.cases {
      let module = GraphText.module(test.input)
      let once = try test.run(pipeline, on: module)
      expectEqual(try test.run(pipeline, on: module), once, "case \(test.name)")
    }
  }
}
