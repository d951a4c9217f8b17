import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Foundation
import Testing

@testable import FXPasses

/// One pair of the fixtures: a program, and what PyTorch's region passes make of it.
struct PairCase: Sendable, CustomTestStringConvertible {
  let name: String
  let isAmbientGradEnabled: Bool
  /// By the ending of the file: whether PyTorch kept every operator's state in it.
  let results: [String: Bool]

  var testDescription: String { name }

  /// The pipelines by the ending of the file that holds PyTorch's result.
  static let pipelines = [
    ("post", "replace-set-grad,replace-autocast"), ("post.set-grad", "replace-set-grad"),
    ("post.autocast", "replace-autocast"),
  ]

  static let all: [PairCase] = {
    guard let data = try? Data(Fixtures.read("manifest.json")),
      let manifest = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let files = manifest["files"] as? [String: [String: Any]]
    else { return [] }
    return files.keys.filter { $0.hasPrefix("pairs/") && $0.hasSuffix(".pre.json") }.sorted().map {
      let name = String($0.dropFirst(6).dropLast(9))
      var results: [String: Bool] = [:]
      for (ending, _) in pipelines {
        let facts = files["pairs/\(name).\(ending).json"]
        results[ending] = facts?["keeps_states"] as? Bool
      }
      return PairCase(
        name: name, isAmbientGradEnabled: files[$0]?["ambient"] as? String == "on",
        results: results)
    }
  }()

  var ambient: OperatorState { OperatorState(isGradEnabled: isAmbientGradEnabled) }

  func program() throws -> ExportedProgram {
    try Fixtures.read("pairs/\(name).pre.json").withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  func bytes(_ ending: String) throws -> [UInt8] {
    try Fixtures.read("pairs/\(name).\(ending).json")
  }

  func run(_ pipeline: String, on program: ExportedProgram) throws -> [PassPipeline.Report] {
    let context = PassContext()
    context.isAmbientGradEnabled = isAmbientGradEnabled
    // None of these passes changes a signature.
    var program = program
    return try PassPipeline(pipeline).run(on: &program, context: context)
  }
}
