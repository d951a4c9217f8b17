import FXCore
import FXGraph
import FXOperators
import FXRuntime
import FXTensor
import Testing

/// Graphs that are built by hand and run.
struct InterpreterTests {
  @Test func computesWithSizes() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let size = graph.end.callFunction("torch.ops.aten.sym_size.int", [.node(x), 1])
    let double = graph.end.callFunction("_operator.mul", [.node(size), 2])
    graph.end.output(.tuple([.node(double)]))
    let result = try Interpreter(GraphModule(graph)).run([.tensor(.zeros([2, 5]))])
    guard case .int(let value)? = result.elements?.first else {
      Issue.record("no integer")
      return
    }
    #expect(value == 10)
  }

  @Test func saysWhichNodesCannotRun() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let y = graph.end.callFunction("torch.ops.mylib.f.default", [.node(x)])
    graph.end.output(.node(y))
    let errors = Interpreter(GraphModule(graph)).unsupported()
    #expect(errors.map(\.code) == [.unknownOperator])
    #expect(errors.first?.place.node == y.name)
  }

  @Test func refusesAnotherNumberOfInputs() throws {
    let graph = Graph()
    graph.end.output(.node(graph.end.placeholder("x")))
    let interpreter = Interpreter(GraphModule(graph))
    #expect { try interpreter.run([]) } throws: { ($0 as? FXError)?.code == .runInputs }
  }
}
