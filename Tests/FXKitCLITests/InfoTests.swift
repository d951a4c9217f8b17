import FXTestSupport
import Testing

@testable import FXKitCLI

struct InfoTests {
  @Test func textShowsWhatIsInAnArchive() {
    let run = Invocation("info", Fixtures.path("archives/demo.pt2"))
    #expect(run.status == 0)
    #expect(run.errors == [])
    let rows = run.lines.map { $0.split(separator: " ").joined(separator: " ") }
    for row in [
      "schema 8.20", "opset aten 10", "dialect TRAINING", "graphs 1", "nodes 53",
      "weights 12, 5.1 kB", "x user_input float32[1, 4, 12]", "add user_output float32[1, 4, 12]",
      "qkv.weight parameter float32[36, 12]", "2 torch._C._set_grad_enabled",
      "4 torch.ops.aten.linear.default",
    ] {
      #expect(rows.contains(row), "\(row)")
    }
  }

  @Test func longListsAreCutUnlessAllIsAskedFor() {
    let path = Fixtures.path("zoo/resnet18.export.json")
    let (cut, whole) = (Invocation("info", path), Invocation("info", "--all", path))
    #expect(cut.text.contains("--all"))
    #expect(!whole.text.contains("--all"))
    #expect(whole.lines.count > cut.lines.count)
    #expect(Invocation("info", "-a", path).output == whole.output)
  }

  /// Counts what the document itself says, with another parser.
  @Test(
    arguments: Fixtures.list("programs") + ["../zoo/llama.export.json", "../zoo/t5.export.json"])
  func jsonAgreesWithTheDocument(_ name: String) throws {
    let bytes = try Fixtures.read("programs/\(name)")
    let document = try #require(json(bytes) as? [String: Any])
    let run = Invocation("info", "--json", Fixtures.path("programs/\(name)"))
    #expect(run.status == 0)
    #expect(run.lines.count == 1)
    let info = run.object
    #expect(info["form"] as? String == "json")
    #expect(info["torch_version"] as? String == document["torch_version"] as? String)
    #expect(info["verifiers"] as? [String] == document["verifiers"] as? [String])
    #expect(info["opset_version"] as? [String: Int] == document["opset_version"] as? [String: Int])
    #expect(info["guards"] as? [String] == document["guards_code"] as? [String])

    var calls: [String: Int] = [:]
    forEachObject(with: "target", in: document) { node in
      guard node["inputs"] != nil, let target = node["target"] as? String else { return }
      calls[target, default: 0] += 1
    }
    #expect(info["operators"] as? [String: Int] == calls)

    let module = try #require(document["graph_module"] as? [String: Any])
    let signature = try #require(module["signature"] as? [String: Any])
    let inputs = try #require(signature["input_specs"] as? [[String: Any]])
    let shown = try #require(info["inputs"] as? [[String: Any]])
    #expect(shown.map { $0["kind"] as? String } == inputs.map(\.keys.first))
    let outputs = try #require(signature["output_specs"] as? [[String: Any]])
    let kinds = (info["outputs"] as? [[String: Any]])?.map { $0["kind"] as? String }
    #expect(kinds == outputs.map(\.keys.first))

    #expect(info["json_bytes"] as? Int == bytes.count)
    let shares = try #require(info["json_shares"] as? [String: Int])
    #expect(shares.values.reduce(0, +) == bytes.count)
  }

  @Test func jsonShowsRangesAndSymbolicShapes() throws {
    let info = Invocation("info", "--json", Fixtures.path("programs/dynamic-batch.json")).object
    let ranges = try #require(info["range_constraints"] as? [String: [String: Any]])
    let document = try #require(
      json(Fixtures.read("programs/dynamic-batch.json")) as? [String: Any])
    let expected = try #require(document["range_constraints"] as? [String: [String: Any]])
    #expect(Set(ranges.keys) == Set(expected.keys))
    #expect(!ranges.isEmpty)
    for (symbol, range) in expected {
      #expect(ranges[symbol]?["min"] as? Int == range["min_val"] as? Int)
    }
    let shapes = try #require(info["inputs"] as? [[String: Any]]).compactMap {
      $0["shape"] as? [Any]
    }
    #expect(shapes.joined().contains { $0 is String })
  }

  @Test func archivesOfSeveralModelsAreShownWhole() {
    let path = Fixtures.path("archives/two-models.pt2")
    let run = Invocation("info", "--json", path)
    #expect(run.status == 0)
    let names = run.lines.map { (json($0.utf8) as? [String: Any])?["model"] as? String }
    #expect(names == ["first", "second"])
    let text = Invocation("info", path).text
    #expect(text.contains("model first\n") && text.contains("\n\nmodel second\n"))
    let one = Invocation("info", "--json", "--model", "second", path)
    #expect(one.lines == [run.lines[1]])
  }

  @Test func graphModulesWithoutASignatureAreShown() throws {
    let folder = TemporaryFolder()
    let path = folder.write(
      "in.fx",
      """
      fx 1
      module @main {
        %x = placeholder : f32[2, s0]
        %f = get_attr body
        %y = call_function torch.ops.higher_order.wrap(%f, %x) : (f32[2, s0],)
        %z = call_function _operator.getitem(%y, 0) : f32[2, s0]
        output (%z,)
        module @body {
          %a = placeholder
          %b = call_function torch.ops.aten.sin.default(%a)
          output (%b,)
        }
      }

      """.utf8)
    let info = Invocation("info", "--json", path).object
    #expect(info["form"] as? String == "fx")
    #expect(info["graphs"] as? Int == 2)
    #expect(info["nodes"] as? Int == 8)
    #expect(
      info["operators"] as? [String: Int] == [
        "torch.ops.aten.sin.default": 1, "torch.ops.higher_order.wrap": 1,
      ])
    #expect(info["schema_version"] == nil && info["json_bytes"] == nil)
    #expect(Invocation("info", path).text.contains("float32[2, s0]"))
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (1050, "1.1 kB"),
    (999_499, "999.5 kB"), (999_500, "1.0 MB"), (5_136, "5.1 kB"), (2_500_000_000, "2.5 GB"),
  ])
  func sizesAreReadable(_ bytes: Int, _ text: String) {
    #expect(InfoReport.size(bytes) == text)
  }
}
