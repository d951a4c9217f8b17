import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime
import FXTensor
import Testing

@testable import FXPasses

/// Operators that call graphs, recorded by an emitter and run.
struct EmissionTests {
  private let module = GraphModule(Graph())
  private let library: OperatorLibrary

  init() { library = OperatorLibrary(context: module.context) }

  private func value(_ sizes: [SymInt], _ dtype: ScalarType = .float32) -> Value {
    .tensor(TensorMeta(dtype: dtype, sizes: sizes))
  }

  /// Makes a graph of some inputs that calls operators, and gives what each call gave.
  private func makeGraph(
    _ inputs: [(name: String, sizes: [SymInt])], _ calls: [(target: String, inputs: [Int])]
  ) -> GraphModule {
    let graph = Graph(context: module.context)
    let placeholders = inputs.map { input in
      let node = graph.end.placeholder(input.name)
      node.value = value(input.sizes)
      return node
    }
    let results = calls.map { call in
      graph.end.callFunction(
        "torch.ops.aten.\(call.target)", call.inputs.map { .node(placeholders[$0]) })
    }
    graph.end.output(.tuple(results.map { .node($0) }))
    return GraphModule(graph)
  }

  /// Records a call of an operator as the whole of the module, and runs it.
  private func run(
    _ name: String, inputs: [(name: String, sizes: [SymInt], dtype: ScalarType)],
    tensors: [Tensor], _ arguments: ([IValue]) -> [IValue]
  ) throws -> [Tensor] {
    for input in inputs {
      module.graph.end.placeholder(input.name).value = value(input.sizes, input.dtype)
    }
    let symbols = SymbolicContext(ranges: [:], unbackedCount: 0)
    let emitter = RecordingEmitter(module, library: library, symbols: symbols)
    let values = try module.graph.placeholders.map { try emitter.value(of: $0) }
    let operation = try #require(library.registry.higherOrder(named: name))
    let result = try emitter.emit(operation, arguments(values), [])
    let parts = try #require(result.elements)
    module.graph.end.output(.tuple(try parts.map { try emitter.argument($0) }))
    #expect(module.graph.lint().isEmpty)
    let signature = GraphSignature(
      inputs: inputs.map { _ in InputSpec(.userInput(.value(.positional))) },
      outputs: parts.map { _ in OutputSpec(.userOutput(.value(.positional))) })
    let program = ExportedProgram(module: module, signature: signature)
    let outputs = try ProgramRunner(program, state: [:]).run(tensors.map { .tensor($0) })
    return try zip(parts, outputs).map { part, output in
      guard case .tensor(let tensor) = output else { throw FXError(.runInputs, "no tensor") }
      #expect(try part.sizes == tensor.sizes.map { .int($0) })
      #expect(try part.dtype == tensor.dtype)
      return tensor
    }
  }

  @Test(arguments: [true, false])
  func condIsRecorded(isTrue: Bool) throws {
    let yes = makeGraph([("a", [3]), ("b", [3])], [("add.Tensor", [0, 1])])
    let no = makeGraph([("a", [3]), ("b", [3])], [("mul.Tensor", [0, 1])])
    let (x, y) = (try Tensor.of([1, 2, 3] as [Float]), try Tensor.of([4, 5, 6] as [Float]))
    let outputs = try run(
      "cond", inputs: [("p", [], .bool), ("x", [3], .float32), ("y", [3], .float32)],
      tensors: [.full([], isTrue ? 1 : 0, .bool), x, y]
    ) { [$0[0], .module(yes), .module(no), .tuple([$0[1], $0[2]])] }
    #expect(try outputs[0].elements(as: Float.self) == (isTrue ? [5, 7, 9] : [4, 10, 18]))
    #expect(module.members.map(\.name) == ["true_graph_0", "false_graph_0"])
  }

  @Test func scanIsRecorded() throws {
    let combine = makeGraph(
      [("carry", [2]), ("row", [2])], [("add.Tensor", [0, 1]), ("mul.Tensor", [0, 1])])
    let start = try Tensor.of([1, 1] as [Float])
    let rows = try Tensor.of([1, 2, 3, 4, 5, 6] as [Float], [3, 2])
    let outputs = try run(
      "scan", inputs: [("start", [2], .float32), ("rows", [3, 2], .float32)],
      tensors: [start, rows]
    ) { [.module(combine), .list([$0[0]]), .list([$0[1]]), .list([])] }
    #expect(try outputs[0].elements(as: Float.self) == [10, 13])
    #expect(try outputs[1].elements(as: Float.self) == [1, 2, 6, 12, 25, 42])
  }
}
