import FXKit
import FXTestSupport
import Testing

/// Programs of a library's user: made of nothing, with other weights, with another signature.
struct OwnProgramTests {
  /// `relu(x @ wᵀ + b)`, with numbers to start with, and how often it ran in a buffer.
  private func makeProgram() throws -> Document {
    let graph = Graph()
    func input(_ name: String, _ sizes: [SymInt], _ dtype: ScalarType = .float32) -> Node {
      let node = graph.end.placeholder(name)
      node.value = .tensor(TensorMeta(dtype: dtype, sizes: sizes))
      return node
    }
    let (weight, bias) = (input("weight", [2, 3]), input("bias", [2]))
    let (count, x) = (input("count", [], .int64), input("x", [4, 3]))
    let linear = graph.end.callFunction(
      "torch.ops.aten.linear.default", [.node(x), .node(weight), .node(bias)])
    let relu = graph.end.callFunction("torch.ops.aten.relu.default", [.node(linear)])
    let more = graph.end.callFunction("torch.ops.aten.add_.Tensor", [.node(count), 1])
    graph.end.output(.tuple([.node(relu), .node(more)]))
    let program = ExportedProgram(
      graph, parameters: ["weight": "fc.weight", "bias": "fc.bias"], buffers: ["count": "count"])
    return Document(
      program,
      tensors: [
        "fc.weight": try Tensor([[1, 0, 0], [0, -1, 0.5]]), "fc.bias": try Tensor([0.5, 1]),
        "count": try Tensor(0),
      ])
  }

