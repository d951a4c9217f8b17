import FXTestSupport
import Testing

@testable import FXKitCLI

struct ValidateTests {
  @Test(arguments: ["archives/conv-norm.pt2", "archives/two-models.pt2", "prints/conv-norm.json"])
  func cleanProgramsHaveNoFindings(_ name: String) {
    let path = Fixtures.path(name)
    let run = Invocation("validate", "--strict", path)
    #expect(run.status == 0)
    #expect(run.output == [])
    #expect(run.errors == ["\(path): no findings"])
    let json = Invocation("validate", "--json", path)
    #expect(json.status == 0)
    #expect(json.errors == [])
    #expect(json.object["file"] as? String == path)
    #expect(json.object["errors"] as? Int == 0 && json.object["warnings"] as? Int == 0)
  }

  /// PyTorch can't load autocast switches; they are no error before the passes have run.
  @Test func warningsCountWhereTheyAreToldTo() throws {
    let path = Fixtures.path("archives/demo.pt2")
    let run = Invocation("validate", path)
    #expect(run.status == 0)
    #expect(run.lines.count > 0)
    for line in run.lines {
      #expect(line.hasPrefix("warning: ") && line.hasSuffix(" [region.notLoadable]"), "\(line)")
    }
    #expect(run.errors.count == 1)
    #expect(Invocation("validate", "--strict", path).status == 1)
    #expect(Invocation("validate", "--strict", path).output == run.output)
  }

  @Test func errorsMakeTheStatusOne() throws {
    let folder = TemporaryFolder()
    let text = Invocation("convert", Fixtures.path("prints/conv-norm.json"), "-", "--to", "fx").text
    let broken = text.replacing("torch.ops.aten.relu.default", with: "torch.ops.aten.relu.nothing")
      .replacing("as_tensor: {name: \"x\"}", with: "as_tensor: {name: \"nowhere\"}")
    let input = folder.write("in.fx", broken.utf8)
    let run = Invocation("validate", input)
    #expect(run.status == 1)
    #expect(run.lines.count >= 2)
    #expect(run.lines.contains { $0.contains("node 'relu'") })
    #expect(run.errors.count == 1 && run.errors[0].hasPrefix("\(input): "))

    let lines = Invocation("validate", "--json", input)
    #expect(lines.status == 1)
    #expect(lines.errors == [])
    #expect(lines.lines.count == run.lines.count + 1)
    for (line, plain) in zip(lines.lines, run.lines) {
      let finding = try #require(json(line.utf8) as? [String: String])
      #expect(plain.hasPrefix("\(finding["severity"] ?? ""): "))
      #expect(plain.hasSuffix("[\(finding["code"] ?? "")]"))
    }
  }

  @Test func modelsOfAnArchiveAreAllChecked() throws {
    let path = Fixtures.path("archives/two-models.pt2")
    #expect(Invocation("validate", "--model", "second", path).status == 0)
  }

  @Test func graphModulesAreLinted() throws {
    let folder = TemporaryFolder()
    let input = folder.write(
      "in.fx", "fx 1\nmodule @main {\n  %a = get_attr nothing\n  output (%a,)\n}\n".utf8)
    let run = Invocation("validate", input)
    #expect(run.status == 1)
    #expect(run.lines.count == 1)
    #expect(run.text.hasPrefix("error: ") && run.text.contains("[graph.missingAttribute]"))
  }

  @Test func inputsAreCheckedAgainstGuards() throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("programs/derived-dims.json")
    let good = folder.write("good.json", #"{"x": [5, 3], "y": [6, 3], "z": [11, 2]}"#.utf8)
    #expect(Invocation("validate", path, "--inputs", good).status == 0)
    #expect(Invocation("validate", path, "--inputs", good).output == [])

    let bad = folder.write("bad.json", #"{"x": [1, 3], "1": [2, 3], "z": [3, 2]}"#.utf8)
    let run = Invocation("validate", path, "--inputs", bad)
    #expect(run.status == 1)
    #expect(run.lines.count == 3)
    let line = try #require(run.lines.first)
    #expect(line.contains("input 'x' has size 1 in dimension 0; the program needs at least 4"))
    #expect(line.hasSuffix("(s77 in [4, 100]) [input.range]"))

    let lines = Invocation("validate", path, "--json", "--inputs", bad)
    #expect(lines.status == 1)
    #expect(lines.lines.count == 4)
    for line in lines.lines.dropLast() {
      let finding = try #require(json(line.utf8) as? [String: String])
      #expect(finding["code"] == "input.range" && finding["severity"] == "error")
    }
  }

  @Test func unreadableInputsAreOneError() {
    let folder = TemporaryFolder()
    let path = Fixtures.path("programs/derived-dims.json")
    let broken = folder.write("broken.json", #"{"x": [1"#.utf8)
    for inputs in [broken, folder.path + "/nothing.json"] {
      let run = Invocation("validate", path, "--inputs", inputs)
      #expect(run.status == 1)
      #expect(run.errors.count == 1 && run.errors[0].contains(inputs))
      #expect(run.output == [])
    }
  }
}
