import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct DiffTests {
  private let folder = TemporaryFolder()
  private let archive = Fixtures.path("archives/conv-norm.pt2")

  private func text(_ name: String, _ body: String) -> String {
    folder.write(name, "fx 1\nmodule @main {\n\(body)}\n".utf8)
  }

  private var a: String {
    text(
      "a.fx",
      """
      %x = placeholder : f32[3]
      %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
      %add = call_function torch.ops.aten.add.Tensor(self: %sin, other: 1) : f32[3]
      output (%add,)

      """)
  }

  private var b: String {
    text(
      "b.fx",
      """
      %x = placeholder : f32[3]
      %wave = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
      %relu = call_function torch.ops.aten.relu.default(self: %wave) : f32[3]
      %add = call_function torch.ops.aten.add.Tensor(self: %relu, other: 1) : f32[3]
      output (%add,)

      """)
  }

  @Test func equalFilesGiveNothing() {
    for path in [archive, Fixtures.path("programs/mutations.json")] {
      let run = Invocation("diff", path, path)
      #expect(run.status == 0)
      #expect(run.output == [] && run.errors == [])
      #expect(Invocation("diff", "--json", path, path).object["equal"] as? Bool == true)
    }
  }

  @Test func differencesAreUnifiedText() {
    let run = Invocation("diff", a, b)
    #expect(run.status == 1)
    #expect(run.errors == [])
    let lines = run.lines.map { $0.replacing(folder.path + "/", with: "") }
    #expect(
      lines == [
        "--- a.fx", "+++ b.fx", "@@ -1,4 +1,5 @@ graph", " %x = placeholder : f32[3]",
        "-%sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]",
        "-%add = call_function torch.ops.aten.add.Tensor(self: %sin, other: 1) : f32[3]",
        "+%wave = call_function torch.ops.aten.sin.default(self: %x) : f32[3]",
        "+%relu = call_function torch.ops.aten.relu.default(self: %wave) : f32[3]",
        "+%add = call_function torch.ops.aten.add.Tensor(self: %relu, other: 1) : f32[3]",
        " output (%add,)",
      ])
  }

  @Test func summariesCount() {
    let run = Invocation("diff", "--summary", a, b)
    #expect(run.status == 1)
    #expect(run.lines.last == "graph: 1 added, 1 name, 1 arguments")
  }

  @Test func scriptsGetJSON() throws {
    let run = Invocation("diff", "--json", a, b)
    #expect(run.status == 1)
    #expect(run.object["equal"] as? Bool == false)
    let models = try #require(run.object["models"] as? [[String: Any]])
    let graphs = try #require(models.first?["graphs"] as? [[String: Any]])
    let nodes = try #require(graphs.first?["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["change"] as? String } == ["changed", "added", "changed"])
    #expect(nodes[0]["differs_in"] as? [String] == ["name"])
  }

  @Test func quietTellsByTheStatusAlone() {
    let run = Invocation("diff", "-q", a, b)
    #expect(run.status == 1)
    #expect(run.output == [] && run.errors == [])
  }

  @Test func metadataIsIgnoredOnDemand() throws {
    let stripped = folder.file("stripped.pt2")
    #expect(
      Invocation("transform", archive, "-p", "strip-metadata", "-q", "-o", stripped).status == 0)
    let run = Invocation("diff", archive, stripped)
    #expect(run.status == 1)
    #expect(run.text.contains("\n-    stack_trace: "))
    #expect(Invocation("diff", "--ignore", "metadata", archive, stripped).status == 0)
    #expect(Invocation("diff", "--ignore=names,metadata", archive, stripped).status == 0)
  }

  @Test func modelsArePairedByName() throws {
    let models = Fixtures.path("archives/two-models.pt2")
    #expect(Invocation("diff", models, models).status == 0)
    let names = try PT2Archive(path: models).modelNames
    let single = folder.file("single.json")
    #expect(Invocation("convert", models, single, "--model", names[1]).status == 0)
    let other = Invocation("diff", models, single)
    #expect(other.status == 1)
    #expect(other.text.contains("@@ models @@"))
    let chosen = Invocation("diff", models, single, "--model", names[1])
    #expect(chosen.status == 2)
    #expect(chosen.errors[0].contains("only a .pt2 archive has models by name"))
  }

  @Test func weightsOfOneFileAloneAreNotCompared() {
    let json = folder.file("model.json")
    #expect(Invocation("convert", archive, json).status == 0)
    let run = Invocation("diff", archive, json)
    #expect(run.status == 0)
    #expect(run.output == [])
    #expect(run.errors == ["weights are not compared: only one of the files is an archive"])
  }

  @Test func errorsAreToldFromDifferences() {
    let missing = Invocation("diff", a, folder.file("missing.fx"))
    #expect(missing.status == 2)
    #expect(missing.output == [])
    #expect(missing.errors.count == 1 && missing.errors[0].hasPrefix("fxkit: error: "))
    #expect(Invocation("diff", a).status == 2)
    #expect(Invocation("diff", "-", "-").status == 2)
    #expect(Invocation("diff", "--ignore", "nonsense", a, b).status == 2)
  }
}
