import FXTestSupport
import Testing

@testable import FXKitCLI

struct TransformTests {
  /// A pair of the fixtures whose result keeps every operator's state.
  struct Pair: Sendable, CustomTestStringConvertible {
    let name: String
    let mode: String
    var testDescription: String { name }
    var input: String { Fixtures.path("pairs/\(name).pre.json") }
    func result(_ ending: String = "post") throws -> [UInt8] {
      try Fixtures.read("pairs/\(name).\(ending).json")
    }
  }

  static let both = "replace-set-grad,replace-autocast"
  static let pairs =
    [
      "single-no-grad", "adjacent-regions", "autocast-nested", "autocast-in-no-grad",
      "buffer-mutated-in-place", "views-and-aliases", "autocast-dynamic",
    ].map { Pair(name: $0, mode: "on") }
    + [
      "single-no-grad-ambient-off", "nested-three-deep-ambient-off",
      "autocast-in-no-grad-ambient-off", "enable-grad-operators-ambient-off",
    ].map { Pair(name: $0, mode: "off") }

  @Test(arguments: pairs)
  func writesWhatPyTorchWrites(_ pair: Pair) throws {
    let expected = try pair.result()
    let run = Invocation("transform", pair.input, "-p", Self.both, "--ambient-grad", pair.mode)
    #expect(run.status == 0)
    #expect(run.output == expected)
    #expect(run.errors.map { $0.prefix { $0 != ":" } } == ["replace-set-grad", "replace-autocast"])
    let folder = TemporaryFolder()
    let output = folder.file("out.json")
    let toFile = Invocation(
      "transform", "-o", output, "-p", "replace-set-grad", "--passes=replace-autocast", pair.input,
      "--ambient-grad=\(pair.mode)")
    #expect(toFile.status == 0)
    #expect(toFile.output == [])
    #expect(toFile.errors == run.errors)
    #expect(try readFile(output) == expected)
    #expect(folder.names == ["out.json"])
  }

  @Test func archivesBecomeWhatPyTorchSaves() throws {
    let folder = TemporaryFolder()
    let output = folder.file("out.pt2")
    let input = Fixtures.path("archives/demo.pt2")
    #expect(Invocation("transform", input, "-p", Self.both, "-o", output).status == 0)
    #expect(Invocation("convert", output, folder.file("a.json")).status == 0)
    let reference = Fixtures.path("archives/demo.reference.pt2")
    #expect(Invocation("convert", reference, folder.file("b.json")).status == 0)
    #expect(try readFile(folder.file("a.json")) == readFile(folder.file("b.json")))
    #expect(Invocation("validate", "--strict", output).status == 0)
  }

  @Test(arguments: ["pt2", "json", "fx", "fx.json"])
  func formsOfTheOutputAgree(_ form: String) throws {
    let folder = TemporaryFolder()
    let input = Fixtures.path("archives/demo.pt2")
    let expected = Invocation("transform", input, "-p", Self.both).output
    for (name, arguments) in [("out.\(form)", []), ("out", ["--to", form])] {
      let output = folder.file(name)
      let run = Invocation(["transform", input, "-p", Self.both, "-o", output] + arguments)
      #expect(run.status == 0)
      #expect(run.errors.count == 2)
      #expect(Invocation("convert", output, "-", "--to", "json").output == expected)
    }
  }

