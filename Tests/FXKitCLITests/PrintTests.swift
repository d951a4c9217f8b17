import FXTestSupport
import Testing

@testable import FXKitCLI

struct PrintTests {
  static let names = Fixtures.list("prints").filter { $0.hasSuffix(".json") }
    .map { String($0.dropLast(5)) }

  @Test func finds() { #expect(Self.names.count >= 14) }

  /// The formats are PyTorch's, with an end of line behind the texts that have none.
  @Test(arguments: names)
  func formatsArePyTorchs(_ name: String) throws {
    let path = Fixtures.path("prints/\(name).json")
    let graph = try Fixtures.read("prints/\(name).graph.txt")
    #expect(Invocation("print", "-f", "graph", path).output == graph + [0x0A])
    let code = try Fixtures.read("prints/\(name).code.txt")
    #expect(Invocation("print", "-f", "code", path).output == code)
    let readable = try Fixtures.read("prints/\(name).readable.txt")
    #expect(Invocation("print", "-f", "readable", path).output == readable + [0x0A])
    let full = try Fixtures.read("prints/\(name).readable-full.txt")
    #expect(
      Invocation("print", "-f", "readable", "--stride", "--device", path).output == full + [0x0A])
    // Python's table shows an address that differs in every run.
    let table = try Fixtures.read("prints/\(name).table.txt")
    if !String(decoding: table, as: UTF8.self).contains(" at 0x") {
      #expect(Invocation("print", "-f", "table", path).output == table + [0x0A])
    }
  }

  @Test func textIsTheDefault() {
    let path = Fixtures.path("prints/cond.json")
    let run = Invocation("print", path)
    #expect(run.status == 0)
    #expect(run.errors == [])
    #expect(run.text.hasPrefix("fx 1\n"))
    #expect(run.output == Invocation("print", "-f", "text", path).output)
    #expect(run.text.contains(" : f32["))
    #expect(!run.text.contains("stack_trace"))
    #expect(!Invocation("print", "--no-values", path).text.contains(" : "))
    #expect(Invocation("print", "--metadata", path).text.contains("stack_trace"))
  }

  @Test func oneSubmoduleCanBePicked() {
    let path = Fixtures.path("prints/cond.json")
    let run = Invocation("print", "--module", "true_graph_0", "-f", "graph", path)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix("graph():\n"))
    #expect(run.output != Invocation("print", "-f", "graph", path).output)
  }

  @Test(arguments: ["text", "graph", "code", "readable", "table"])
  func jsonHoldsTheTextsOfAllModules(_ format: String) throws {
    let path = Fixtures.path("prints/cond.json")
    let run = Invocation("print", "--json", "-f", format, path)
    #expect(run.lines.count == 1)
    let items = try #require(json(run.output) as? [[String: String]])
    #expect(items.map { $0["path"] } == ["", "true_graph_0", "false_graph_0"])
    for item in items {
      let module = item["path"] ?? ""
      let arguments = module.isEmpty ? [] : ["--module", module]
      #expect(item["text"] == Invocation(["print", "-f", format, path] + arguments).text)
    }
  }

  @Test func allFormsPrintTheSame() throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("archives/demo.pt2")
    let expected = Invocation("print", "--metadata", path)
    for name in ["a.json", "a.fx", "a.fx.json"] {
      #expect(Invocation("convert", path, folder.file(name)).status == 0)
      #expect(Invocation("print", "--metadata", folder.file(name)).output == expected.output)
    }
  }
}
