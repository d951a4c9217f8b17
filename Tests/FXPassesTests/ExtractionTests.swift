import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Testing

@testable import FXPasses

struct ExtractionTests {
  private func program(_ name: String) throws -> ExportedProgram {
    try #require(try Document(path: Fixtures.path("programs/\(name).json")).program)
  }

  private func module(_ body: String) throws -> GraphModule {
    try TextDocument(parsing: "fx 1\nmodule @main {\n\(body)\n}\n").module
  }

  private func names(_ module: GraphModule) -> [String] { module.graph.nodes.map(\.name) }

  private func errors(_ program: ExportedProgram) -> [Finding] {
    ProgramVerifier().findings(in: program).filter(\.isError)
  }

  // MARK: What belongs to a piece

  private let diamond = """
    %x = placeholder : f32[3]
    %a = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
    %b = call_function torch.ops.aten.cos.default(self: %a) : f32[3]
    %c = call_function torch.ops.aten.tan.default(self: %a) : f32[3]
    %d = call_function torch.ops.aten.mul.Tensor(self: %b, other: %c) : f32[3]
    %e = call_function torch.ops.aten.abs.default(self: %d) : f32[3]
    output (%e,)
    """

  @Test func aPieceIsWhatLiesBetween() throws {
    let piece = try module(diamond).extract(from: ["b"], to: ["d"])
    #expect(names(piece) == ["a", "c", "b", "d", "output"])
    #expect(piece.graph.placeholders.map(\.name) == ["a", "c"])
    #expect(piece.graph.placeholders[1].value?.tensor?.sizes == [3])
    #expect(piece.graph.lint().isEmpty)
  }

  @Test func allWaysBelongToIt() throws {
    let piece = try module(diamond).extract(from: ["a"], to: ["d"])
    #expect(names(piece) == ["x", "a", "b", "c", "d", "output"])
  }

  @Test func withoutFirstNodesItBeginsWithTheInputs() throws {
    let piece = try module(diamond).extract(from: [], to: ["b", "a"])
    #expect(names(piece) == ["x", "a", "b", "output"])
    #expect(piece.graph.outputNode?.arg(0)?.elements?.compactMap(\.node?.name) == ["b", "a"])
  }