  @Test func everyModelOfAnArchiveIsTransformed() throws {
    let folder = TemporaryFolder()
    let input = Fixtures.path("archives/two-models.pt2")
    let output = folder.file("out.pt2")
    let run = Invocation("transform", input, "-p", "strip-metadata", "-o", output)
    #expect(run.status == 0)
    #expect(run.errors.map { $0.prefix { $0 != ":" } } == ["first", "second"])
    for model in ["first", "second"] {
      let print = Invocation("print", "--metadata", "--model", model, output)
      #expect(print.status == 0)
      #expect(!print.text.contains("stack_trace"))
    }
    let one = Invocation(
      "transform", input, "-p", "strip-metadata", "-o", output, "--model", "second")
    #expect(one.status == 0)
    #expect(one.errors.count == 1)
    #expect(
      Invocation("print", "--metadata", "--model", "first", output).text.contains("stack_trace"))
    #expect(
      !Invocation("print", "--metadata", "--model", "second", output).text.contains("stack_trace"))
    let json = Invocation("transform", input, "-p", "strip-metadata", "-o", output, "--json")
    let items = try #require(FXKitCLITests.json(json.output) as? [[String: Any]])
    #expect(items.map { $0["model"] as? String } == ["first", "second"])
  }

  @Test func saysWhatEachPassChanged() throws {
    let input = Fixtures.path("pairs/single-no-grad.pre.json")
    let passes = "replace-set-grad,replace-set-grad,strip-metadata=custom"
    let run = Invocation("transform", input, "-p", passes)
    #expect(run.errors.count == 3)
    #expect(run.errors[0].hasPrefix("replace-set-grad: wrapped 1 region"))
    #expect(
      Array(run.errors[1...]) == ["replace-set-grad: no change", "strip-metadata: no change"])
    #expect(Invocation("transform", input, "-p", passes, "--quiet").errors == [])
    #expect(Invocation("transform", input, "-p", passes, "-q").output == run.output)
  }

  @Test func changesAsJSON() throws {
    let input = Fixtures.path("pairs/single-no-grad.pre.json")
    let run = Invocation(
      "transform", input, "-p", "replace-set-grad,replace-autocast", "--json", "--timings")
    #expect(run.status == 0)
    #expect(run.errors.count == 1)
    let items = try #require(json(run.errors[0].utf8) as? [[String: Any]])
    #expect(items.map { $0["pass"] as? String } == ["replace-set-grad", "replace-autocast"])
    #expect(items.map { $0["changed"] as? Bool } == [true, false])
    #expect((items[0]["counts"] as? [String: Int])?["wrapped"] == 1)
    #expect((items[1]["counts"] as? [String: Int]) == [:])
    for item in items { #expect((item["nanoseconds"] as? Int).map { $0 >= 0 } == true) }
    let plain = Invocation("transform", input, "-p", "replace-set-grad", "--json")
    #expect((json(plain.errors[0].utf8) as? [[String: Any]])?.first?["nanoseconds"] == nil)
  }

  /// A pass that runs twice has counts of its own for each run.
  @Test func countsOfRepeatedPassesAreNotAddedUp() throws {
    let folder = TemporaryFolder()
    let input = folder.write(
      "in.fx",
      """
      fx 1
      module @main {
        %x = placeholder
        %a = call_function torch.ops.aten.sin.default(%x)
        %b = call_function torch.ops.aten.sin.default(%x)
        %c = call_function torch.ops.aten.add.Tensor(%a, %b)
        %d = call_function torch.ops.aten.cos.default(%x)
        output (%c,)
      }

      """.utf8)
    let passes = "eliminate-dead-code,eliminate-common-subexpressions,eliminate-dead-code"
    let run = Invocation("transform", input, "-p", passes, "--json", "--to", "fx")
    let items = try #require(json(run.errors.joined().utf8) as? [[String: Any]])
    #expect(items.map { $0["changed"] as? Bool } == [true, true, false])
    #expect(
      items.map { $0["counts"] as? [String: Int] } == [["erased": 1], ["merged": 1], [:]])
  }

  @Test func timingsStandBehindEachLine() {
    let input = Fixtures.path("pairs/single-no-grad.pre.json")
    let run = Invocation("transform", input, "-p", Self.both, "--timings")
    #expect(run.errors.count == 2)
    for line in run.errors { #expect(line.hasSuffix(" ms)"), "\(line)") }
  }

  @Test func printsGraphsAfterPasses() {
    let input = Fixtures.path("pairs/single-no-grad.pre.json")
    let plain = Invocation("transform", input, "-p", Self.both)
    let one = Invocation("transform", input, "-p", Self.both, "--print-after", "replace-set-grad")
    #expect(one.output == plain.output)
    #expect(one.errors.count == 4)
    #expect(one.errors[0] == "// after replace-set-grad")
    #expect(one.errors[1].hasPrefix("fx 1\n"))
    #expect(one.errors[1].contains("wrap_with_set_grad_enabled"))
    let all = Invocation("transform", input, "-p", Self.both, "--print-after=all")
    #expect(all.errors.filter { $0.hasPrefix("// after ") }.count == 2)
  }

  @Test func verifyEachAcceptsWhatPassesMake() throws {
    for pair in Self.pairs {
      let arguments = ["transform", pair.input, "-p", Self.both, "--ambient-grad", pair.mode]
      let run = Invocation(arguments + ["--verify-each"])
      #expect(run.status == 0, "\(pair.name): \(run.errors)")
    }
  }

  @Test func verifyEachNamesThePassAndThePlace() throws {
    let folder = TemporaryFolder()
    let text = Invocation("convert", Fixtures.path("prints/conv-norm.json"), "-", "--to", "fx").text
    let broken = text.replacing("torch.ops.aten.relu.default", with: "torch.ops.aten.relu.nothing")
    #expect(broken != text)
    let input = folder.write("in.fx", broken.utf8)
    let plain = Invocation("transform", input, "-p", "strip-metadata")
    #expect(plain.status == 0)
    let run = Invocation("transform", input, "-p", "strip-metadata", "--verify-each")
    #expect(run.status == 1)
    #expect(run.output == [])
    #expect(run.errors.count == 1)
    #expect(run.errors[0].hasPrefix("fxkit: error: "))
    #expect(run.errors[0].contains("strip-metadata") && run.errors[0].contains("node 'relu'"))
  }

  @Test func writesOntoItsInput() throws {
    let folder = TemporaryFolder()
    let pair = Self.pairs[0]
    let path = folder.write("a.json", try readFile(pair.input))
    #expect(Invocation("transform", path, "-p", Self.both, "-o", path).status == 0)
    #expect(try readFile(path) == pair.result())
    #expect(folder.names == ["a.json"])

    let archive = folder.write("a.pt2", try Fixtures.read("archives/demo.pt2"))
    let other = folder.file("b.pt2")
    #expect(Invocation("transform", archive, "-p", Self.both, "-o", other).status == 0)
    #expect(Invocation("transform", archive, "-p", Self.both, "-o", archive).status == 0)
    #expect(try readFile(archive) == readFile(other))
  }
}
