import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXRuntime
import FXSchemas
import FXTensor
import FXTestSupport
import Testing

/// Pipelines on programs and documents: signature, dialect and constants follow, and what fails
/// leaves everything as it was.
struct ProgramPipelineTests {
  private func error(_ body: () throws -> Void) -> FXError? {
    do { try body() } catch { return error as? FXError }
    return nil
  }

  private func text(of document: Document) throws -> String {
    var sink = ByteSink()
    try document.write(to: &sink, as: .modelJSON)
    return String(decoding: sink.bytes, as: UTF8.self)
  }

  private func document(_ name: String) throws -> Document {
    try Document(path: Fixtures.path("archives/\(name).pt2"))
  }

  /// Adds a node behind the first call, and makes everything use it.
  private func inserting(_ target: String, _ numbers: [Int] = []) -> GraphPass {
    GraphPass("insert", "inserts a call") { module, _ in
      let graph = module.graph
      guard let first = graph.findNodes(.callFunction).first else { return false }
      let node = graph.inserting(after: first).callFunction(
        target, [.node(first)] + numbers.map { .int($0) })
      first.replaceAllUses(with: node) { $0 != node }
      return true
    }
  }

  /// A program that writes to buffers in place: batch norm in training mode.
  @Test func signatureAndDialectFollow() throws {
    var document = try document("residual-training")
    let before = try ProgramRunner(document.copy())
    let reports = try PassPipeline("decompose").run(on: &document)
    #expect(reports.map(\.hasChanged) == [true])
    let program = try #require(document.program)
    #expect(program.verifiers == ["ATEN"])
    #expect(program.signature.outputs.first?.kindName == "buffer_mutation")
    #expect(document.findings().filter(\.isError).isEmpty)
    let after = try ProgramRunner(document)
    let comparison = try ModelComparison(
      before, after, inputs: before.sampleInputs(of: document), allowsRounding: true)
    #expect(comparison.isSame)
  }

