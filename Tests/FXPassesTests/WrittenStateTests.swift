import FXCore
import FXExport
import FXGraph
import FXPasses
import FXTensor
import Testing

/// Tensors that a program keeps and writes to, made outputs by `decompose`.
struct WrittenStateTests {
  /// `a += x; return b * 2`, where `a` is no buffer.
  private func makeProgram() -> ExportedProgram {
    let graph = Graph()
    let nodes = ["a", "b", "x"].map { graph.end.placeholder($0) }
    let written = graph.end.callFunction(
      "torch.ops.aten.add_.Tensor", [.node(nodes[0]), .node(nodes[2])])
    let double = graph.end.callFunction("torch.ops.aten.mul.Tensor", [.node(nodes[1]), 2])
    for node in nodes + [written, double] {
      node.value = .tensor(TensorMeta(dtype: .float32, sizes: [3]))
    }
    graph.end.output(.tuple([.node(double)]))
    let signature = GraphSignature(
      inputs: [
        InputSpec(.tensorConstant(.positional, target: "a")),
        InputSpec(.buffer(.positional, target: "b", isPersistent: true)),
        InputSpec(.userInput(.value(.positional))),
      ], outputs: [OutputSpec(.userOutput(.value(.positional)))])
    return ExportedProgram(module: GraphModule(graph), signature: signature)
  }

  private func decomposed(_ state: [String: Tensor]) throws -> GraphSignature {
    let program = makeProgram()
    let context = PassContext()
    context.signature = program.signature
    context.readState = { state }
    try PassPipeline("decompose").run(on: program.module, context: context)
    return try #require(context.signature)
  }

  @Test func aConstantThatIsWrittenBecomesABuffer() throws {
    let signature = try decomposed([:])
    #expect(
      signature.inputs.first?.kind
        == .buffer(.positional, target: "a", isPersistent: false))
    #expect(signature.outputs.first?.kind == .bufferMutation(.positional, target: "a"))
    #expect(signature.outputs.count == 2)
  }

  private func expectRefused(_ state: [String: Tensor]) {
    do {
      _ = try decomposed(state)
      Issue.record("no error")
    } catch let error as FXError {
      #expect(error.code == .passSharedState)
      #expect(error.place.node == "a")
    } catch {
      Issue.record(error)
    }
  }

  @Test func memoryOfTwoNamesIsRefused() throws {
    let whole = try Tensor.of((0..<6).map { Float($0) })
    let overlapping = [
      "a": try whole.slice(0, from: 0, to: 3), "b": try whole.slice(0, from: 2, to: 5),
    ]
    expectRefused(overlapping)
  }

  @Test func aPlaceWithinAnotherIsRefused() throws {
    let whole = try Tensor.of((0..<6).map { Float($0) })
    let inner = ["a": whole, "b": try whole.slice(0, from: 2, to: 5)]
    expectRefused(inner)
    let outer = ["a": try whole.slice(0, from: 2, to: 5), "b": whole]
    expectRefused(outer)
  }

  @Test func emptyTensorsShareNothing() throws {
    let whole = try Tensor.of((0..<6).map { Float($0) })
    let empty = ["a": whole, "b": try whole.slice(0, from: 2, to: 2)]
    #expect(try decomposed(empty).outputs.count == 2)
  }

  @Test func placesApartInOneMemoryAreNot() throws {
    let whole = try Tensor.of((0..<6).map { Float($0) })
    let apart = ["a": try whole.slice(0, from: 0, to: 3), "b": try whole.slice(0, from: 3, to: 6)]
    #expect(try decomposed(apart).outputs.count == 2)
  }
}
