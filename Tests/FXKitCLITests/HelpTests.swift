import FXKit
import Testing

@testable import FXKitCLI

extension Command: CustomTestStringConvertible {
  public var testDescription: String { name }
}

struct HelpTests {
  @Test(arguments: [["--help"], ["-h"], ["help"]])
  func overviewListsEveryCommand(_ arguments: [String]) {
    let run = Invocation(arguments)
    #expect(run.status == 0)
    #expect(run.errors == [])
    #expect(run.lines.first == "fxkit: read, transform and write PyTorch exports, without Python")
    #expect(run.lines.contains("Usage: fxkit COMMAND [OPTION ...] [ARGUMENT ...]"))
    #expect(run.lines.contains { $0.hasPrefix("  -h, --help ") })
    #expect(run.lines.contains { $0.hasPrefix("  -V, --version ") })
    #expect(run.text.hasSuffix("exit with the worst status.\n"))
    #expect(Command.all.count > 10)
    for command in Command.all {
      #expect(run.text.contains("\n  \(command.name) "))
      #expect(run.text.contains(command.summary))
    }
  }

  @Test func versionIsOneLine() {
    let run = Invocation("--version")
    #expect(run.status == 0)
    #expect(run.lines.count == 1)
    #expect(run.text.hasPrefix("fxkit "))
  }

  @Test(arguments: [["--version", "--verbose"], ["--verbose", "--version"]])
  func theVerboseVersionTellsLibraries(_ arguments: [String]) {
    let run = Invocation(arguments)
    #expect(run.status == 0)
    #expect(run.text.hasPrefix(Help.version + "\n"))
    for library in SystemLibrary.allCases {
      let found = library.found ?? "not found"
      #expect(run.lines.contains { $0 == "\(library.rawValue): \(found)" })
      #expect(
        library.found != nil || run.text.contains("libopenblas0") || run.text.contains("dnnl"))
    }
    #expect(run.text.contains("without it"))
  }

  /// What FXKIT_WITHOUT names is not opened; the command tells the packages then.
  @Test func librariesCanBeLeftOut() throws {
    let run = try Subprocess(
      "/usr/bin/env",
      ["FXKIT_WITHOUT=openblas,oneDNN", Subprocess.fxkit, "--version", "--verbose"]
    ).finish()
    #expect(run.text.contains("OpenBLAS: switched off by FXKIT_WITHOUT\n"))
    #expect(run.text.contains("oneDNN: switched off by FXKIT_WITHOUT\n"))
    #expect(run.text.contains("libopenblas0-pthread"))
    #expect(run.text.contains("libdnnl3"))
    let unknown = try Subprocess(
      "/usr/bin/env", ["FXKIT_WITHOUT=openblas,onedn", Subprocess.fxkit, "passes"]
    ).finish()
    #expect(unknown.status == .exited(2))
  }

  /// In a narrow terminal only words, usage and command lines may be wider.
  @Test(arguments: [50, 72]) func helpFitsTheTerminal(_ width: Int) {
    let texts = Command.all.map { Help.text(of: $0, width) }
    for text in texts + [Help.overview(width), Help.libraries(width)] {
      for line in text.split(separator: "\n") where line.count > width {
        let isCommandLine = line.hasPrefix("Usage: ") || line.hasPrefix("  fxkit ")
        #expect(isCommandLine || !line.drop { $0 == " " }.contains(" "), "\(line)")
      }
    }
    for text in Command.all.map({ Help.text(of: $0, 30) }) { #expect(text.hasSuffix("\n")) }
  }

  @Test func exitStatusesOfComparisonsAreDocumented() {
    for name in ["diff", "compare"] {
      let words = Invocation(name, "--help").text.split { $0 == " " || $0 == "\n" }
      #expect(words.joined(separator: " ").contains("and 2 for any error"))
      #expect(Invocation(name, "/nonexistent", "/nonexistent").status == 2)
    }
    let words = Invocation("--help").text.split { $0 == " " || $0 == "\n" }
    #expect(words.joined(separator: " ").contains("with 2 for any error"))
    #expect(Invocation("info", "/nonexistent").status == 1)
  }

  @Test func textsArePlainWhereTheLocaleIs() {
    #expect(Terminal.plain("a → b … ‘ü’ × 2 – 1") == "a -> b ... ‘ü' x 2 - 1")
    func isPlain(_ variables: [String: String]) -> Bool {
      Terminal.isPlain { variables[$0] }
    }
    #expect(!isPlain([:]))
    #expect(!isPlain(["LANG": "en_US.UTF-8"]))
    #expect(!isPlain(["LC_ALL": "", "LC_CTYPE": "C.utf8", "LANG": "C"]))
    #expect(isPlain(["LC_ALL": "C", "LANG": "en_US.UTF-8"]))
    #expect(isPlain(["LANG": "de_DE.ISO-8859-1"]))
    #expect(Terminal.shortened("reading a/long/path/model.pt2: 50 %", to: 20).count == 20)
    #expect(Terminal.shortened("short", to: 20) == "short")
  }

  @Test func commandsHaveDistinctNames() {
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
    for name in [
      "info", "print", "validate", "transform", "passes", "convert", "weights", "slim",
      "completions",
    ] {
      #expect(Command.named(name) != nil, "\(name)")
    }
  }

  @Test(arguments: Command.all)
  func helpShowsUsageAndOptions(_ command: Command) {
    let run = Invocation(command.name, "--help")
    #expect(run.status == 0)
    #expect(run.errors == [])
    #expect(run.lines.contains { $0.hasPrefix("Usage: fxkit \(command.name)") })
    for operand in command.operands { #expect(run.text.contains(operand.name)) }
    for option in command.allOptions {
      #expect(run.lines.contains { $0.contains("--\(option.name)") }, "\(option.name)")
      #expect(!option.help.isEmpty)
    }
    for line in run.lines { #expect(line.count <= 100, "\(line)") }
    #expect(Invocation(command.name, "-h").output == run.output)
    #expect(Invocation("help", command.name).output == run.output)
    // Help is given whatever else stands there.
    #expect(Invocation(command.name, "a", "b", "c", "--help").output == run.output)
  }

  @Test(arguments: Command.all)
  func optionsOfACommandAreDistinct(_ command: Command) {
    #expect(Set(command.allOptions.map(\.name)).count == command.allOptions.count)
    let letters = command.allOptions.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
  }
}
