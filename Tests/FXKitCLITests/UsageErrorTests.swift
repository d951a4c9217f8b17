import FXTestSupport
import Testing

@testable import FXKitCLI

/// Wrong command lines: exit status 2, and one line that names the problem and the help.
struct UsageErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    /// What the line has to speak of.
    let mention: String
    /// The command whose help is named; empty for none.
    let command: String

    init(_ arguments: [String], _ mention: String, of command: String = "") {
      self.arguments = arguments
      self.mention = mention
      self.command = command
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let cases = [
    Case([], "command"),
    Case(["frobnicate"], "'frobnicate'"),
    Case(["--frobnicate"], "'--frobnicate'"),
    Case(["help", "frobnicate"], "'frobnicate'"),
    Case(["frob\nnicate"], "nicate'"),
    Case(["info"], "IN", of: "info"),
    Case(["print", "a", "b"], "'b'", of: "print"),
    Case(["info", "a", "--frob"], "'--frob'", of: "info"),
    Case(["info", "a", "-x"], "'-x'", of: "info"),
    Case(["info", "a", "-ax"], "'-x'", of: "info"),
    Case(["info", "a", "--json=yes"], "'--json'", of: "info"),
    Case(["info", "a", "--model"], "'--model'", of: "info"),
    Case(["print", "--", "a", "--json"], "'--json'", of: "print"),
    Case(["--version", "--frob"], "'--frob'"),
    Case(["inof", "a"], "did you mean 'info'?"),
    Case(["hepl"], "did you mean 'help'?"),
    Case(["--verison"], "did you mean '--version'?"),
    Case(["print", "a", "--fromat", "code"], "did you mean '--format'?", of: "print"),
    Case(["print", "a", "--format", "redable"], "did you mean 'readable'?", of: "print"),
    Case(["diff", "a", "b", "--ignore", "nmaes"], "did you mean 'names'?", of: "diff"),
    Case(["slim", "a", "-o", "b", "--drop", "origin"], "did you mean 'origins'?", of: "slim"),
    Case(["completions", "bsh"], "did you mean 'bash'?", of: "completions"),
    Case(["transform", "a", "-p", "decompsoe"], "did you mean 'decompose'?", of: "transform"),
    Case(["slim", "a", "b"], "-o", of: "slim"),
    Case(["slim", "a", "b", "-o", "-"], "folder", of: "slim"),
    Case(["slim", "-", "a", "-o", "b/"], "standard input", of: "slim"),
    Case(["slim", "x/a.pt2", "y/a.pt2", "-o", "b/"], "'b/a.pt2'", of: "slim"),
    Case(["slim", "x/a.json", "y/a.fx", "-o", "b/", "--to", "fx"], "'b/a.fx'", of: "slim"),
    Case(["slim", "a.pt2", "x/b.pt2", "b.pt2", "-o", "x/"], "'x/b.pt2'", of: "slim"),
    Case(["transform", "a", "b", "-p", "decompose"], "-o", of: "transform"),
    Case(["weights", "a", "b", "--extract", "c.npy"], "--extract", of: "weights"),
    Case(["validate", "-", "--inputs", "-"], "standard input", of: "validate"),
    Case(["weights", "-", "--join", "-", "-o", "a"], "standard input", of: "weights"),
    Case(["transform", "-", "-p", "x", "--weights", "-"], "standard input", of: "transform"),
    Case(["diff", "-", "-"], "standard input", of: "diff"),
    Case(["print", "a", "-f"], "'-f'", of: "print"),
    Case(["print", "a", "--format", "xml"], "'xml'", of: "print"),
    Case(["print", "a", "--format="], "''", of: "print"),
    Case(["print", "a", "-fcode", "-fgraph"], "'--format'", of: "print"),
    Case(["validate"], "IN", of: "validate"),
    Case(["convert", "a.json"], "OUT", of: "convert"),
    Case(["convert", "a.json", "b", "--to", "onnx"], "'onnx'", of: "convert"),
    Case(["weights"], "MODEL", of: "weights"),
    Case(["weights", "a", "--to", "onnx"], "'onnx'", of: "weights"),
    Case(["weights", "a", "--to", "npy"], "--extract", of: "weights"),
    Case(["weights", "a", "--extract", "b", "--join", "c"], "--join", of: "weights"),
    Case(["weights", "a", "--extract", "b", "--json"], "--json", of: "weights"),
    Case(["weights", "a", "--extract", "b", "-o", "c"], "--output", of: "weights"),
    Case(["weights", "a", "--external", "b", "-o", "c", "--only", "d"], "--only", of: "weights"),
    Case(["weights", "a", "--external", "b", "-o", "b"], "'b'", of: "weights"),
    Case(["weights", "a", "--external", "a", "-o", "c"], "'a'", of: "weights"),
    Case(["weights", "a", "--join", "b", "-o", "./b"], "'./b'", of: "weights"),
    Case(["weights", "a", "--replace", "b", "-o", "b"], "--replace", of: "weights"),
    Case(["weights", "a", "--extract", "a"], "--extract", of: "weights"),
    Case(["run", "a", "--outputs", "o.npz", "--trace-values", "o.npz"], "'o.npz'", of: "run"),
    Case(["run", "a", "--outputs", "o.npz", "--profile-json", "./o.npz"], "'./o.npz'", of: "run"),
    Case(["run", "a", "--trace-values", "o.npz", "--profile-json", "o.npz"], "'o.npz'", of: "run"),
    Case(["run", "a.npz", "--outputs", "a.npz"], "IN", of: "run"),
    Case(["run", "a", "--inputs", "b.npz", "--outputs", "b.npz"], "--inputs", of: "run"),
    Case(
      ["transform", "a", "-p", "decompose", "--operators", "b", "-o", "b"], "--operators",
      of: "transform"),
    Case(["weights", "a", "--replace", "b"], "-o", of: "weights"),
    Case(["weights", "a", "--join", "b"], "-o", of: "weights"),
    Case(["weights", "a", "--partial"], "--replace", of: "weights"),
    Case(["slim", "a"], "-o", of: "slim"),
    Case(["slim", "a", "b", "-o", "c.pt2"], "'c.pt2' is a file", of: "slim"),
    Case(["slim", "a", "-o", "c"], "output format from 'c'", of: "slim"),
    Case(["transform", "a", "-p", "decompose", "-o", "c"], "format from 'c'", of: "transform"),
    Case(["transform", "a", "-passes", "decompose"], "'--passes'?", of: "transform"),
    Case(["transform", "a", "-p", "frob"], "fxkit passes", of: "transform"),
    Case(["convert", "a", "c"], "output format from 'c'", of: "convert"),
    Case(["extract", "a", "--to", "b", "-o", "c"], "--form", of: "extract"),
    Case(["weights", "a", "--extract", "c"], "'c/'", of: "weights"),
    Case(["run", "a", "--outputs", "c"], "output format from 'c'", of: "run"),
    Case(["run", "a", "--trace-values", "c.npy"], ".npz", of: "run"),
    Case(["run", "a", "--to", "npy"], "--outputs", of: "run"),
    Case(["compare", "a", "b", "--rtol", "abc"], "'abc'", of: "compare"),
    Case(["compare", "a", "b", "--seed", "x"], "'x'", of: "compare"),
    Case(["-h", "frobnicate"], "'frobnicate'"),
    Case(["run", "a", "--threads", "0"], "from 1 to 1024", of: "run"),
    Case(["run", "a", "--threads", "1025"], "'1025'", of: "run"),
    Case(["run", "a", "--threads", "99999999"], "from 1 to 1024", of: "run"),
    Case(["run", "a", "--threads", "99999999999999999999"], "from 1 to 1024", of: "run"),
    Case(["slim", "-o", "a"], "IN", of: "slim"),
    Case(["slim", "a", "-o", "b", "--drop", "everything"], "'everything'", of: "slim"),
    Case(["slim", "a", "-o", "b", "--keep", "Origins"], "'Origins'", of: "slim"),
    Case(["slim", "a", "-o", "b", "--keep", "origins", "--drop", "origins"], "--keep", of: "slim"),
    Case(["passes", "a"], "'a'", of: "passes"),
    Case(["completions"], "SHELL", of: "completions"),
    Case(["completions", "tcsh"], "'tcsh'", of: "completions"),
    Case(["transform", "a"], "-p", of: "transform"),
    Case(["transform", "-p", "replace-set-grad"], "IN", of: "transform"),
    Case(["transform", "a", "-p", "frob"], "'frob'", of: "transform"),
    Case(["transform", "a", "-p", ""], "empty pass name", of: "transform"),
    Case(["transform", "a", "-p", "replace-set-grad,,"], "empty pass name", of: "transform"),
    Case(
      ["transform", "a", "-p", "replace-set-grad=x"], "replace-set-grad", of: "transform"),
    Case(
      ["transform", "a", "-p", "replace-set-grad", "--print-after", "frob"], "'frob'",
      of: "transform"),
    Case(
      ["transform", "a", "-p", "replace-set-grad", "--ambient-grad", "maybe"], "'maybe'",
      of: "transform"),
  ]

  @Test(arguments: cases)
  func saysWhatIsWrong(_ wrong: Case) throws {
    let run = Invocation(wrong.arguments)
    try expectUsageError(run, wrong.mention, of: wrong.command)
  }

  /// Options that a pass itself refuses are known to be wrong only when it runs.
  @Test(arguments: [
    "replace-autocast=some", "strip-metadata=stack_trace+", "strip-metadata=all+stack_trace",
    "strip-metadata=stack_traces", "strip-metadata=stack_trace+relu",
  ])
  func refusesOptionsOfPasses(_ pipeline: String) throws {
    let input = Fixtures.path("prints/mode-regions.json")
    let run = Invocation("transform", input, "-p", pipeline)
    try expectUsageError(run, String(pipeline.prefix { $0 != "=" }), of: "transform")
  }

  private func expectUsageError(_ run: Invocation, _ mention: String, of command: String) throws {
    #expect(run.status == 2)
    #expect(run.output == [])
    let line = try #require(run.errors.first)
    #expect(run.errors.count == 1)
    #expect(!line.contains("\n"))
    #expect(line.hasPrefix("fxkit: "))
    #expect(!line.hasPrefix("fxkit: error"))
    #expect(line.contains(mention), "\(line)")
    let help = command.isEmpty ? "fxkit --help" : "fxkit \(command) --help"
    #expect(line.hasSuffix("see '\(help)'"), "\(line)")
  }

  @Test func optionsMayStandAnywhereAndBeAbbreviatedAsUsual() throws {
    let path = Fixtures.path("prints/cond.json")
    let expected = Invocation("print", path, "--format", "code")
    #expect(expected.status == 0)
    for arguments in [
      ["print", "--format", "code", path], ["print", "--format=code", path],
      ["print", "-f", "code", path], ["print", "-fcode", path], ["print", "-fcode", "--", path],
    ] {
      #expect(Invocation(arguments).output == expected.output, "\(arguments)")
    }
  }
}
