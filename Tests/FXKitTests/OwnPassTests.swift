import FXKit
import FXTestSupport
import Testing

extension GraphPass {
  /// `a * b + c` becomes one call.
  fileprivate static let fuse = GraphPass("fuse-mul-add", "makes one call of mul and add") {
    module, context in
    let graph = module.graph
    var count = 0
    for add in graph.nodes where add.isCall(of: "torch.ops.aten.add.Tensor") {
      guard let mul = add.args[0].node, mul.isCall(of: "torch.ops.aten.mul.Tensor"),
        mul.userCount == 1, mul.args[1].node != nil, add.args[1].node != nil, add.kwargs.isEmpty
      else { continue }
      let fused = graph.inserting(before: add)
        .callFunction("torch.ops.aten.addcmul.default", [add.args[1], mul.args[0], mul.args[1]])
      add.replaceAllUses(with: fused)
      try add.erase()
      try mul.erase()
      count += 1
    }
    context.count(count, "fused", "pair")
    return count > 0
  }

  /// Every relu becomes a gelu.
  fileprivate static let smooth = GraphPass("relu-to-gelu", "replaces relu by gelu") { module, _ in
    var hasChanged = false
    for relu in module.graph.nodes where relu.isCall(of: "torch.ops.aten.relu.default") {
      let gelu = module.graph.inserting(before: relu)
        .callFunction("torch.ops.aten.gelu.default", [relu.args[0]])
      relu.replaceAllUses(with: gelu)
      try relu.erase()
      hasChanged = true
    }
    return hasChanged
  }

  /// Weights of two dimensions and more become int8 numbers and a scale.
  fileprivate static let quantize = GraphPass("quantize", "stores weights as int8") {
    module, context in
    let weights = try context.readState()
    var count = 0
    for (node, spec) in zip(module.graph.placeholders, context.signature?.inputs ?? []) {
      guard case .parameter(_, let name) = spec.kind, let weight = weights[name], weight.rank > 1
      else { continue }
      let values = try weight.elements(as: Float.self)
      let scale = (values.map { abs($0) }.max() ?? 1) / 127
      let numbers = try Tensor(values.map { Int8(($0 / scale).rounded()) }).view(weight.sizes)
      let stored = try context.addConstant(numbers, named: "\(name)_int8", to: module.graph)
      let first = try #require(module.graph.findNodes(.callFunction).first)
      let build = module.graph.inserting(before: first)
      let wide = build.callFunction(
        "torch.ops.aten.to.dtype", [.node(stored), .dtype(.float32)])
      let scaled = build.callFunction(
        "torch.ops.aten.mul.Tensor", [.node(wide), .float(Double(scale))])
      node.replaceAllUses(with: scaled)
      try context.removeInput(node)
      count += 1
    }
    context.count(count, "quantized", "weight")
    return count > 0
  }
}

