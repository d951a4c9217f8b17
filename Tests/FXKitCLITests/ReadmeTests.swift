import FXKit
import FXTestSupport
import Foundation
import Testing

@testable import FXKitCLI

/// The README shows what the command prints, and compiles what it shows of the library.
///
/// Its `console` blocks are run and compared; with FXKIT_BLESS set they are written anew, and the
/// test fails.
struct ReadmeTests {
  private static let path = Fixtures.root.dropLast("Fixtures".count) + "README.md"

  @Test func consoleBlocksShowWhatIsPrinted() throws {
    let readme = String(decoding: try readFile(String(Self.path)), as: UTF8.self)
    let folder = TemporaryFolder()
    folder.write("operators.fx", try #require(Self.block("fx", of: readme)).utf8)
    folder.write("shapes.json", #"{"x": [1, 3], "y": [2, 3], "z": [4, 2]}"#.utf8)
    var lines: [String] = []
    var commands = 0
    var isConsole = false
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```console" { isConsole = true }
      if isConsole, line == "```" { isConsole = false }
      if isConsole, line.hasPrefix("$ fxkit ") {
        commands += 1
        lines.append(String(line))
        lines += Self.run(line.dropFirst(8), in: folder)
      } else if !isConsole || line == "```console" {
        lines.append(String(line))
      }
    }
    #expect(commands >= 8)
    let current = lines.joined(separator: "\n")
    if getenv("FXKIT_BLESS") != nil, current != readme {
      try Data(current.utf8).write(to: URL(fileURLWithPath: String(Self.path)))
    }
    for (line, shown) in zip(lines, readme.split(separator: "\n", omittingEmptySubsequences: false))
    where line != shown {
      Issue.record("the README shows '\(shown)', the command prints '\(line)'")
      return
    }
    #expect(lines.count == readme.split(separator: "\n", omittingEmptySubsequences: false).count)
    #expect(getenv("FXKIT_BLESS") == nil)
  }

  /// Returns the first block of a language.
  private static func block(_ language: String, of readme: String) -> Substring? {
    guard let start = readme.firstRange(of: "```\(language)\n") else { return nil }
    let rest = readme[start.upperBound...]
    return rest.firstRange(of: "```").map { rest[..<$0.lowerBound] }
  }

  /// Runs a command line of the README and returns what it prints, standard error first.
  private static func run(_ line: Substring, in folder: TemporaryFolder) -> [String] {
    let isFile = { (word: Substring) in
      !word.hasPrefix("-")
        && ["pt2", "json", "fx", "safetensors", "npy"].contains(word.split(separator: ".").last)
    }
    let words = line.split(separator: " ").map { word in
      if word.hasPrefix("Fixtures/") { return Fixtures.root + word.dropFirst(8) }
      return isFile(word) ? folder.file(String(word)) : String(word)
    }
    let invocation = Invocation(words)
    return
      (invocation.errors
      + invocation.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
        String.init))
      .flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
      .map {
        $0.replacingOccurrences(of: Fixtures.root, with: "Fixtures")
          .replacingOccurrences(of: folder.path + "/", with: "")
      }
  }

