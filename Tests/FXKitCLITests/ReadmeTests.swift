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
    try [document].write(toPath: output)
    let runner = try ProgramRunner(document)
    let outputs = try runner.run(runner.sampleInputs(of: document))
    let written = try Document(path: output)
    #expect(written.findings().isEmpty)
    #expect(written.program?.verifiers == ["ATEN"])
    let again = try ProgramRunner(written)
    let comparison = try ModelComparison(
      ProgramRunner(document), again, inputs: again.sampleInputs(of: written))
    #expect(comparison.outputs.isEmpty)
    #expect(outputs.count == 1)
    let readme = String(decoding: try readFile(String(Self.path)), as: UTF8.self)
    for line in [
      "var document = try Document(path: \"model.pt2\")",
      "let pipeline = try PassPipeline(\"replace-set-grad,replace-autocast,decompose\")",
      "try pipeline.run(on: &document)", "try [document].write(toPath: \"out.pt2\")",
    ] { #expect(readme.contains("\n\(line)\n")) }
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
