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

  /// `w.add_(x); return exp(v) * x`, with the data of both buffers.
  private func foldedCount(_ w: Tensor, _ v: Tensor) throws -> Int {
    let graph = Graph()
    let nodes = ["w", "v", "x"].map { graph.end.placeholder($0) }
    let written = graph.end.callFunction(
      "torch.ops.aten.add_.Tensor", [.node(nodes[0]), .node(nodes[2])])
    let exp = graph.end.callFunction("torch.ops.aten.exp.default", [.node(nodes[1])])
    let product = graph.end.callFunction(
      "torch.ops.aten.mul.Tensor", [.node(exp), .node(nodes[2])])
    for node in nodes + [written, exp, product] {
      node.value = .tensor(TensorMeta(dtype: .float32, sizes: [2]))
    }
    graph.end.output(.tuple([.node(product)]))
    let context = PassContext()
    context.signature = GraphSignature(
      inputs: ["w", "v"].map { InputSpec(.buffer(.positional, target: $0, isPersistent: true)) }
        + [InputSpec(.userInput(.value(.positional)))],
      outputs: [OutputSpec(.userOutput(.value(.positional)))])
    context.readState = { ["w": w, "v": v] }
    try PassPipeline("fold-constants").run(on: GraphModule(graph), context: context)
    return context.addedConstants.count
  }

  @Test func viewsOfWrittenMemoryAreNoConstants() throws {
    let whole = try Tensor.of([0, 1, 2, 3, 4, 5] as [Float])
    let w = try whole.slice(0, from: 0, to: 4, step: 3)
    #expect(try foldedCount(w, w) == 0)
    #expect(try foldedCount(w, whole.slice(0, from: 2, to: 4)) == 0)
    #expect(try foldedCount(w, whole.slice(0, from: 4, to: 6)) == 1)
    #expect(try foldedCount(w, whole.clone().slice(0, from: 0, to: 2)) == 1)
  }

  // MARK: What is worth storing

  /// Makes a program of a weight, the calls that a closure makes of it, and a product with an input.
  private func makeProgram(
    _ weight: Tensor, _ calls: (Graph, Node) -> Node
  ) throws -> (ExportedProgram, PassContext) {
    let graph = Graph()
    let w = graph.end.placeholder("w")
    let x = graph.end.placeholder("x")
    w.value = .tensor(
      TensorMeta(dtype: weight.dtype, sizes: weight.sizes.map { .int($0) }))
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [4]))
    let made = calls(graph, w)
    let product = graph.end.callFunction("torch.ops.aten.mul.Tensor", [.node(made), .node(x)])
    product.value = made.value
    graph.end.output(.tuple([.node(product)]))
    let signature = GraphSignature(
      inputs: [
        InputSpec(.buffer(.positional, target: "w", isPersistent: true)),
        InputSpec(.userInput(.value(.positional))),
      ], outputs: [OutputSpec(.userOutput(.value(.positional)))])
    let program = ExportedProgram(module: GraphModule(graph), signature: signature)
    let context = PassContext()
    context.signature = signature
    context.readState = { ["w": weight] }
    try PassPipeline("fold-constants").run(on: program.module, context: context)
    return (program, context)
  }

  private func call(
    _ graph: Graph, _ name: String, _ args: [Argument], _ dtype: ScalarType, _ sizes: [SymInt]
  ) -> Node {
    let node = graph.end.callFunction("torch.ops.\(name)", args)
    node.value = .tensor(TensorMeta(dtype: dtype, sizes: sizes))
    return node
  }

  @Test func storedIntegersStayInteger() throws {
    for dtype in [ScalarType.int8, .uint8, .int16, .int32] {
      let weight = try Tensor.zeros([4, 4], dtype)
      let (_, context) = try makeProgram(weight) { graph, w in
        let wide = call(graph, "aten.mul.Scalar", [.node(w), 0.5], .float64, [4, 4])
        return call(graph, "aten.add.Scalar", [.node(wide), 1], .float64, [4, 4])
      }
      #expect(context.addedConstants.isEmpty, "\(dtype)")
    }
  }

  @Test func positionsBecomeTables() throws {
    let (_, context) = try makeProgram(Tensor.zeros([4], .int64)) { graph, w in
      let row = call(graph, "aten.unsqueeze.default", [.node(w), 1], .int64, [4, 1])
      let all = call(graph, "aten.expand.default", [.node(row), [4, 4]], .int64, [4, 4])
      return call(graph, "aten.cos.default", [.node(all)], .float32, [4, 4])
    }
    #expect(context.addedConstants.map { $0.tensor.sizes } == [[4, 4]])
  }

  @Test func aWeightIsQuantizedOnceAndDequantizedByTheProgram() throws {
    let (program, context) = try makeProgram(Tensor.zeros([4, 4], .float32)) { graph, w in
      let numbers: [Argument] = [0.1, 0, -128, 127, .dtype(.int8)]
      let prefix = "quantized_decomposed."
      let small = call(
        graph, prefix + "quantize_per_tensor.default", [.node(w)] + numbers, .int8, [4, 4])
      return call(
        graph, prefix + "dequantize_per_tensor.default", [.node(small)] + numbers, .float32, [4, 4])
    }
    #expect(context.addedConstants.map { $0.tensor.dtype } == [.int8])
    let targets = program.graph.findNodes(.callFunction).map(\.target)
    #expect(
      targets == [
        "torch.ops.quantized_decomposed.dequantize_per_tensor.default", "torch.ops.aten.mul.Tensor",
      ])
  }

  @Test func aCheckOfAValueDoesNotStoreIt() throws {
    let (program, context) = try makeProgram(Tensor.zeros([4], .float32)) { graph, w in
      let first = call(graph, "aten.sin.default", [.node(w)], .float32, [4])
      _ = graph.end.callFunction(
        "torch.ops.aten._assert_tensor_metadata.default", [.node(first)])
      return call(graph, "aten.exp.default", [.node(first)], .float32, [4])
    }
    #expect(context.addedConstants.count == 1)
    #expect(program.graph.findNodes(.callFunction).map(\.target) == ["torch.ops.aten.mul.Tensor"])
  }

  @Test func filesGrowByAMegabyteAtMost() throws {
    // Each of the results takes 600 kB more than the row that it is made of.
    let graph = Graph()
    let w = graph.end.placeholder("w")
    w.value = .tensor(TensorMeta(dtype: .float32, sizes: [150]))
    let results = (0..<3).map { number in
      let wide = call(
        graph, "aten.expand.default", [.node(w), [1000, 150]], .float32, [1000, 150])
      return call(graph, "aten.add.Scalar", [.node(wide), .int(number)], .float32, [1000, 150])
    }
    graph.end.output(.tuple(results.map { .node($0) }))
    let context = PassContext()
    context.signature = GraphSignature(
      inputs: [InputSpec(.buffer(.positional, target: "w", isPersistent: true))],
      outputs: results.map { _ in OutputSpec(.userOutput(.value(.positional))) })
    context.readState = { ["w": try .zeros([150], .float32)] }
    try PassPipeline("fold-constants").run(on: GraphModule(graph), context: context)
    #expect(context.addedConstants.count == 1)
  }
}