/// Passes of a library's user: written by what the README and the documentation say, then saved.
struct OwnPassTests {
  @Test func multiplicationsAreFusedWithAdditions() throws {
    let graph = Graph()
    let inputs = ["a", "b", "c"].map { graph.end.placeholder($0) }
    for input in inputs { input.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3])) }
    let product = graph.end.callFunction(
      "torch.ops.aten.mul.Tensor", [.node(inputs[0]), .node(inputs[1])])
    let sum = graph.end.callFunction(
      "torch.ops.aten.add.Tensor", [.node(product), .node(inputs[2])])
    graph.end.output(.node(sum))
    var document = Document(ExportedProgram(graph))
    let reports = try PassPipeline("fuse-mul-add,eliminate-dead-code", passes: [.fuse])
      .run(on: &document)
    #expect(reports[0].counts.map(\.description) == ["fused 1 pair"])
    let calls = document.module.graph.findNodes(.callFunction)
    #expect(calls.map(\.target) == ["torch.ops.aten.addcmul.default"])
    #expect(calls[0].argNames == ["self", "tensor1", "tensor2"])
    #expect(calls[0].value == .tensor(TensorMeta(dtype: .float32, sizes: [2, 3])))
    let values = try (0..<3).map { try Tensor([[1, 2, 3], [4, 5, Float($0)]]) }
    let result = try ProgramRunner(document).run(values.map { .tensor($0) })
    #expect("\(result)" == "[tensor([[ 2.,  6., 12.],\n        [20., 30.,  2.]])]")
  }

  @Test(arguments: ["conv-norm", "residual-training"])
  func activationsAreReplacedAndSaved(_ name: String) throws {
    let folder = TemporaryFolder()
    var document = try fixture(name)
    let before = try outputs(of: document)
    try PassPipeline("relu-to-gelu", passes: [.smooth]).run(on: &document)
    for form in ["pt2", "json", "fx", "fx.json"] {
      let path = folder.file("out.\(form)")
      try document.write(toPath: path)
      let written = try Document(path: path)
      #expect(written.findings().filter(\.isError).isEmpty)
      let targets = Set(written.module.graph.findNodes(.callFunction).map(\.target))
      #expect(targets.contains("torch.ops.aten.gelu.default"))
      #expect(!targets.contains("torch.ops.aten.relu.default"))
    }
    let after = try outputs(of: Document(path: folder.file("out.pt2")))
    #expect(try !isClose(tensor(after[0]), tensor(before[0])))
    #expect(try isClose(tensor(after[0]), tensor(outputs(of: document)[0])))
  }

  @Test func nodesInsertedWithoutAPassAreSavedAsWell() throws {
    let folder = TemporaryFolder()
    let document = try fixture("conv-norm")
    let graph = document.module.graph
    let output = try #require(graph.outputNode)
    let last = try #require(output.args[0].elements?.first?.node)
    let gelu = graph.inserting(before: output)
      .callFunction("torch.ops.aten.gelu.default", [.node(last)])
    output.replaceInput(last, with: gelu)
    let path = folder.file("out.pt2")
    try document.write(toPath: path)
    let written = try Document(path: path)
    #expect(written.findings().filter(\.isError).isEmpty)
    #expect(written.module.graph.findNodes(.callFunction).last?.value == last.value)
    // The other ways to write are the same.
    try [document].write(toPath: folder.file("again.pt2"))
    #expect(try readFile(folder.file("again.pt2")) == readFile(path))
    let program = try #require(document.program)
    #expect(try written.program?.json() == program.json())
  }

  @Test(arguments: ["torch.mul", "aten::mul"])
  func otherSpellingsAreRefusedWhenWritten(_ target: String) throws {
    let folder = TemporaryFolder()
    let document = try fixture("conv-norm")
    let graph = document.module.graph
    let output = try #require(graph.outputNode)
    let last = try #require(output.args[0].elements?.first?.node)
    let node = graph.inserting(before: output).callFunction(target, [.node(last), 2])
    output.replaceInput(last, with: node)
    let found = error { try document.write(toPath: folder.file("out.pt2")) }
    #expect(found?.code == .unknownOperator)
    #expect(found?.place.node == node.name)
    #expect(found?.message.contains("write 'torch.ops.aten.mul.Tensor'") == true)
    #expect(folder.names.isEmpty)
    #expect(error { _ = try document.program?.json() }?.code == .unknownOperator)
  }

  @Test func operatorsThatNobodyDeclaredAreRefusedWhenWritten() throws {
    let document = try fixture("conv-norm")
    let graph = document.module.graph
    let output = try #require(graph.outputNode)
    let last = try #require(output.args[0].elements?.first?.node)
    let node = graph.inserting(before: output)
      .callFunction("torch.ops.mylib.cube.default", [.node(last)])
    output.replaceInput(last, with: node)
    let found = error { _ = try document.program?.json() }
    #expect(found?.code == .notSerializable)
    #expect(found?.message.contains("normalizeArguments") == true)
    let library = OperatorLibrary(context: document.module.context)
    library.declare(try OperatorSchema(parsing: "mylib::cube(Tensor x) -> Tensor"))
    library.normalizeArguments(of: node)
    #expect(try document.program?.json().isEmpty == false)
  }

  @Test func weightsAreQuantizedAndSaved() throws {
    let folder = TemporaryFolder()
    var document = try fixture("residual-training")
    let before = try outputs(of: document)
    let reports = try PassPipeline("quantize", passes: [.quantize]).run(on: &document)
    #expect(reports[0].counts.map(\.number) == [3])
    let path = folder.file("small.pt2")
    try document.write(toPath: path)
    let written = try Document(path: path)
    #expect(written.findings().filter(\.isError).isEmpty)
    let archive = try #require(written.archive)
    let names = try archive.weightEntries(of: written.modelName).map(\.name)
    #expect(names.contains("conv1.weight_int8") && !names.contains("conv1.weight"))
    #expect(try archive.constants(of: "model").contains { $0.view.dtype == .int8 })
    let after = try tensor(outputs(of: written)[0])
    let bounds = TensorDifference.Tolerance(relative: 0.1, absolute: 0.1)
    #expect(try TensorDifference(after, expected: tensor(before[0]), bounds).isClose)
    #expect(try isClose(after, tensor(outputs(of: document)[0])))
  }
}
