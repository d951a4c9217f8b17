import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

/// Scans of PyTorch 2.6, which have a dimension and a direction.
@Suite struct ScanUpgradeTests {
  /// A scan that is reversed and goes along the second of three dimensions, with texts replaced.
  private func program(_ edits: (String, String)...) throws -> ExportedProgram {
    let archive = try PT2Archive(path: Fixtures.path("compat/2.6.0/scan.export.pt2"))
    var text = try archive.contents(PT2Path.model("model")).text
    for (find, put) in edits {
      #expect(text.contains(find))
      text = text.replacing(find, with: put)
    }
    return try Array(text.utf8).withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  /// The calls around the scan, each with what is known of its first result.
  private func calls(_ program: ExportedProgram) -> [String] {
    program.graph.nodes.filter { $0.kind == .callFunction && $0.target != Targets.getitem }.map {
      let name = $0.target.replacing("torch.ops.aten.", with: "")
      let args = $0.args.dropFirst().map { "\($0.int.map(String.init) ?? "_")" }
      guard let meta = $0.value?.tensor else { return "\(name) \($0.argCount)" }
      let sizes = (meta.sizes + meta.strides).map { size in
        if case .expr(let expression) = size { expression.displayText } else { "\(size.int ?? -1)" }
      }
      return "\($0.name) = \(name)(\(args.joined(separator: ", "))) \(sizes.joined(separator: " "))"
    }
  }

  private func expect(_ program: ExportedProgram, _ expected: [String]) {
    #expect(calls(program) == expected)
    #expect(ProgramVerifier().findings(in: program).filter { $0.severity == .error }.isEmpty)
    #expect(program.graph.lint().isEmpty)
  }

  private static let dimension = "{\"as_int\": 1}}, {\"name\": \"\", \"arg\": {\"as_bool\": true}}"

  private func turned(_ dimension: Int, _ isReversed: Bool) -> (String, String) {
    (
      Self.dimension,
      "{\"as_int\": \(dimension)}}, {\"name\": \"\", \"arg\": {\"as_bool\": \(isReversed)}}"
    )
  }

  @Test func movesAndFlips() throws {
    let program = try program()
    expect(
      program,
      [
        "movedim = movedim.int(1, 0) 4 s0 2 2 8 1", "flip = flip.default(_) 4 s0 2 2 8 1",
        "torch.ops.higher_order.scan 4", "getitem_1 = flip.default(_) 4 s0 2 2*s0 2 1",
      ])
    let scan = try #require(program.graph.node(named: "scan"))
    #expect(scan.arg(2)?.elements?.compactMap(\.node).map(\.name) == ["flip"])
    #expect(scan.users.map(\.name) == ["getitem", "getitem_2"])
    #expect(program.outputNames == ["getitem", "getitem_1"])
    let flip = try #require(program.graph.node(named: "flip"))
    #expect(flip.metadata.map(\.key) == ["nn_module_stack"])
    #expect(flip.argNames == ["self", "dims"])
    #expect(flip.value?.tensor?.sizes[1] == scan.arg(1)?.elements?[0].node?.value?.tensor?.sizes[0])
  }

  @Test func otherPlacesAndDirections() throws {
    expect(try program(turned(0, false)), ["torch.ops.higher_order.scan 4"])
    expect(
      try program(turned(2, false)),
      ["movedim = movedim.int(2, 0) 2 s0 4 1 8 2", "torch.ops.higher_order.scan 4"])
    expect(
      try program(turned(0, true)),
      [
        "flip = flip.default(_) s0 4 2 8 2 1", "torch.ops.higher_order.scan 4",
        "getitem_1 = flip.default(_) 4 s0 2 2*s0 2 1",
      ])
    expect(
      try program(turned(1, false), ("[\"TRAINING\"]", "[\"ATEN\"]")),
      ["permute = permute.default(_) 4 s0 2 2 8 1", "torch.ops.higher_order.scan 4"])
  }

  /// A copy has no gaps, its dimensions in the order of the original's; sizes of 1 don't count.
  @Test(arguments: [
    ("{\"as_int\": 8}, {\"as_int\": 2}, {\"as_int\": 1}", "4 s0 2 2 8 1"),
    ("{\"as_int\": 20}, {\"as_int\": 4}, {\"as_int\": 1}", "4 s0 2 2 8 1"),
    ("{\"as_int\": 2}, {\"as_int\": 0}, {\"as_int\": 1}", "4 s0 2 2*s0 2 1"),
    ("{\"as_int\": 1}, {\"as_int\": 40}, {\"as_int\": 3}", "4 s0 2 2*s0 1 s0"),
  ])
  func copiesAreDense(_ strides: String, _ expected: String) throws {
    let program = try program(("{\"as_int\": 8}, {\"as_int\": 2}, {\"as_int\": 1}", strides))
    #expect(calls(program)[1] == "flip = flip.default(_) \(expected)")
  }

  @Test func sizesOfOneTakeNoPart() throws {
    let size = "\"hint\": {\"as_int\": 3}}}, {\"as_int\": 4}"
    let program = try program((size, size.replacing("3", with: "1")))
    #expect(calls(program)[1] == "flip = flip.default(_) 4 s0 2 2*s0 2 1")
  }

  /// Arguments larger than the pieces in which a document is rewritten are no other.
  @Test func graphsMayBeLarge() throws {
    let stack = "\"nn_module_stack\": \""
    let program = try program((stack, stack + String(repeating: "x", count: 70_000)))
    #expect(calls(program).count == 4)
  }

  @Test func staysWhereThereIsNoSuchDimension() throws {
    for dimension in [3, -1] {
      let program = try program(turned(dimension, true))
      #expect(calls(program) == ["torch.ops.higher_order.scan 6"])
      let codes = ProgramVerifier().findings(in: program).map(\.code)
      #expect(codes.contains(.callArgument))
    }
  }

  @Test func onlyOldScansAreRewritten() throws {
    expect(
      try program(
        (", {\"name\": \"\", \"arg\": \(Self.dimension)", "")),
      ["torch.ops.higher_order.scan 4"])
    let other = try program(("torch.ops.higher_order.scan", "torch.ops.higher_order.map_impl"))
    #expect(calls(other) == ["torch.ops.higher_order.map_impl 6"])
  }
}