  @Test func theSourceIsNotChanged() throws {
    let source = try module(diamond)
    let before = source.text()
    _ = try source.extract(from: ["b"], to: ["d"])
    #expect(source.text() == before)
    let program = try program("cond-with-closure")
    let call = try #require(program.graph.nodes.first { $0.target.hasSuffix(".cond") })
    let piece = try program.extract(from: [call.name], to: [call.name])
    #expect(
      piece.module.graphModule(at: "true_graph_0")
        !== program.module.graphModule(at: "true_graph_0"))
  }

  @Test func whatIsComputedFromWeightsAloneComesAlong() throws {
    let linear = try program("dynamic-batch.decomposed")
    let permute = try #require(linear.graph.nodes.first { $0.target.contains("permute") })
    let user = try #require(permute.users.first)
    let piece = try linear.extract(from: [user.name], to: [user.name])
    #expect(piece.graph.node(named: permute.name) != nil)
    #expect(piece.signature.inputs.contains { $0.kindName == "parameter" })
    #expect(errors(piece).isEmpty)
  }

  @Test func submodulesComeAlong() throws {
    let source = try program("cond-with-closure")
    let call = try #require(source.graph.nodes.first { $0.target.hasSuffix(".cond") })
    let piece = try source.extract(from: [call.name], to: [call.name])
    #expect(piece.module.childGraphModules.map(\.name) == ["true_graph_0", "false_graph_0"])
    #expect(errors(piece).isEmpty)
    // The result of the operator is a tuple of one tensor.
    #expect(piece.signature.outputs.count == 1)
    let root = try #require(piece.moduleCallGraph.first?.signature)
    #expect(try TreeSpec(root.outSpec) == .tuple(of: [.leaf]))
  }

  @Test func aGetitemTakesItsOperatorAlong() throws {
    let source = try program("operators-with-lists-out")
    let item = try #require(source.graph.nodes.first { $0.isCall(of: Targets.getitem) })
    let producer = try #require(item.inputs.first)
    let piece = try source.extract(from: [item.name], to: [item.name])
    #expect(piece.graph.node(named: producer.name)?.kind == .callFunction)
    #expect(errors(piece).isEmpty)
  }

  @Test func severalResultsComeAsATree() throws {
    let source = try program("operators-with-lists-out")
    let item = try #require(source.graph.nodes.first { $0.isCall(of: Targets.getitem) })
    let producer = try #require(item.inputs.first)
    let count = try #require(producer.value?.elements?.count)
    let piece = try source.extract(from: [producer.name], to: [producer.name])
    #expect(piece.signature.outputs.count == count)
    let root = try #require(piece.moduleCallGraph.first?.signature)
    #expect(try TreeSpec(root.outSpec).leafCount == count)
    #expect(errors(piece).isEmpty)
  }

  @Test func writesToWhatIsReadComeAlong() throws {
    let body = """
      %x = placeholder : f32[4]
      %y = placeholder : f32[4]
      %a = call_function torch.ops.aten.sin.default(self: %x) : f32[4]
      %v = call_function torch.ops.aten.view.default(self: %a, size: [2, 2]) : f32[2, 2]
      %w = call_function torch.ops.aten.add_.Tensor(self: %v, other: 1) : f32[2, 2]
      %u = call_function torch.ops.aten.add_.Tensor(self: %y, other: 1) : f32[4]
      %b = call_function torch.ops.aten.cos.default(self: %a) : f32[4]
      %late = call_function torch.ops.aten.add_.Tensor(self: %a, other: 1) : f32[4]
      output (%b,)
      """
    let piece = try module(body).extract(from: ["a"], to: ["b"])
    #expect(names(piece) == ["x", "a", "v", "w", "b", "output"])
  }

  @Test func writesToOtherThingsStayAway() throws {
    let piece = try program("mutations").extract(from: [], to: ["add"])
    #expect(piece.graph.node(named: "copy_") == nil)
    #expect(piece.graph.node(named: "add__1") == nil)
    #expect(piece.inputNames == ["b_total", "x", "y"])
  }

  @Test func valuesOfWhichNothingIsKnownArePassedToModules() throws {
    let body = """
      %x = placeholder : f32[3]
      %a = call_function torch.ops.aten.sin.default(self: %x)
      %b = call_function torch.ops.aten.cos.default(self: %a)
      output (%b,)
      """
    let piece = try module(body).extract(from: ["b"], to: ["b"])
    #expect(names(piece) == ["a", "b", "output"])
  }

  @Test func switchesComeAlong() throws {
    let body = """
      %x = placeholder : f32[4]
      %off = call_function torch._C._set_grad_enabled(False)
      %a = call_function torch.ops.aten.sin.default(self: %x) : f32[4]
      %b = call_function torch.ops.aten.cos.default(self: %a) : f32[4]
      %on = call_function torch._C._set_grad_enabled(True)
      %c = call_function torch.ops.aten.tan.default(self: %b) : f32[4]
      output (%c,)
      """
    let piece = try module(body).extract(from: ["b"], to: ["b"])
    #expect(names(piece) == ["a", "off", "b", "on", "output"])
    let whole = try module(body).extract(from: ["b"], to: ["c"])
    #expect(names(whole) == ["a", "off", "b", "on", "c", "output"])
  }

  @Test func damagedSwitchesAndItemsDoNoHarm() throws {
    let body = """
      %x = placeholder : f32[4]
      %y = placeholder : sym_int 1
      %s = call_function torch.ops.aten.sum.default(self: %x) : f32[]
      %off = call_function torch._C._set_grad_enabled(%s)
      %t = call_function torch.ops.aten.split.Tensor(self: %x, split_size: 2) : [f32[2], f32[2]]
      %i = call_function _operator.getitem(%t, %y) : f32[2]
      %j = call_function _operator.getitem(%t, 1) : f32[2]
      %on = call_function torch._C._set_grad_enabled(%j)
      output (%j,)
      """
    let piece = try module(body).extract(from: ["t"], to: ["j"])
    #expect(piece.graph.lint().isEmpty)
    #expect(names(piece).contains("off"))
    #expect(!names(piece).contains("i"))
  }

  // MARK: Signatures

  @Test func weightsStayAndValuesBecomeInputs() throws {
    let source = try program("batch-norm-training")
    let piece = try source.extract(from: ["batch_norm"], to: ["batch_norm"])
    #expect(
      piece.signature.inputs.map(\.kindName) == [
        "parameter", "parameter", "buffer", "buffer", "user_input",
      ])
    #expect(piece.signature.outputs.map(\.kindName) == ["user_output"])
    #expect(piece.moduleCallGraph.map(\.fqn) == [""])
    #expect(piece.moduleCallGraph[0].signature?.forwardArgNames == ["x"])
    #expect(errors(piece).isEmpty)
  }

  @Test func valuesForBuffersAreStillWritten() throws {
    let source = try program("batch-norm-training.decomposed")
    let write = try #require(source.signature.outputs.first { $0.kindName == "buffer_mutation" })
    let item = try #require(source.outputArguments.first?.node)
    let norm = try #require(item.inputs.first)
    let piece = try source.extract(from: [norm.name], to: [norm.name])
    #expect(piece.signature.outputs.contains(write))
    #expect(piece.outputArguments.count == piece.signature.outputs.count)
    #expect(errors(piece).isEmpty)
  }

  @Test func effectsKeepTheirTokens() throws {
    let source = try program("prints.decomposed")
    let piece = try source.extract(from: ["with_effects_1"], to: ["with_effects_1"])
    #expect(piece.signature.inputs.map(\.kindName) == ["token"])
    #expect(piece.signature.outputs.map(\.kindName) == ["token", "user_output"])
    #expect(piece.outputNames == ["getitem_2", nil])
    let call = try #require(piece.graph.node(named: "with_effects_1"))
    #expect(call.inputs == piece.graph.placeholders)
    #expect(errors(piece).isEmpty)
    let token = try #require(try error("prints.decomposed", [], ["getitem"]))
    #expect(token.code == .extractNoResult)
  }

  @Test func rangesStayWhereTheirSymbolsDo() throws {
    let source = try program("derived-dims")
    let piece = try source.extract(from: ["slice_1"], to: ["add"])
    #expect(piece.rangeConstraints.map(\.symbol) == source.rangeConstraints.map(\.symbol))
    // The guards are about inputs that the piece does not have.
    #expect(piece.guardsCode.isEmpty)
    let whole = try source.extract(from: [], to: ["add"])
    #expect(whole.guardsCode == source.guardsCode)
  }

  @Test func aSizeIsPassedAsAnInteger() throws {
    let source = try program("symbolic-int-input")
    let piece = try source.extract(from: ["add_1"], to: ["add_1"])
    #expect(piece.inputNames == ["x", "count"])
    let sizes = try program("symbolic-arithmetic")
    let full = try #require(sizes.graph.nodes.first { $0.target.hasSuffix("full.default") })
    let part = try sizes.extract(from: [full.name], to: [full.name])
    for node in part.graph.placeholders {
      switch node.value {
      case .tensor?, .symInt?: break
      default: Issue.record("\(node.name) can't be an input")
      }
    }
    #expect(errors(part).isEmpty)
  }

  /// Programs in which the verifier finds no errors.
  private static let sound = Fixtures.list("programs").filter { name in
    name.hasSuffix(".json")
      && !["constant-outputs.json", "mode-regions-ending-together.json"].contains(name)
  }

  /// Every operator of every program, alone: the result is a program that the verifier takes, and
  /// that model JSON holds.
  @Test(arguments: sound) func everyOperatorIsAPiece(_ name: String) throws {
    let document = try Document(path: Fixtures.path("programs/\(name)"))
    let source = try #require(document.program)
    #expect(errors(source).isEmpty)
    var pieces = 0
    for node in source.graph.nodes where node.kind == .callFunction {
      do {
        let piece = try source.extract(from: [node.name], to: [node.name])
        pieces += 1
        #expect(errors(piece).isEmpty, "\(node.name): \(errors(piece))")
        var sink = ByteSink()
        try piece.writeJSON(to: &sink)
        let again = try ExportedProgram(json: sink.bytes)
        // A file does not name the getitems of parts that are parts themselves.
        let difference = ProgramDifference(between: piece, and: again, ignoring: [.names])
        #expect(difference.isEmpty, "\(node.name)")
      } catch let error as FXError where error.code == .extractNoResult {
        #expect(error.place.node == node.name)
      }
    }
    #expect(pieces > 0)
  }

  // MARK: Errors

  private func error(_ name: String, _ starts: [String], _ results: [String]) throws -> FXError? {
    let source = try program(name)
    do {
      _ = try source.extract(from: starts, to: results)
      return nil
    } catch let error as FXError {
      return error
    }
  }

  @Test func unknownNodesAreNamedWithOnesLikeThem() throws {
    let unknown = try #require(try error("derived-dims", ["slic_1"], ["add"]))
    #expect(unknown.code == .extractUnknownNode)
    #expect(unknown.place.node == "slic_1")
    #expect(unknown.message.contains("'slice_1'"))
    let inner = try #require(try error("cond-with-closure", [], ["linear"]))
    #expect(inner.code == .extractUnknownNode)
    #expect(inner.message.contains("'true_graph_0'"))
  }

  @Test func nodesThatDoNotDependOnEachOther() throws {
    let backwards = try #require(try error("derived-dims", ["add"], ["cat"]))
    #expect(backwards.code == .extractUnreachable)
    #expect(backwards.place.node == "cat")
    let useless = try #require(try error("derived-dims", ["cat", "z"], ["slice_1"]))
    #expect(useless.code == .extractUnreachable)
    #expect(useless.place.node == "z")
  }

  @Test func nodesWithoutResults() throws {
    let source = try program("unbacked-nonzero")
    let truth = try #require(source.graph.nodes.first { $0.target == "_operator.ge" })
    let found = try #require(try error("unbacked-nonzero", [], [truth.name]))
    #expect(found.code == .extractNoResult)
    #expect(found.place.node == truth.name)
  }
}
