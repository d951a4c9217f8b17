import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Foundation
import Testing

@testable import FXPasses

/// The region passes against PyTorch's own results.
struct PairTests {
  @Test func fixturesAreThere() { #expect(PairCase.all.count >= 30) }

  @Test(arguments: PairCase.all)
  func resultIsPyTorchs(_ pair: PairCase) throws {
    for (ending, pipeline) in PairCase.pipelines where pair.results[ending] == true {
      let program = try pair.program()
      _ = try pair.run(pipeline, on: program)
      let found = try program.json()
      let expected = try pair.bytes(ending)
      #expect(found == expected, "\(pair.name).\(ending): \(firstDifference(found, expected))")
    }
  }

  @Test(arguments: PairCase.all)
  func statesAreKept(_ pair: PairCase) throws {
    for (_, pipeline) in PairCase.pipelines {
      let program = try pair.program()
      let before = try ModeAnalysis(program.copy().module, ambient: pair.ambient)
      _ = try pair.run(pipeline, on: program)
      let after = try ModeAnalysis(program.module, ambient: pair.ambient)
      #expect(before.changes(to: after) == [], "\(pipeline)")
      #expect(after.changes(to: before) == [], "\(pipeline)")
    }
  }

  @Test(arguments: PairCase.all)
  func secondRunChangesNothing(_ pair: PairCase) throws {
    for (_, pipeline) in PairCase.pipelines.dropLast() {
      let program = try pair.program()
      _ = try pair.run(pipeline, on: program)
      let once = try program.json()
      _ = try pair.run(pipeline, on: program)
      let twice = try program.json()
      #expect(once == twice, "\(pipeline): \(firstDifference(twice, once))")
    }
  }

  @Test(arguments: PairCase.all)
  func allRegionsOptionLeavesNoSwitch(_ pair: PairCase) throws {
    let program = try pair.program()
    let before = try ModeAnalysis(program.copy().module, ambient: pair.ambient)
    _ = try pair.run("replace-set-grad,replace-autocast=all-regions", on: program)
    let after = try ModeAnalysis(program.module, ambient: pair.ambient)
    #expect(before.changes(to: after) == [])
    let atoms = RegionAtoms(program.module.context)
    program.module.forEachGraphModule { path, module in
      #expect(!module.graph.nodes.contains(where: atoms.isSwitch), "\(path)")
    }
    let once = try program.json()
    let reports = try pair.run("replace-set-grad,replace-autocast=all-regions", on: program)
    #expect(reports.allSatisfy { !$0.hasChanged })
    #expect(try program.json() == once)
  }

  @Test(arguments: PairCase.all)
  func analysisAgreesWithTheOracle(_ pair: PairCase) throws {
    let program = try pair.program()
    let data = try Data(Fixtures.read("pairs/\(pair.name).states.json"))
    let oracle = try #require(
      JSONSerialization.jsonObject(with: data) as? [String: [String: [Any]]])
    for (word, ambient) in [("on", true), ("off", false)] {
      let analysis = try ModeAnalysis(
        program.module, ambient: OperatorState(isGradEnabled: ambient))
      var found: [String: String] = [:]
      for (key, state) in analysis.operatorStates() { found[key] = text(of: state) }
      var expected: [String: String] = [:]
      for (key, state) in oracle[word] ?? [:] { expected[key] = try text(of: state) }
      #expect(found == expected, "ambient \(word)")
    }
  }

  private func text(of state: OperatorState) -> String {
    let regions = state.autocasts.map {
      let dtype = $0.dtype.map { "torch.\($0.name)" } ?? "-"
      return "\($0.deviceType) \(dtype) \($0.isEnabled) \($0.isCacheEnabled.map { "\($0)" } ?? "-")"
    }
    return "\(state.isGradEnabled) \(regions)"
  }

  private func text(of state: [Any]) throws -> String {
    let grad = try #require(state.first as? Bool)
    let regions = try #require(state.last as? [[Any]]).map { region in
      let device = region[0] as? String ?? "-"
      let dtype = region[1] as? String ?? "-"
      let isEnabled = region[2] as? Bool ?? true
      let cache = (region[3] as? Bool).map { "\($0)" } ?? "-"
      return "\(device) \(dtype) \(isEnabled) \(cache)"
    }
    return "\(grad) \(regions)"
  }
}

/// Shows the place where two documents begin to differ.
func firstDifference(_ a: [UInt8], _ b: [UInt8]) -> String {
  guard a != b else { return "equal" }
  let place = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
  func around(_ bytes: [UInt8]) -> String {
    let start = max(0, min(place, bytes.count) - 160)
    return String(decoding: bytes[start..<min(place + 120, bytes.count)], as: UTF8.self)
  }
  return "byte \(place)\n    \(around(a))\n    \(around(b))"
}
