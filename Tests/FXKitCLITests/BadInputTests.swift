import FXTestSupport
import Testing

@testable import FXKitCLI

/// Input that can't be read: exit status 1, one line with the place, nothing written.
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    /// What the line has to say about the place.
    let place: String

    init(_ name: String, _ text: some StringProtocol, at place: String) {
      self.init(name, Array(text.utf8), at: place)
    }

    init(_ name: String, _ bytes: [UInt8], at place: String) {
      self.name = name
      self.bytes = bytes
      self.place = place
    }

    var testDescription: String { name }
  }

  private static let model = (try? Fixtures.read("prints/cond.json")) ?? []
  private static let archive = (try? Fixtures.read("archives/conv-norm.pt2")) ?? []

  static let cases = [
    Case("empty", "", at: "in.json"),
    Case("blank", " \n ", at: "white space"),
    Case("not json", "{\"a\" 1}", at: "byte 5"),
    Case("cut json", Array(model.prefix(model.count / 2)), at: "byte \(model.count / 2)"),
    Case("trailing bytes", model + Array("{".utf8), at: "byte \(model.count)"),
    Case("missing fields", "{}", at: "in.json"),
    Case("wrong type", "{\"graph_module\": 3}", at: "graph_module"),
    Case("fx json without a module", "{\"format\": \"fxkit\"}", at: "in.json"),
    Case("no text form", "hello", at: "plain text"),
    Case("later version", "fx 99\nmodule @main { output () }", at: "line 1, column 4"),
    Case(
      "unknown node", "fx 1\nmodule @main {\n  output (%x,)\n}", at: "line 3, column 12"),
    Case("cut archive", Array(archive.prefix(archive.count / 2)), at: "in.json"),
    Case("only the mark of an archive", "PK", at: "in.json"),
    Case("not UTF-8", [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], at: "in.json"),
  ]

  @Test(arguments: cases)
  func isReportedOnOneLine(_ bad: Case) throws {
    let folder = TemporaryFolder()
    let input = folder.write("in.json", bad.bytes)
    for command in ["info", "print", "validate"] {
      let run = Invocation(command, input)
      try expectError(run, at: bad.place)
      let json = Invocation(command, "--json", input)
      #expect(json.status == 1 && json.errors == run.errors)
      #expect(json.lines.count == 1 && json.object["file"] as? String == input)
      let error = try #require(json.object["error"] as? [String: String])
      #expect(run.errors == ["fxkit: error: \(error["message"] ?? "")"])
    }
  }

  @Test(arguments: cases)
  func leavesTheOutputAlone(_ bad: Case) throws {
    let folder = TemporaryFolder()
    let input = folder.write("in.json", bad.bytes)
    for name in ["out.json", "out.pt2", "out.fx", "out.fx.json"] {
      let output = folder.write(name, "old".utf8)
      try expectError(Invocation("convert", input, output), at: bad.place)
      try expectError(
        Invocation("transform", input, "-p", "eliminate-dead-code", "-o", output), at: bad.place)
      #expect(try readFile(output) == Array("old".utf8))
    }
    #expect(folder.names == ["in.json", "out.fx", "out.fx.json", "out.json", "out.pt2"])
    try expectError(Invocation("convert", input, "-", "--to", "fx"), at: bad.place)
    try expectError(Invocation("transform", input, "-p", "replace-autocast"), at: bad.place)
  }

  @Test func namesMissingFilesAndFolders() throws {
    let folder = TemporaryFolder()
    for path in [folder.file("missing.json"), folder.path] {
      for command in ["info", "print", "validate"] {
        try expectError(Invocation(command, path), at: path)
      }
      try expectError(Invocation("convert", path, folder.file("out.json")), at: path)
    }
    #expect(folder.names == [])
  }

  /// Names from a file or a command line can hold anything; the error stays one line.
  @Test func keepsControlCharactersOutOfTheLine() throws {
    let folder = TemporaryFolder()
    let run = Invocation("info", folder.file("a\nb\u{1B}[31m\u{7F}.json"))
    try expectError(run, at: "a\\u{a}b\\u{1b}[31m\\u{7f}.json")
  }

  /// The file quotes itself in the error: a kind, or a path, as long as it likes.
  @Test(arguments: [
    "{\"graph_module\": {\"\(String(repeating: "k", count: 100_000))\": 1}}",
    "{\"a\": \(String(repeating: "{\"kkkkkkkkk\": ", count: 30_000))",
    "fx 1\n\(String(repeating: "k", count: 100_000))",
  ])
  func keepsTheLineShort(_ text: String) throws {
    let folder = TemporaryFolder()
    let input = folder.write("in.json", text.utf8)
    for command in ["info", "validate"] {
      let run = Invocation(command, input)
      try expectError(run, at: "in.json")
      #expect(run.errors.allSatisfy { $0.utf8.count < 3000 })
    }
  }

  @Test func asksForAModelAndRefusesUnknownOnes() throws {
    let several = Fixtures.path("archives/two-models.pt2")
    try expectError(Invocation("print", several), at: "two-models.pt2")
    try expectError(Invocation("convert", several, "-", "--to", "fx"), at: "two-models.pt2")
    for command in ["info", "print", "validate"] {
      try expectError(Invocation(command, several, "--model", "third"), at: "two-models.pt2")
      let json = Fixtures.path("prints/cond.json")
      try expectError(Invocation(command, json, "--model", "third"), at: "cond.json")
    }
  }

  @Test func refusesFormsThatCanNotHoldTheDocument() throws {
    let folder = TemporaryFolder()
    let module = folder.write("in.fx", "fx 1\nmodule @main { output () }\n".utf8)
    let program = Fixtures.path("prints/conv-norm.json")
    let before = ["in.fx", "old.json", "old.pt2"]
    folder.write("old.json", "old".utf8)
    folder.write("old.pt2", "old".utf8)
    try expectError(Invocation("convert", module, folder.file("old.json")), at: ".fx")
    try expectError(Invocation("convert", module, folder.file("old.pt2")), at: ".fx")
    // An archive needs the weights.
    try expectError(Invocation("convert", program, folder.file("old.pt2")), at: "weights")
    #expect(folder.names == before)
    #expect(try readFile(folder.file("old.json")) == Array("old".utf8))
    #expect(try readFile(folder.file("old.pt2")) == Array("old".utf8))
  }

  @Test func refusesBadOutputPaths() throws {
    let folder = TemporaryFolder()
    let program = Fixtures.path("prints/cond.json")
    let missing = folder.file("no/such/out.json")
    try expectError(Invocation("convert", program, missing), at: missing)
    try expectError(Invocation("convert", program, folder.path, "--to", "json"), at: folder.path)
    #expect(folder.names == [])
  }

  @Test func namesThePassAndTheNodeWhereAPassFails() throws {
    let folder = TemporaryFolder()
    let input = folder.write(
      "in.fx",
      """
      fx 1
      module @main {
        %x = placeholder
        %enter = call_function torch.amp.autocast_mode._enter_autocast("cpu", None, True, None)
        %sin = call_function torch.ops.aten.sin.default(%x)
        output (%sin,)
      }

      """.utf8)
    let output = folder.write("out.fx", "old".utf8)
    let run = Invocation("transform", input, "-p", "replace-autocast", "-o", output)
    try expectError(run, at: "node 'enter'")
    #expect(run.errors[0].contains("replace-autocast"))
    #expect(try readFile(output) == Array("old".utf8))
    #expect(folder.names == ["in.fx", "out.fx"])
  }

  @Test func namesUnknownSubmodules() throws {
    try expectError(
      Invocation("print", Fixtures.path("prints/cond.json"), "--module", "nowhere"), at: "nowhere")
  }

  private func expectError(
    _ run: Invocation, at place: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(run.status == 1, sourceLocation: sourceLocation)
    #expect(run.output == [], sourceLocation: sourceLocation)
    #expect(run.errors.count == 1, sourceLocation: sourceLocation)
    let line = try #require(run.errors.first, sourceLocation: sourceLocation)
    #expect(line.hasPrefix("fxkit: error: "), "\(line)", sourceLocation: sourceLocation)
    #expect(!line.contains("\n"), "\(line)", sourceLocation: sourceLocation)
    #expect(line.contains(place), "\(line)", sourceLocation: sourceLocation)
  }
}
