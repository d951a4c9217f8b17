import FXKit
import FXTestSupport
import Glibc
import Testing

@testable import FXKitCLI

/// Commands that take several files, one of which may be broken.
@Suite struct SeveralFilesTests {
  private let folder = TemporaryFolder()
  private let first = Fixtures.path("archives/demo.pt2")
  private let last = Fixtures.path("archives/conv-norm.pt2")
  private let broken: String
  /// Where outputs go; made by the command.
  private let outputs = TemporaryFolder()

  init() { broken = folder.write("broken.pt2", Array("nothing that is known".utf8)) }

  @Test(arguments: ["info", "weights"]) func textsNameTheirFile(_ command: String) {
    let run = Invocation(command, first, broken, last)
    #expect(run.status == 1)
    #expect(run.errors.count == 1 && run.errors[0].hasPrefix("fxkit: error: \(broken)"))
    let expected =
      "\(first):\n" + Invocation(command, first).text + "\n\(last):\n"
      + Invocation(command, last).text
    #expect(run.text == expected)
    #expect(Invocation(command, first, last).status == 0)
  }

  @Test(arguments: ["info", "weights"]) func objectsNameTheirFile(_ command: String) throws {
    let run = Invocation(command, "--json", first, broken, last)
    #expect(run.status == 1)
    let objects = run.lines.map { json($0.utf8) as? [String: Any] ?? [:] }
    #expect(objects.map { $0["file"] as? String } == [first, broken, last])
    let error = try #require(objects[1]["error"] as? [String: Any])
    #expect(error["code"] is String)
    #expect((error["message"] as? String)?.hasPrefix(broken) == true)
    // One file alone is shown as ever.
    #expect(Invocation(command, "--json", first).object["file"] == nil)
  }

  @Test func findingsNameTheirFile() {
    let run = Invocation("validate", first, broken, last)
    #expect(run.status == 1)
    #expect(run.lines.count == 1 && run.lines[0].hasPrefix("\(first): warning: "))
    #expect(run.errors.count == 3)
    #expect(run.errors.last == "\(last): no findings")
    #expect(Invocation("validate", last, first).status == 0)
    #expect(Invocation("validate", "--strict", first, last).status == 1)
    let lines = Invocation("validate", "--json", first, broken).lines
    let objects = lines.map { json($0.utf8) as? [String: Any] ?? [:] }
    #expect(objects.map { $0["file"] as? String } == [first, first, broken])
    #expect(objects[0]["severity"] as? String == "warning")
    #expect(objects[1]["warnings"] as? Int == 1)
    #expect(objects[2]["error"] is [String: Any])
  }

  @Test func slimWritesToAFolder() throws {
    let run = Invocation("slim", first, broken, last, "-o", outputs.path)
    #expect(run.status == 1)
    #expect(run.errors.count == 1)
    #expect(outputs.names == ["conv-norm.pt2", "demo.pt2"])
    for (input, name) in [(first, "demo.pt2"), (last, "conv-norm.pt2")] {
      let alone = folder.file("alone.pt2")
      #expect(Invocation("slim", input, "-o", alone).status == 0)
      #expect(try readFile(alone) == readFile(outputs.file(name)))
    }
    let lines = Invocation("slim", first, broken, last, "-o", outputs.path, "--json").lines
    let objects = lines.map { json($0.utf8) as? [String: Any] ?? [:] }
    #expect(objects.map { $0["file"] as? String } == [first, broken, last])
    #expect(objects[0]["bytes_after"] is Int)
  }

  @Test func oneFileMayGoToAFolder() throws {
    #expect(Invocation("slim", last, "-o", outputs.path + "/").status == 0)
    // What several files are written to can only be a folder.
    let new = outputs.file("new")
    #expect(Invocation("slim", first, last, "-o", new).status == 0)
    #expect(Invocation("validate", "\(new)/\(last.split(separator: "/").last ?? "")").status == 0)
    #expect(outputs.names == ["conv-norm.pt2", "new"])
  }

  @Test func transformWritesToAFolder() throws {
    let json = Fixtures.path("programs/dynamic-batch.json")
    let run = Invocation(
      "transform", first, broken, json, "-p", "strip-metadata", "-o", outputs.path)
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(outputs.names == ["demo.pt2", "dynamic-batch.json"])
    #expect(run.errors.count == 3)
    #expect(run.errors[0] == "\(first): strip-metadata: stripped 39 nodes")
    #expect(run.errors[1].hasPrefix("fxkit: error: \(broken)"))
    let inForm = Invocation(
      "transform", first, json, "-p", "strip-metadata", "-o", outputs.path, "--to", "fx", "-q")
    #expect(inForm.status == 0 && inForm.errors == [])
    #expect(
      outputs.names == ["demo.fx", "demo.pt2", "dynamic-batch.fx", "dynamic-batch.json"])
  }

  @Test func transformTellsAllInOneArray() throws {
    let run = Invocation(
      "transform", first, broken, last, "-p", "eliminate-dead-code", "--json", "-o", outputs.path)
    #expect(run.status == 1)
    #expect(run.errors.count == 1 && run.errors[0].contains(broken))
    let items = try #require(json(run.output) as? [[String: Any]])
    #expect(items.map { $0["file"] as? String } == [first, broken, last])
    #expect(items[0]["pass"] as? String == "eliminate-dead-code")
    #expect(items[1]["error"] is [String: Any])
  }

  @Test func anOutputIsNoInput() throws {
    let archive = try readFile(last)
    let own = outputs.write("conv-norm.pt2", archive)
    let other = folder.write("conv-norm.pt2", archive)
    let refused = Invocation("slim", own, other, "-o", outputs.path)
    #expect(refused.status == 2)
    #expect(try readFile(own) == archive)
    // A file takes its own place where it is named, and not by way of its folder.
    let demo = outputs.write("demo.pt2", try readFile(first))
    for command in [["slim"], ["transform", "-p", "strip-metadata"]] {
      #expect(Invocation(command + [own, demo, "-o", outputs.path]).status == 2)
      #expect(Invocation(command + [own, "-o", outputs.path]).status == 2)
    }
    #expect(try readFile(own) == archive)
    #expect(Invocation("slim", own, "-o", own).status == 0)
    #expect(try readFile(own).count < archive.count)
  }

  /// Links in the folder of outputs that lead to one file, which could have but one of them.
  @Test func linksToOneFileAreNoTwoOutputs() throws {
    let kept = folder.write("kept.pt2", try readFile(first))
    for name in ["demo.pt2", "conv-norm.pt2"] {
      #expect(symlink(kept, outputs.file(name)) == 0)
    }
    for command in [["slim"], ["transform", "-p", "eliminate-dead-code"]] {
      let run = Invocation(command + [first, last, "-o", outputs.path])
      #expect(run.status == 2)
      #expect(run.errors.first?.contains("would both be written") == true)
    }
    #expect(try readFile(kept) == readFile(first))
  }

  @Test func anOutputIsNoFileThatAnOptionNames() throws {
    let operators = outputs.write("demo.pt2", Array("fx 1\nmodule @operators { }".utf8))
    let run = Invocation(
      "transform", first, last, "-p", "eliminate-dead-code", "--operators", operators, "-o",
      outputs.path)
    #expect(run.status == 2)
    #expect(outputs.names == ["demo.pt2"])
  }
}
