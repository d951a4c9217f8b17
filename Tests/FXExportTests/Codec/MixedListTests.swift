import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Lists that mix tensors and symbols, in the forms that keep no tag and after changes.
@Suite struct MixedListTests {
  /// The program without the tags that its lists were read with.
  private func programWithoutTags(_ name: String) throws -> (ExportedProgram, [UInt8]) {
    let bytes = try Fixtures.read("programs/\(name).json")
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    program.module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.kind == .callFunction {
        node.args = node.args.map(Self.withoutTags)
      }
    }
    return (program, bytes)
  }

  private static func withoutTags(_ argument: Argument) -> Argument {
    switch argument {
    // What is empty has the type of its parameter, or is a list of tensors.
    case .list(let parts, let tag):
      parts.isEmpty && tag != .asTensors ? argument : .list(parts.map(withoutTags))
    case .dict(let entries):
      .dict(entries.map { .init(key: $0.key, value: withoutTags($0.value)) })
    default: argument
    }
  }

  @Test(arguments: [
    "mixed-lists", "cond-operands-mixed", "cond-operands-symbols", "while-loop-on-size",
    "map-on-size", "scan-on-size", "region-on-size",
  ])
  func areSpelledAsPyTorchChooses(_ name: String) throws {
    let (program, bytes) = try programWithoutTags(name)
    #expect(try program.json() == bytes)
  }

  @Test func thatNoFormHoldsAreNamed() throws {
    let bytes = try Fixtures.read("programs/cond-operands-mixed.json")
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let cond = try #require(program.graph.nodes.first { $0.target.hasSuffix(".cond") })
    let operands = try #require(cond.arg(3)?.elements)
    cond.args = Array(cond.args.dropLast()) + [.list(operands + [3])]
    do throws(FXError) {
      _ = try program.json()
      Issue.record("no error")
    } catch {
      #expect(error.code == .notSerializable)
      #expect(error.place.node == cond.name)
      #expect(error.message.contains("a list of integers, tensors and symbolic integers"))
    }
  }

  /// A subgraph has no name by which a list could hold it.
  @Test func holdNoSubgraphs() throws {
    let bytes = try Fixtures.read("programs/cond-operands-mixed.json")
    let program = try bytes.withUnsafeBytes { try ExportedProgram(json: $0) }
    let cond = try #require(program.graph.nodes.first { $0.target.hasSuffix(".cond") })
    let branch = try #require(cond.arg(1))
    cond.args = Array(cond.args.dropLast()) + [.list([branch])]
    expectFXError(.notSerializable) { try program.json() }
  }
}