  @Test func tableOfPassesIsComplete() throws {
    let readme = String(decoding: try readFile(String(Self.path)), as: UTF8.self)
    for pass in GraphPass.all { #expect(readme.contains("\n| `\(pass.name)` | ")) }
  }

  /// Expects that the README has lines, one after the other.
  private static func expectREADME(_ lines: String, _ location: SourceLocation = #_sourceLocation)
    throws
  {
    let readme = String(decoding: try readFile(String(path)), as: UTF8.self)
    #expect(readme.contains("\n\(lines)\n"), sourceLocation: location)
  }

  /// Regions, and a ResNet in training mode, which writes to buffers.
  @Test(arguments: ["demo", "residual-training"])
  func libraryExampleRuns(_ name: String) throws {
    let folder = TemporaryFolder()
    folder.write("model.pt2", try Fixtures.read("archives/\(name).pt2"))
    let input = folder.file("model.pt2")
    let output = folder.file("out.pt2")
    // The lines of the README, with the paths of this test.
    var document = try Document(path: input)
    let pipeline = try PassPipeline("replace-set-grad,replace-autocast,decompose")
    try pipeline.run(on: &document)
    try document.write(toPath: output)
    let runner = try ProgramRunner(document)
    let outputs = try runner.run(runner.sampleInputs(of: document))
    let written = try Document(path: output)
    #expect(written.findings().isEmpty)
    #expect(written.program?.verifiers == ["ATEN"])
    let again = try ProgramRunner(written)
    let comparison = try ModelComparison(
      ProgramRunner(document), again, inputs: again.sampleInputs(of: written))
    #expect(comparison.isSame)
    try Self.expectREADME(
      """
      var document = try Document(path: "model.pt2")
      let pipeline = try PassPipeline("replace-set-grad,replace-autocast,decompose")
      try pipeline.run(on: &document)
      try document.write(toPath: "out.pt2")
      let runner = try ProgramRunner(document)
      let outputs = try runner.run(runner.sampleInputs(of: document))
      """)
    if name == "residual-training" {
      let line = "\(outputs)".split(separator: "\n")[0]
      try Self.expectREADME("print(outputs)  // \(line) …\n```")
    }
  }

  @Test func ownPassExampleRuns() throws {
    var document = try Document(path: Fixtures.path("archives/residual-training.pt2"))
    let smooth = GraphPass("relu-to-gelu", "replaces relu by gelu") { module, context in
      let relus = module.graph.nodes.filter { $0.isCall(of: "torch.ops.aten.relu.default") }
      for relu in relus {
        let gelu = module.graph.inserting(before: relu)
          .callFunction("torch.ops.aten.gelu.default", [relu.args[0]])
        relu.replaceAllUses(with: gelu)
        try relu.erase()
      }
      context.count(relus.count, "replaced", "relu")
      return !relus.isEmpty
    }
    try PassPipeline("relu-to-gelu,decompose", passes: [smooth]).run(on: &document)
    #expect(document.module.graph.nodes.count { $0.target == "torch.ops.aten.gelu.default" } == 2)
    try Self.expectREADME(
      """
      let smooth = GraphPass("relu-to-gelu", "replaces relu by gelu") { module, context in
        let relus = module.graph.nodes.filter { $0.isCall(of: "torch.ops.aten.relu.default") }
        for relu in relus {
          let gelu = module.graph.inserting(before: relu)
            .callFunction("torch.ops.aten.gelu.default", [relu.args[0]])
          relu.replaceAllUses(with: gelu)
          try relu.erase()
        }
        context.count(relus.count, "replaced", "relu")
        return !relus.isEmpty
      }
      try PassPipeline("relu-to-gelu,decompose", passes: [smooth]).run(on: &document)
      """)
  }

  @Test func changesExampleRuns() throws {
    let folder = TemporaryFolder()
    var document = try Document(path: Fixtures.path("archives/residual-training.pt2"))
    document.tensors["fc.bias"] = try Tensor([0.5, 0, 0, 0, 1])
    document.program?.guardsCode = []
    try document.write(toPath: folder.file("changed.pt2"))
    let changed = try ProgramRunner(Document(path: folder.file("changed.pt2")))
    #expect(
      changed.state["fc.bias"]?.description == "tensor([0.5000, 0.0000, 0.0000, 0.0000, 1.0000])")

    let graph = Graph()
    let (w, x) = (graph.end.placeholder("w"), graph.end.placeholder("x"))
    w.value = .tensor(TensorMeta(dtype: .float32, sizes: [4, 3]))
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
    graph.end.output(
      .node(graph.end.callFunction("torch.ops.aten.linear.default", [.node(x), .node(w)])))
    let made = Document(
      ExportedProgram(graph, parameters: ["w": "fc.weight"]),
      tensors: ["fc.weight": try .randn([4, 3], generator: RandomGenerator(seed: 0))])
    try made.write(toPath: folder.file("made.pt2"))
    #expect(try Document(path: folder.file("made.pt2")).findings().isEmpty)
    try Self.expectREADME(
      """
      document.tensors["fc.bias"] = try Tensor([0.5, 0, 0, 0, 1])
      document.program?.guardsCode = []
      try document.write(toPath: "changed.pt2")

      let graph = Graph()
      let (w, x) = (graph.end.placeholder("w"), graph.end.placeholder("x"))
      w.value = .tensor(TensorMeta(dtype: .float32, sizes: [4, 3]))
      x.value = .tensor(TensorMeta(dtype: .float32, sizes: [2, 3]))
      graph.end.output(
        .node(graph.end.callFunction("torch.ops.aten.linear.default", [.node(x), .node(w)])))
      let made = Document(
        ExportedProgram(graph, parameters: ["w": "fc.weight"]),
        tensors: ["fc.weight": try .randn([4, 3], generator: RandomGenerator(seed: 0))])
      try made.write(toPath: "made.pt2")
      """)
  }

  @Test(arguments: ["conv-norm", "residual-training"])
  func customOperatorExampleRuns(_ name: String) throws {
    let folder = TemporaryFolder()
    folder.write("model.pt2", try Fixtures.read("archives/\(name).pt2"))
    var document = try Document(path: folder.file("model.pt2"))
    // The lines of the README.
    let library = OperatorLibrary(context: document.module.context)
    library.declare(try OperatorSchema(parsing: "mylib::cube(Tensor x) -> Tensor"))
    try library.register(
      OperatorDefinition("mylib::cube", shape: ShapeRules.unary()) { call, e in
        try e.call("aten::pow.Tensor_Scalar", call[0], 3)
      })
    let output = try #require(document.module.graph.findNodes(.output).first)
    let last = try #require(document.module.graph.findNodes(.callFunction).last)
    let cube = document.module.graph.inserting(before: output)
      .callFunction("torch.ops.mylib.cube.default", [.node(last)])
    cube.value = last.value
    output.args = [.tuple([.node(cube)])]
    let before = try ProgramRunner(document, library: library)
    let expected = try before.run(before.sampleInputs(of: document))
    try PassPipeline("decompose").run(on: &document, context: PassContext(library))
    let cubes = try ProgramRunner(document, library: library)
    let results = try cubes.run(cubes.sampleInputs(of: document))
    guard case .tensor(let a)? = expected.first, case .tensor(let b)? = results.first else {
      throw FXError(.runInputs, "no tensors")
    }
    #expect(try TensorDifference(b, expected: a, .standard(for: .float32)).isClose)
    #expect(!document.module.graph.nodes.contains { $0.target == "torch.ops.mylib.cube.default" })
    let readme = String(decoding: try readFile(String(Self.path)), as: UTF8.self)
    for line in [
      "library.declare(try OperatorSchema(parsing: \"mylib::cube(Tensor x) -> Tensor\"))",
      "  OperatorDefinition(\"mylib::cube\", shape: ShapeRules.unary()) { call, e in",
      "try PassPipeline(\"decompose\").run(on: &document, context: PassContext(library))",
      "let cubes = try ProgramRunner(document, library: library)",
    ] { #expect(readme.contains("\n\(line)\n")) }
  }
}