  @Test func graphsOfNothingAreRunAndSaved() throws {
    let folder = TemporaryFolder()
    let document = try makeProgram()
    let x = try Tensor([[1, 2, 3], [4, 5, 6], [-1, -2, -3], [0, 0, 0]] as [[Float]])
    let runner = try ProgramRunner(document)
    let expected = try Tensor([[1.5, 0.5], [4.5, 0], [0, 1.5], [0.5, 1]])
    #expect(try isClose(tensor(runner.run([.tensor(x)])[0]), expected))
    #expect("\(try runner.call(.leaf(.tensor(x))))".hasSuffix(", tensor(2))"))
    let path = folder.file("made.pt2")
    try document.write(toPath: path)
    let written = try Document(path: path)
    #expect(written.findings().isEmpty)
    let again = try ProgramRunner(written)
    #expect(try isClose(tensor(again.run([.tensor(x)])[0]), expected))
    #expect(try written.archive?.weightEntries(of: "model").map(\.name).count == 3)
    var decomposed = written
    try PassPipeline("decompose").run(on: &decomposed)
    try decomposed.write(toPath: folder.file("aten.pt2"))
    let last = try Document(path: folder.file("aten.pt2"))
    #expect(last.findings().isEmpty && last.program?.verifiers == ["ATEN"])
    #expect(
      last.program?.signature.outputs.map(\.kindName) == [
        "buffer_mutation", "user_output", "user_output",
      ])
  }

  @Test func dataThatAreMissingAreNamed() throws {
    let folder = TemporaryFolder()
    var document = try makeProgram()
    document.tensors["fc.bias"] = nil
    let found = error { try document.write(toPath: folder.file("out.pt2")) }
    #expect(found?.code == .unsuitableForm && found?.message.contains("'fc.bias'") == true)
    document.tensors["fc.bias"] = try Tensor([1.0, 2, 3])
    #expect(
      error { try document.write(toPath: folder.file("out.pt2")) }?.code == .weightMismatch)
    document.tensors["fc.bias"] = try Tensor([1.0, 2])
    document.tensors["fc.bais"] = try Tensor([1.0, 2])
    let unknown = error { try document.write(toPath: folder.file("out.pt2")) }
    #expect(unknown?.code == .weightUnknown)
    #expect(unknown?.message.contains("did you mean 'fc.bias'?") == true)
    document.tensors["fc.bais"] = nil
    #expect(
      error { try document.write(toPath: folder.file("out.json")) }?.code == .unsuitableForm)
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: ["residual-training", "shared-weights", "two-models", "strided-weights"])
  func changedWeightsRunAndAreSaved(_ name: String) throws {
    let folder = TemporaryFolder()
    let isPair = name == "two-models"
    var document = try Document(
      path: Fixtures.path("archives/\(name).pt2"), model: isPair ? "second" : nil)
    let archive = try #require(document.archive)
    let entries = try archive.weightEntries(of: document.modelName).filter { !$0.isObject }
    let state = try ProgramRunner.readState(of: document)
    let program = try #require(document.program)
    let used = zip(program.signature.inputs, program.graph.placeholders)
    let target = try #require(used.first { $0.target != nil && $1.userCount > 0 }?.0.target)
    #expect(entries.contains { $0.name == target })
    let old = try #require(state[target])
    let new = try Tensor.ones(old.sizes)
    let before = try tensor(outputs(of: document)[0])
    document.tensors[target] = new
    let after = try tensor(outputs(of: document)[0])
    #expect(try !isClose(after, before))
    let path = folder.file("out.pt2")
    try document.write(toPath: path)
    let written = try Document(path: path, model: isPair ? "second" : nil)
    #expect(written.findings().filter(\.isError).isEmpty)
    #expect(try isClose(tensor(outputs(of: written)[0]), after))
    let read = try ProgramRunner.readState(of: written)
    #expect(Set(read.keys) == Set(state.keys))
    for (name, tensor) in state where name != target {
      #expect(try read[name]?.isEqual(to: tensor) == true, "\(name)")
    }
    #expect(try read[target]?.isEqual(to: new) == true)
    if isPair {
      let other = try Document(path: path, model: "first")
      let original = try Document(
        path: Fixtures.path("archives/\(name).pt2"), model: "first")
      #expect(try isClose(tensor(outputs(of: other)[0]), tensor(outputs(of: original)[0])))
    }
  }

  @Test func signaturesAreEdited() throws {
    let folder = TemporaryFolder()
    var document = try fixture("residual-training")
    let graph = document.module.graph
    // One output more: what the first activation gives.
    let relu = try #require(graph.findNodes(.callFunction).first { $0.target.contains("relu") })
    let result = try #require(graph.outputNode?.args[0].elements)
    graph.setOutput(.tuple(result + [.node(relu)]))
    let path = folder.file("out.pt2")
    document.program?.signature.outputs.append(OutputSpec(.userOutput(.value(.positional))))
    document.program?.moduleCallGraph = [
      .root(inputNames: ["x"], result: .tuple(of: [.leaf, .leaf]))
    ]
    try document.write(toPath: path)
    let written = try Document(path: path)
    #expect(written.findings().filter(\.isError).isEmpty)
    #expect(try outputs(of: written).count == 2)
    // A constant input and an input less.
    let offset = try document.addConstant(Tensor([1, 2, 3, 4, 5] as [Float]), named: "offset")
    let output = try #require(result[0].node)
    let sum = graph.inserting(after: output)
      .callFunction("torch.ops.aten.add.Tensor", [.node(output), .node(offset)])
    output.replaceAllUses(with: sum) { $0 != sum }
    let before = try tensor(outputs(of: written)[0])
    try document.write(toPath: path)
    let moved = try tensor(outputs(of: Document(path: path))[0])
    let difference = try moved.element(at: 0, 4).double - before.element(at: 0, 4).double
    #expect(abs(difference - 5) < 1e-5)
    #expect(error { _ = try document.addConstant(offset.tensor(), named: "offset") } != nil)
    let x = try #require(graph.placeholders.last)
    let removal = error { try document.program?.signature.removeInput(x) }
    #expect(removal?.code == .hasUsers && removal?.place.node == x.name)
  }
}

extension Node {
  /// A tensor of zeros as the node's value says.
  fileprivate func tensor() throws -> Tensor {
    let meta = try #require(value?.tensor)
    return try Tensor.zeros(meta.sizes.compactMap(\.int), dtype: meta.dtype)
  }
}
