import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXRuntime
import FXTensor
import Testing

/// Constants that are computed once, and programs that give the same with them.
struct FoldConstantsTests {
  /// `y = x + exp(w) * arange(3)`, where `w` is a parameter.
  private func makeProgram() throws -> ExportedProgram {
    let graph = Graph()
    let meta = Value.tensor(TensorMeta(dtype: .float32, sizes: [3]))
    let w = graph.end.placeholder("w")
    let x = graph.end.placeholder("x")
    let exp = graph.end.callFunction("torch.ops.aten.exp.default", [.node(w)])
    let range = graph.end.callFunction("torch.ops.aten.arange.default", [3])
    let product = graph.end.callFunction("torch.ops.aten.mul.Tensor", [.node(exp), .node(range)])
    let sum = graph.end.callFunction("torch.ops.aten.add.Tensor", [.node(x), .node(product)])
    for node in [w, x, exp, product, sum] { node.value = meta }
    range.value = .tensor(TensorMeta(dtype: .int64, sizes: [3]))
    graph.end.output(.tuple([.node(sum)]))
    let signature = GraphSignature(
      inputs: [
        InputSpec(.parameter(.positional, target: "w")), InputSpec(.userInput(.value(.positional))),
      ], outputs: [OutputSpec(.userOutput(.value(.positional)))])
    return ExportedProgram(module: GraphModule(graph), signature: signature)
  }

  private let state: [String: Tensor]

  init() throws { state = ["w": try Tensor.of([0, 1, 2] as [Float])] }

  @Test func whatDependsOnWeightsAloneIsStored() throws {
    var program = try makeProgram()
    let input = IValue.tensor(try .of([1, 2, 3] as [Float]))
    let before = try ProgramRunner(program, state: state).run([input])
    let context = PassContext()
    context.readState = { state }
    try PassPipeline("fold-constants").run(on: &program, context: context)
    #expect(context.addedConstants.count == 1)
    #expect(program.graph.findNodes(.callFunction).map(\.target) == ["torch.ops.aten.add.Tensor"])
    #expect(
      program.signature.inputs.map(\.kindName) == ["parameter", "tensor_constant", "user_input"])
    var extended = state
    for (name, tensor) in context.addedConstants { extended[name] = tensor }
    let after = try ProgramRunner(program, state: extended).run([input])
    guard case .tensor(let a)? = before.first, case .tensor(let b)? = after.first else {
      Issue.record("no tensors")
      return
    }
    #expect(try a.isEqual(to: b))
  }

  @Test func withoutTheWeightsOnlyRangesAreStored() throws {
    var program = try makeProgram()
    let context = PassContext()
    try PassPipeline("fold-constants").run(on: &program, context: context)
    #expect(context.addedConstants.map { $0.tensor.dtype } == [.int64])
    #expect(program.graph.findNodes(.callFunction).count == 3)
  }

  @Test func weightsThatAreWrittenToAreNoConstants() throws {
    var program = try makeProgram()
    let context = PassContext()
    program.signature.outputs.insert(
      OutputSpec(.parameterMutation(.positional, target: "w")), at: 0)
    program.graph.setOutput(
      .tuple([.node(program.graph.placeholders[0])] + program.outputArguments))
    context.readState = { state }
    try PassPipeline("fold-constants").run(on: &program, context: context)
    #expect(context.addedConstants.map { $0.tensor.dtype } == [.int64])
  }
}