  @Test func constantsAreTheDocuments() throws {
    var document = try document("conv-norm")
    let weight = try #require(document.program?.graph.placeholders.first)
    let exp = weight.graph.inserting(
      before: try #require(weight.graph.findNodes(.callFunction).first)
    ).callFunction("torch.ops.aten.exp.default", [.node(weight)])
    weight.replaceAllUses(with: exp) { $0 != exp }
    try PassPipeline("fold-constants").run(on: &document)
    #expect(document.addedConstants.map(\.name) == ["_folded_tensor_constant0"])
    // Folding again sees the constant that the archive does not have.
    let added = try #require(
      document.program?.graph.placeholders.first { $0.name.hasPrefix("c_folded") })
    let log = added.graph.inserting(
      before: try #require(added.graph.findNodes(.callFunction).first)
    ).callFunction("torch.ops.aten.log.default", [.node(added)])
    added.replaceAllUses(with: log) { $0 != log }
    let reports = try PassPipeline("fold-constants").run(on: &document)
    #expect(reports[0].hasChanged)
    #expect(document.addedConstants.count == 2)
    let runner = try ProgramRunner(document)
    #expect(try runner.run(runner.sampleInputs(of: document)).count == 1)
  }

  /// Verifying after each pass sees what earlier ones made, and what the program has lost.
  @Test func constantsOfPassesAreVerified() throws {
    var document = try document("conv-norm")
    let graph = document.module.graph
    let weight = try #require(graph.placeholders.first)
    let first = try #require(graph.findNodes(.callFunction).first)
    let exp = graph.inserting(before: first).callFunction(
      "torch.ops.aten.exp.default", [.node(weight)])
    weight.replaceAllUses(with: exp) { $0 != exp }
    let removing = GraphPass("remove", "removes a folded constant, and a weight") {
      module, context in
      let graph = module.graph
      let folded = graph.placeholders.filter { $0.name.hasPrefix("c_folded") }
      let (weight, bias) = (graph.placeholders[0], graph.placeholders[1])
      let first = graph.findNodes(.callFunction)[0]
      let made = graph.inserting(before: first).callFunction(
        "torch.ops.aten.sin.default", [.node(bias)])
      made.value = bias.value
      folded[0].replaceAllUses(with: weight)
      bias.replaceAllUses(with: made) { $0 != made }
      try context.removeInput(folded[0])
      return true
    }
    var pipeline = try PassPipeline(
      "fold-constants,remove,fold-constants,decompose,fold-constants", passes: [removing])
    pipeline.verifiesProgram = true
    let reports = try pipeline.run(on: &document)
    #expect(reports.prefix(3).map(\.hasChanged) == [true, true, true])
    let targets = Set(document.program?.signature.inputs.compactMap(\.target) ?? [])
    let added = document.addedConstants.map(\.name)
    #expect(!added.isEmpty && targets.isSuperset(of: added))
    #expect(document.findings().filter(\.isError).isEmpty)
    let folder = TemporaryFolder()
    try document.write(toPath: folder.file("out.pt2"))
    let written = try Document(path: folder.file("out.pt2"))
    #expect(written.findings().filter(\.isError).isEmpty)
    // A constant that nobody has is still missing.
    document.addedConstants = []
    #expect(document.findings().filter(\.isError).map(\.code) == added.map { _ in .weightMissing })
  }

  /// Buffers that decompose makes of constants that are written to are found among the constants.
  @Test func buffersOfPassesAreVerified() throws {
    for name in ["residual-training", "trees-and-mutation", "dtypes-and-constants", "conv-norm"] {
      var document = try document(name)
      var pipeline = try PassPipeline("decompose,fold-constants,eliminate-dead-code,decompose")
      pipeline.verifiesProgram = true
      try pipeline.run(on: &document)
      #expect(document.findings().filter(\.isError).isEmpty)
    }
    let graph = Graph()
    let (c, x) = (graph.end.placeholder("c"), graph.end.placeholder("x"))
    for node in [c, x] { node.value = .tensor(TensorMeta(dtype: .float32, sizes: [2])) }
    graph.end.callFunction("torch.ops.aten.add_.Tensor", [.node(c), .node(x)])
    graph.end.output(.tuple([.node(c)]))
    var program = ExportedProgram(graph, buffers: ["c": "c"])
    program.signature.inputs[0].kind = .tensorConstant(.positional, target: "c")
    let folder = TemporaryFolder()
    try Document(program, tensors: ["c": .zeros([2])]).write(toPath: folder.file("c.pt2"))
    var document = try Document(path: folder.file("c.pt2"))
    var pipeline = try PassPipeline("decompose")
    pipeline.verifiesProgram = true
    try pipeline.run(on: &document)
    #expect(document.program?.signature.inputs[0].kindName == "buffer")
  }

  @Test func whatThrowsLeavesTheDocument() throws {
    let failing = GraphPass("fail", "fails half way") { module, context in
      let graph = module.graph
      let node = graph.findNodes(.callFunction)[0]
      node.target = "torch.ops.aten.sin.default"
      for (name, _) in module.members { module[name] = nil }
      module.metadata = [("key", "text")]
      graph.end.placeholder("late")
      context.signature?.outputs = []
      module.graph = Graph(context: graph.context)
      throw FXError(.operatorUnsupported, "half way")
    }
    for name in ["residual-training", "demo", "trees-and-mutation"] {
      var document = try document(name)
      let before = try text(of: document)
      let module = document.module
      let node = try #require(module.graph.findNodes(.callFunction).first)
      let target = node.target
      for passes in ["decompose,fail", "replace-set-grad,replace-autocast,fail", "fail"] {
        let pipeline = try PassPipeline(passes, passes: [failing])
        #expect(error { try pipeline.run(on: &document) }?.code == .operatorUnsupported)
        #expect(try text(of: document) == before)
        // Handles from before are of the same nodes.
        #expect(document.module === module && node.graph === module.graph)
        #expect(node.target == target)
        #expect(error { try pipeline.run(on: module) }?.code == .operatorUnsupported)
        #expect(try text(of: document) == before)
      }
      // What was taken back can be changed as ever.
      try PassPipeline("replace-set-grad,replace-autocast,decompose").run(on: &document)
      #expect(document.findings().filter(\.isError).isEmpty)
    }
  }

  @Test func signaturesThatAreLeftBehindAreErrors() throws {
    let doubling = GraphPass("double", "returns everything twice") { module, _ in
      let parts = module.graph.outputNode?.args[0].elements ?? []
      module.graph.setOutput(.tuple(parts + parts))
      return true
    }
    var document = try document("conv-norm")
    let before = try text(of: document)
    let found = error { try PassPipeline("double", passes: [doubling]).run(on: &document) }
    #expect(found?.code == .brokenByPass)
    #expect(found?.place.path == "graph_module.signature.output_specs")
    #expect(found?.message.contains("(signature.arity)") == true)
    #expect(try text(of: document) == before)
  }

  @Test func nodesMadeByPassesAreCompleted() throws {
    var document = try document("conv-norm")
    try PassPipeline("insert", passes: [inserting("torch.ops.aten.gelu.default")])
      .run(on: &document)
    let node = try #require(document.module.graph.node(named: "gelu_default"))
    #expect(node.argNames == ["self"])
    #expect(node.value == node.args[0].node?.value)
    #expect(node.value != nil)
    _ = try text(of: document)
    #expect(document.findings().filter(\.isError).isEmpty)
  }

  @Test(arguments: [
    ("torch.mul", [2] as [Int], "'torch.ops.aten.mul.Tensor'"),
    ("aten::gelu", [], "'torch.ops.aten.gelu.default'"),
    ("aten.gelu.default", [], "'torch.ops.aten.gelu.default'"),
    ("torch.ops.aten.gelu", [], "'torch.ops.aten.gelu.default'"),
    ("torch.nn.functional.gelu", [], "'torch.ops.aten.gelu.default'"),
    ("gelu", [], "'torch.ops.aten.gelu.default'"),
    ("aten::add.Scalar", [1], "'torch.ops.aten.add.Scalar'"),
    ("torch.special.erfinv", [], "'torch.ops.aten.erfinv.default'"),
    ("torch.special.i1", [], "'torch.ops.aten.special_i1.default'"),
    ("torch.linalg.inv", [], "'torch.ops.aten.linalg_inv.default'"),
    ("torch.Tensor.sum", [], "'torch.ops.aten.sum.default'"),
    ("torch.ops.aten.sin.Tensor", [], "'torch.ops.aten.sin.default'"),
    ("torch.ops.aten.geluu.default", [], "'torch.ops.aten.gelu.default'"),
    ("mylib::op", [], "'torch.ops.mylib.op.default'"),
  ])
  func targetsAreSpelledAsGraphsDo(
    _ target: String, _ extra: [Int], _ spelling: String
  ) throws {
    var document = try document("conv-norm")
    let pass = inserting(target, extra)
    let found = error { try PassPipeline("insert", passes: [pass]).run(on: &document) }
    #expect(found?.code == .brokenByPass)
    #expect(found?.message.contains(spelling) == true, "\(found?.message ?? "")")
    #expect(found?.place.node != nil)
  }

  @Test func wrongArgumentsAreErrorsOfThePass() throws {
    var document = try document("conv-norm")
    let pass = inserting("torch.ops.aten.gelu.default", [1, 2])
    let found = error { try PassPipeline("insert", passes: [pass]).run(on: &document) }
    #expect(found?.message.contains("(operator.tooManyArguments)") == true)
  }

  @Test func operatorsFromElsewhereAreKnownOrLeft() throws {
    var document = try document("conv-norm")
    let library = OperatorLibrary(context: document.module.context)
    library.declare(try OperatorSchema(parsing: "mylib::cube(Tensor x) -> Tensor"))
    let pass = inserting("torch.ops.mylib.cube.default")
    let pipeline = try PassPipeline("insert", passes: [pass])
    try pipeline.run(on: &document, context: PassContext(library))
    #expect(document.module.graph.node(named: "cube_default")?.argNames == ["x"])
    // What nobody declared may be anything.
    var other = try self.document("conv-norm")
    try PassPipeline("insert", passes: [inserting("torch.ops.yours.op.default")]).run(on: &other)
    #expect(other.module.graph.node(named: "op_default") != nil)
  }

  @Test func programsAreChangedInPlace() throws {
    var document = try document("conv-norm")
    document.program?.guardsCode = ["True"]
    document.program?.signature.outputs.removeLast()
    #expect(document.program?.guardsCode == ["True"])
    #expect(document.program?.signature.outputs.isEmpty == true)
    let module = document.module
    document.program = nil
    #expect(document.program == nil)
    #expect(document.module === module)
  }

  @Test func passesOfOnesOwnAreNamed() throws {
    let own = inserting("torch.ops.aten.relu.default")
    let pipeline = try PassPipeline("insert,decompose", passes: [own])
    #expect(pipeline.steps.map(\.pass.name) == ["insert", "decompose"])
    #expect(error { _ = try PassPipeline("inser", passes: [own]) }?.code == .unknownPass)
    let found = error { _ = try PassPipeline("decompos", passes: [own]) }
    #expect(found?.message.contains("did you mean 'decompose'?") == true)
    #expect(
      error { _ = try PassPipeline("inset", passes: [own]) }?.message.contains("'insert'") == true)
  }

  @Test func wholeProgramsAreVerifiedWhereThatIsAsked() throws {
    let breaking = GraphPass("break", "forgets a value") { module, _ in
      module.graph.findNodes(.callFunction).first?.value = nil
      return true
    }
    var document = try document("conv-norm")
    var pipeline = try PassPipeline("break", passes: [breaking])
    pipeline.verifiesProgram = true
    let found = error { try pipeline.run(on: &document) }
    #expect(found?.code == .brokenByPass)
    #expect(found?.message.contains("(graph.missingValue)") == true)
    #expect(document.module.graph.findNodes(.callFunction).first?.value != nil)
  }
}
