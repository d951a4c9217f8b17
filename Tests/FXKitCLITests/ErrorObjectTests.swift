import FXTestSupport
import Testing

@testable import FXKitCLI

/// With `--json` an error is an object on standard output.
struct ErrorObjectTests {
  private let model = Fixtures.path("archives/conv-norm.pt2")
  private let missing = "/nonexistent/a.pt2"

  @Test func everyCommandHasThem() throws {
    for arguments in [
      ["info"], ["print"], ["validate"], ["weights"], ["run"], ["slim", "-o", "/nonexistent.pt2"],
      ["compare", model], ["diff", model],
    ] {
      let run = Invocation(arguments + ["--json", missing])
      #expect(run.status == Command.named(arguments[0])?.errorStatus)
      #expect(run.lines.count == 1 && run.errors.count == 1)
      #expect(run.object["file"] as? String == missing, "\(arguments)")
      let error = try #require(run.object["error"] as? [String: String])
      #expect(error["code"] == "file.missing")
      #expect(Invocation(arguments + [missing]).output == [])
    }
  }

  /// The report of `transform` is on standard error where the program is on standard output.
  @Test func transformKeepsStreamsClean() throws {
    let folder = TemporaryFolder()
    let output = folder.file("o.pt2")
    let words = ["transform", "-p", "cse , dce", "--json"]
    let written = Invocation(words + [model, "-o", output])
    #expect(written.status == 0 && written.errors == [])
    let items = try #require(json(written.output) as? [[String: Any]])
    #expect(
      items.map { $0["pass"] as? String }
        == ["eliminate-common-subexpressions", "eliminate-dead-code"])
    let failed = Invocation(words + [missing, "-o", output])
    #expect(failed.status == 1 && failed.errors.count == 1)
    #expect((json(failed.output) as? [[String: Any]])?.first?["error"] is [String: String])
    let streamed = Invocation(words + [missing])
    #expect(streamed.status == 1 && streamed.output == [])
    let errors = try #require(json(streamed.errors.joined().utf8) as? [[String: Any]])
    #expect(errors.map { $0["file"] as? String } == [missing])
    // Notes and printed graphs are objects too.
    let printed = Invocation(words + [model, "--print-after", "all"])
    #expect(printed.status == 0 && printed.errors.count == 1)
    let all = try #require(json(printed.errors[0].utf8) as? [[String: Any]])
    #expect(all.contains { $0["message"] != nil } && all.contains { $0["pass"] != nil })
  }

  @Test func submodulesHaveTheirPath() throws {
    let path = Fixtures.path("prints/cond.json")
    let all = try #require(json(Invocation("print", "--json", path).output) as? [[String: String]])
    let inner = try #require(all.compactMap { $0["path"] }.first { !$0.isEmpty })
    let one = Invocation("print", "--json", "--module", inner, path)
    #expect(
      (json(one.output) as? [[String: String]])?.first == all.first { $0["path"] == inner })
  }
}
