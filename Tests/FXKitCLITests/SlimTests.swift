import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct SlimTests {
  private let folder = TemporaryFolder()
  private let model = Fixtures.path("archives/conv-norm.pt2")

  private func parts(_ object: [String: Any]) -> [String: Int] {
    let parts = object["parts"] as? [[String: Any]] ?? []
    return Dictionary(
      uniqueKeysWithValues: parts.compactMap { part in
        guard let name = part["part"] as? String else { return nil }
        return (name, part["bytes"] as? Int ?? -1)
      })
  }

  @Test func saysWhatEachPartSaved() throws {
    let out = folder.file("out.pt2")
    let run = Invocation("slim", model, "-o", out)
    #expect(run.status == 0)
    #expect(run.lines.count == SlimPart.allCases.count + 1)
    for part in SlimPart.allCases {
      #expect(run.lines.contains { $0.hasPrefix(part.rawValue + " ") }, "\(part)")
    }
    let object = Invocation("slim", model, "-o", out, "--json").object
    #expect(try object["bytes_before"] as? Int == readFile(model).count)
    #expect(try object["bytes_after"] as? Int == readFile(out).count)
    #expect(parts(object).count == SlimPart.allCases.count)
    let dropped = Invocation("slim", model, "-o", out, "--json", "--drop", "stack-traces").object
    let sizes = [model, out].map { Invocation("info", "--json", $0).object["json_bytes"] as? Int }
    #expect(parts(dropped)["stack-traces"] == (sizes[0] ?? 0) - (sizes[1] ?? 0))
    #expect(Invocation("slim", model, "-o", out, "--quiet").output == [])
    #expect(Invocation("validate", out).status == 0)
  }

  @Test func partsArePicked() throws {
    let out = folder.file("out.pt2")
    let dropped = Invocation("slim", model, "-o", out, "--json", "--drop", "stack-traces,origins")
    #expect(Set(parts(dropped.object).keys) == ["stack-traces", "origins"])
    let text = Invocation("print", out).text
    #expect(Invocation("info", "--json", out).text.contains("module stacks"))
    #expect(!Invocation("info", "--json", out).text.contains("stack traces"))
    let kept = Invocation(
      "slim", model, "-o", out, "--json", "--keep", "module-stacks", "--keep", "sample-inputs",
      "--keep", "unused-weights,duplicates")
    #expect(Set(parts(kept.object).keys) == ["stack-traces", "origins"])
    #expect(Invocation("print", out).text == text)
  }

  @Test func documentsOfOtherFormsAreSlimmed() throws {
    let path = Fixtures.path("zoo/t5.export.json")
    let run = Invocation("slim", path, "-o", "-")
    #expect(run.status == 0)
    #expect(run.errors.count == 5)
    for ending in ["json", "fx", "fx.json"] {
      let out = folder.file("out.\(ending)")
      #expect(Invocation("slim", path, "-o", out).status == 0)
      let isSame = Invocation("convert", out, "-", "--to", "json").output == run.output
      #expect(isSame, "\(ending)")
    }
    let size = try readFile(path).count
    #expect(run.output.count < size)
  }

  /// Where one program is named, the others stay as they are.
  @Test func oneModelOfSeveralCanBePicked() throws {
    let (path, out) = (Fixtures.path("archives/two-models.pt2"), folder.file("out.pt2"))
    #expect(Invocation("slim", path, "-o", out, "--model", "first").status == 0)
    for (model, isSame) in [("first", false), ("second", true)] {
      let both = [path, out].map { Invocation("print", "--model", model, $0).output }
      #expect((both[0] == both[1]) == isSame)
      let json = [path, out].map {
        Invocation("convert", $0, "-", "--to", "json", "--model", model).output.count
      }
      #expect((json[0] == json[1]) == isSame)
    }
    #expect(Invocation("slim", path, "-o", folder.file("out.json")).status == 1)
    #expect(
      Invocation("slim", path, "-o", folder.file("out.json"), "--model", "second").status == 0)
  }

  /// Old archives come out in the newest layout.
  @Test(arguments: ["2.5.1/tree.export", "2.6.0/dyn.export", "2.8.0/tree.export"])
  func oldArchivesAreSlimmed(_ name: String) throws {
    let out = folder.file("out.pt2")
    #expect(Invocation("slim", Fixtures.path("compat/\(name).pt2"), "-o", out).status == 0)
    #expect(try PT2Archive(path: out).layout == .current)
    #expect(Invocation("info", "--json", out).object["schema_version"] as? String == "8.20")
    #expect(Invocation("validate", out).status == 0)
  }

  @Test func failuresLeaveTheOutputAlone() throws {
    let out = folder.write("out.pt2", "old".utf8)
    #expect(Invocation("slim", Fixtures.path("prints/conv-norm.json"), "-o", out).status == 1)
    #expect(try readFile(out) == Array("old".utf8))
    #expect(folder.names == ["out.pt2"])
  }
}
