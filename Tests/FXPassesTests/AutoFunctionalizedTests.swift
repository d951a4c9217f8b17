import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXSchemas
import FXTestSupport
import Testing

/// Custom operators that write to their arguments, in `decompose`.
struct AutoFunctionalizedTests {
  private let graph = Graph()
  private let library: OperatorLibrary

  init() { library = OperatorLibrary(context: graph.context) }

  private func call(_ target: String, _ args: [Argument], _ sizes: [SymInt]?) -> Node {
    let node = graph.end.callFunction(target, args)
    node.value = sizes.map { .tensor(TensorMeta(dtype: .float32, sizes: $0)) }
    return node
  }

  private func input(_ name: String, _ sizes: [SymInt]) -> Node {
    let node = graph.end.placeholder(name)
    node.value = .tensor(TensorMeta(dtype: .float32, sizes: sizes))
    return node
  }

  /// Takes the graph apart; its outputs are user outputs.
  private func decompose(_ outputs: [Node]) throws -> (GraphModule, PassContext) {
    graph.end.output(.tuple(outputs.map { .node($0) }))
    let module = GraphModule(graph)
    let context = PassContext(library)
    context.signature = GraphSignature(
      inputs: graph.placeholders.map { _ in InputSpec(.userInput(.value(.positional))) },
      outputs: outputs.map { _ in OutputSpec(.userOutput(.value(.positional))) })
    try PassPipeline("decompose").run(on: module, context: context)
    return (module, context)
  }

  @Test func anOperatorOfUnknownSchemaStaysAndIsNamed() throws {
    let x = input("x", [3])
    _ = call("torch.ops.my.addin.default", [.node(x), .node(x)], nil)
    let (module, context) = try decompose([call("torch.ops.aten.t.default", [.node(x)], [3])])
    #expect(context.verifiers == nil)
    #expect(module.graph.nodes.contains { $0.target == "torch.ops.my.addin.default" })
    #expect(context.remainders.map(\.name) == ["torch.ops.my.addin.default"])
    #expect(context.remainders.map(\.number) == [1])
  }

  @Test func whatIsWrittenIsAResult() throws {
    library.declare(try OperatorSchema(parsing: "my::addin(Tensor(a!) x, Tensor y) -> ()"))
    let x = input("x", [3])
    let copy = call("torch.ops.aten.clone.default", [.node(x)], [3])
    _ = call("torch.ops.my.addin.default", [.node(copy), .node(x)], nil)
    let (module, context) = try decompose([
      call("torch.ops.aten.mul.Tensor", [.node(copy), 2], [3])
    ])
    #expect(context.verifiers == ["ATEN"])
    #expect(context.remainders.isEmpty)
    let wrapped = try #require(
      module.graph.nodes.first {
        $0.target == "torch.ops.higher_order.auto_functionalized_v2"
      })
    #expect(wrapped.args == [.function("torch.ops.my.addin.default")])
    #expect(wrapped.kwargs.map(\.name) == ["y", "_x_base_index", "_all_bases"])
    #expect(wrapped.kwarg("_x_base_index") == .int(0))
    #expect(wrapped.kwarg("_all_bases") == .list([.node(copy)]))
    let product = try #require(
      module.graph.nodes.first { $0.target == "torch.ops.aten.mul.Tensor" })
    let written = try #require(product.args.first?.node)
    #expect(written.target == "_operator.getitem" && written.args == [.node(wrapped), .int(1)])
  }

  @Test func aWrittenPartIsAViewOfItsBase() throws {
    library.declare(
      try OperatorSchema(parsing: "my::two(Tensor(a!) x, Tensor(b!)? y, int k) -> Tensor"))
    let x = input("x", [2, 3])
    let row = call("torch.ops.aten.select.int", [.node(x), 0, 1], [3])
    row.value = .tensor(TensorMeta(dtype: .float32, sizes: [3], strides: [1], storageOffset: 3))
    let result = call("torch.ops.my.two.default", [.node(row), .none, 7], [3])
    let (module, context) = try decompose([result])
    let wrapped = try #require(
      module.graph.nodes.first {
        $0.target == "torch.ops.higher_order.auto_functionalized_v2"
      })
    #expect(
      wrapped.kwargs.map(\.name) == [
        "k", "_x_base_index", "_x_size", "_x_stride", "_x_storage_offset", "_y_base_index",
        "_all_bases",
      ])
    #expect(wrapped.kwarg("_x_size") == .tuple([.int(3)]))
    #expect(wrapped.kwarg("_x_storage_offset") == .int(3))
    #expect(wrapped.kwarg("_y_base_index") == Argument.none)
    #expect(
      context.signature?.outputs.map(\.kindName) == ["user_input_mutation", "user_output"])
  }

  @Test func resultsThatShareMemoryStay() throws {
    library.declare(try OperatorSchema(parsing: "my::back(Tensor(a!) x) -> Tensor(a!)"))
    let x = input("x", [3])
    let (_, context) = try decompose([call("torch.ops.my.back.default", [.node(x)], [3])])
    #expect(context.verifiers == nil)
    #expect(context.remainders.map(\.reason) == ["it writes to 'x'"])
  }

  @Test func theProgramIsThatOfPyTorch() throws {
    func read(_ name: String) throws -> ExportedProgram {
      try Fixtures.read("programs/\(name).json").withUnsafeBytes { try ExportedProgram(json: $0) }
    }
    var program = try read("writing-operator")
    let expected = try read("writing-operator.decomposed")
    let library = OperatorLibrary(context: program.module.context)
    library.declare(
      try OperatorSchema(parsing: "fixture::accumulate(Tensor(a0!) total, Tensor x) -> ()"))
    try PassPipeline("decompose").run(on: &program, context: PassContext(library))
    func call(_ program: ExportedProgram) -> [Substring] {
      let lines = program.module.text(TextOptions(includesMetadata: false)).split(separator: "\n")
      return lines.filter { $0.contains("= call_function torch.ops.") || $0.contains("output") }
    }
    #expect(call(program) == call(expected))
    #expect(program.signature == expected.signature)
    #expect(program.verifiers == expected.verifiers)
  }
}
