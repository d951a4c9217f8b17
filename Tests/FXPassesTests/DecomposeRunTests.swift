import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXRuntime
import FXTensor
import Testing

/// Programs that write through views, before and after `decompose`.
struct DecomposeRunTests {
  private func value(_ sizes: [SymInt], _ dtype: ScalarType = .float32) -> Value {
    .tensor(TensorMeta(dtype: dtype, sizes: sizes))
  }

  /// Makes a program of one user input and one buffer that writes to both, through views.
  private func makeProgram() -> ExportedProgram {
    let graph = Graph()
    let buffer = graph.end.placeholder("b")
    let x = graph.end.placeholder("x")
    buffer.value = value([2, 3])
    x.value = value([2, 3])
    func call(_ name: String, _ args: [Argument]) -> Node {
      graph.end.callFunction("torch.ops.aten.\(name)", args)
    }
    let row = call("select.int", [.node(buffer), 0, 1])
    _ = call("add_.Tensor", [.node(row), 1.5])
    let transposed = call("t.default", [.node(x)])
    let part = call("slice.Tensor", [.node(transposed), 0, 1, 3])
    _ = call("mul_.Tensor", [.node(part), .node(part)])
    let flat = call("view.default", [.node(buffer), [6]])
    let sum = call("add.Tensor", [.node(x), .node(buffer)])
    graph.end.output(.tuple([.node(sum), .node(flat), .node(row)]))
    let signature = GraphSignature(
      inputs: [
        InputSpec(.buffer(.positional, target: "b", isPersistent: true)),
        InputSpec(.userInput(.value(.positional))),
      ],
      outputs: (0..<3).map { _ in OutputSpec(.userOutput(.value(.positional))) })
    return ExportedProgram(module: GraphModule(graph), signature: signature)
  }

  private func run(
    _ program: ExportedProgram
  ) throws -> (outputs: [Tensor], buffer: Tensor, input: Tensor) {
    let buffer = try Tensor.of((0..<6).map { Float($0) }, [2, 3])
    let input = try Tensor.of((0..<6).map { Float($0) - 2 }, [2, 3])
    let outputs = try ProgramRunner(program, state: ["b": buffer]).run([.tensor(input)])
    let tensors = outputs.compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } }
    return (tensors, buffer, input)
  }

  @Test(arguments: ["functionalize", "decompose"])
  func writesThroughViewsBecomeOutputs(_ pass: String) throws {
    var program = makeProgram()
    try ShapePropagation(program.module).run()
    let before = try run(program)
    try PassPipeline(pass).run(on: &program)
    #expect(
      program.signature.outputs.map(\.kindName) == [
        "buffer_mutation", "user_input_mutation", "user_output", "user_output", "user_output",
      ])
    let library = OperatorLibrary(context: program.module.context)
    #expect(program.graph.nodes.allSatisfy { library.schema(of: $0)?.isMutable != true })
    #expect((program.verifiers == ["ATEN"]) == (pass == "decompose"))
    let after = try run(program)
    #expect(after.outputs.count == before.outputs.count)
    for (a, b) in zip(
      after.outputs + [after.buffer, after.input],
      before.outputs + [before.buffer, before.input])
    { #expect(try a.isEqual(to: b)) }
    #expect(try before.buffer.element(at: 1, 0) == .float(4.5))
  }

  @Test(arguments: ["functionalize", "decompose"])
  func aSecondTimeChangesNothingMore(_ pass: String) throws {
    var program = makeProgram()
    try ShapePropagation(program.module).run()
    try PassPipeline(pass).run(on: &program)
    let text = program.module.text()
    let reports = try PassPipeline(pass).run(on: &program)
    #expect(reports.allSatisfy { !$0.hasChanged })
    #expect(program.module.text() == text)
  }
}
