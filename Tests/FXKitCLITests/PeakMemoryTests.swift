import FXKit
import FXTestSupport
import Testing

/// The memory that the built command takes: below the file's size and four times its JSON.
@Suite struct PeakMemoryTests {
  private let folder = TemporaryFolder()

  /// A program of many nodes, each with metadata of its own.
  private static let json: [UInt8]? = {
    let graph = Graph()
    let tensor = graph.context.values.intern(
      .tensor(TensorMeta(dtype: .float32, sizes: [2, 3, .expr(SymExpr("s0 + 1"))])))
    var node = graph.end.placeholder("x")
    node.valueID = tensor
    for index in 0..<4_000 {
      let next = graph.end.callFunction("torch.ops.aten.sin.default", [.node(node)])
      next.argNames = ["self"]
      next.valueID = tensor
      let trace = "File \"m.py\", line \(index), in f\n  x = sin(x)  # \(index)"
      next.setMetadata([("stack_trace", trace)])
      node = next
    }
    graph.end.output(.tuple([.node(node)]))
    let program = ExportedProgram(
      module: GraphModule(graph),
      signature: GraphSignature(
        inputs: [InputSpec(.userInput(.value(.positional)))],
        outputs: [OutputSpec(.userOutput(.value(.positional)))]))
    return try? program.json()
  }()

  /// Writes the program in a form and returns its path; `old` is model JSON of schema 8.2.
  private func write(_ form: String) throws -> String {
    let json = try #require(Self.json)
    let path = folder.write("in.json", json)
    switch form {
    case "json": return path
    case "old":
      let text = String(decoding: json, as: UTF8.self)
      return folder.write("old.json", text.replacing("\"minor\": 20", with: "\"minor\": 2").utf8)
    default:
      // What has no weights becomes an archive of the model alone.
      let target = folder.file("in.\(form)")
      #expect(Invocation("convert", path, target).errors == [])
      return target
    }
  }

  @Test(arguments: ["json", "old", "fx", "fx.json", "pt2"])
  func staysBelowFourTimesTheJSON(_ form: String) throws {
    let path = try write(form)
    let size = try readFile(path).count
    let json = try #require(Self.json).count
    let base = try Subprocess.fxkit("--version").finish().peakMemory
    let run = try Subprocess.fxkit("convert", path, folder.file("out.json")).finish()
    #expect(run.status == .exited(0), "\(run.errors)")
    #expect(run.peakMemory - base < size + 4 * json)
  }
}
