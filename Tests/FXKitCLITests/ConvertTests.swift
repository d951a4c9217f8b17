import FXKit
import FXTestSupport
import Testing

@testable import FXKitCLI

struct ConvertTests {
  static let forms = ["pt2", "json", "fx.json", "fx"]
  static let archives = [
    "conv-norm", "demo", "dtypes-and-constants", "shared-weights", "strided-weights",
    "trees-and-mutation",
  ]

  /// From every form to every form and back to model JSON gives the bytes of the model JSON.
  @Test(arguments: archives)
  func everyDirectionKeepsTheProgram(_ name: String) throws {
    let folder = TemporaryFolder()
    let archive = Fixtures.path("archives/\(name).pt2")
    let model = Invocation("convert", archive, "-", "--to", "json").output
    #expect(!model.isEmpty)
    for form in Self.forms {
      #expect(Invocation("convert", archive, folder.file("in.\(form)")).status == 0)
    }
    for from in Self.forms {
      for to in Self.forms {
        let output = folder.file("out.\(to)")
        let run = Invocation(
          "convert", folder.file("in.\(from)"), output, "--weights", archive)
        #expect(run.status == 0, "\(from) to \(to): \(run.errors)")
        #expect(run.output == [] && run.errors == [])
        // The same form from any form is the same file.
        #expect(try readFile(output) == readFile(folder.file("in.\(to)")), "\(from) to \(to)")
        #expect(Invocation("convert", output, "-", "--to", "json").output == model)
      }
    }
  }

  /// Archives keep everything that is not the program; their id is made anew from the contents.
  @Test(arguments: archives + ["two-models", "extra-files", "custom-object"])
  func archivesKeepTheirMembers(_ name: String) throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("archives/\(name).pt2")
    let copy = folder.file("copy.pt2")
    #expect(Invocation("convert", path, copy).status == 0)
    let (before, after) = (try members(of: path), try members(of: copy))
    #expect(before.map(\.name) == after.map(\.name))
    for (old, new) in zip(before, after) where !old.name.hasSuffix(".data/serialization_id") {
      #expect(old.bytes == new.bytes, "\(old.name)")
    }
    let again = folder.file("again.pt2")
    #expect(Invocation("convert", copy, again).status == 0)
    #expect(try readFile(again) == readFile(copy))
  }

  private func members(of path: String) throws -> [(name: String, bytes: [UInt8])] {
    let zip = try ZIPArchive(MappedFile(path: path))
    return try zip.members.map { ($0.name, try zip.contents(of: $0).array) }
  }

  @Test(arguments: Fixtures.list("prints").filter { $0.hasSuffix(".json") })
  func modelJSONGoesThroughEveryFormByteForByte(_ name: String) throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("prints/\(name)")
    let expected = try readFile(path)
    for form in ["json", "fx.json", "fx"] {
      #expect(Invocation("convert", path, folder.file("a.\(form)")).status == 0)
      let back = Invocation("convert", folder.file("a.\(form)"), "-", "--to", "json")
      #expect(back.output == expected, "\(form)")
    }
  }

  @Test func oneModelOfSeveralCanBePicked() throws {
    let archive = Fixtures.path("archives/two-models.pt2")
    for model in ["first", "second"] {
      let run = Invocation("convert", archive, "-", "--to", "json", "--model", model)
      #expect(run.status == 0)
      let info = Invocation("info", "--json", "--model", model, archive).object
      #expect(info["json_bytes"] as? Int == run.output.count)
    }
  }

  /// A program without parameters needs no other archive.
  @Test func archivesAreMadeOfProgramsWithoutWeights() throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("prints/cond.json")
    #expect(Invocation("convert", path, folder.file("a.pt2")).status == 0)
    let back = Invocation("convert", folder.file("a.pt2"), "-", "--to", "json")
    #expect(try back.output == readFile(path))
    #expect(Invocation("validate", folder.file("a.pt2")).status == 0)
  }

  @Test func graphModulesGoBetweenTheFormsThatHoldThem() throws {
    let folder = TemporaryFolder()
    let text = """
      fx 1

      module @main {
        %x = placeholder : f32[2]
        %y = call_method relu(%x)
        output %y
      }

      """
    let path = folder.write("a.fx", text.utf8)
    #expect(Invocation("convert", path, folder.file("a.fx.json")).status == 0)
    #expect(Invocation("convert", folder.file("a.fx.json"), "-", "--to", "fx").text == text)
  }

  /// Names of arguments, which the text need not have, are filled in for the model JSON.
  @Test func namesOfArgumentsAreFilledIn() throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("prints/conv-norm.json")
    let text = Invocation("convert", path, "-", "--to", "fx").text
    let unnamed = text.replacing("relu.default(self: ", with: "relu.default(")
    #expect(unnamed != text)
    let input = folder.write("a.fx", unnamed.utf8)
    #expect(try Invocation("convert", input, "-", "--to", "json").output == readFile(path))
  }

  @Test func endingsThatSayNothingNeedTheOption() throws {
    let folder = TemporaryFolder()
    let path = Fixtures.path("prints/cond.json")
    let output = folder.file("out")
    #expect(Invocation("convert", path, output).status == 2)
    #expect(try Invocation("convert", path, "-").output == readFile(path))
    #expect(Invocation("convert", path, output, "--to", "json").status == 0)
    #expect(try readFile(output) == readFile(path))
    // The option wins over the ending.
    #expect(Invocation("convert", path, folder.file("a.json"), "--to", "fx").status == 0)
    #expect(try readFile(folder.file("a.json")).starts(with: "fx 1".utf8))
  }
}
