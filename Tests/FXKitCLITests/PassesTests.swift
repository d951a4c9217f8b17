import FXKit
import FXTestSupport
import Glibc
import Testing

@testable import FXKitCLI

/// The commands that list: `passes` and `completions`.
struct PassesTests {
  @Test func textListsEveryPass() {
    let run = Invocation("passes")
    #expect(run.status == 0)
    for pass in GraphPass.all { #expect(run.text.contains(pass.name)) }
  }

  @Test func jsonListsEveryPass() throws {
    let run = Invocation("passes", "--json")
    #expect(run.lines.count == 1)
    let items = try #require(json(run.output) as? [[String: Any]])
    #expect(items.map { $0["name"] as? String } == GraphPass.all.map(\.name))
    for (item, pass) in zip(items, GraphPass.all) {
      #expect(item["summary"] as? String == pass.summary)
      #expect(item["option"] as? String == (pass.optionHelp.isEmpty ? nil : pass.optionHelp))
    }
  }

  @Test(arguments: Completions.shells)
  func completionsKnowEveryCommandAndOption(_ shell: String) {
    let run = Invocation("completions", shell)
    #expect(run.status == 0)
    #expect(run.errors == [])
    for command in Command.all {
      #expect(run.text.contains(command.name))
      for option in command.allOptions {
        #expect(run.text.contains(shell == "fish" ? "-l \(option.name)" : "--\(option.name)"))
        for choice in option.choices { #expect(run.text.contains(choice)) }
      }
    }
  }

  /// Where this machine has a shell.
  private static func path(of shell: String) -> String? {
    ["/bin/\(shell)", "/usr/bin/\(shell)"].first { access($0, X_OK) == 0 }
  }

  @Test(arguments: ["bash", "zsh", "fish"].filter { path(of: $0) != nil })
  func shellsAcceptTheirScript(_ shell: String) throws {
    let path = try #require(Self.path(of: shell))
    let folder = TemporaryFolder()
    let script = folder.write("script", Invocation("completions", shell).output)
    let check = try Subprocess(path, ["-n", script]).finish()
    #expect(check.status == .exited(0))
    #expect(check.errors == "")
  }

  @Test(.enabled(if: path(of: "bash") != nil)) func bashCompletesCommandsAndPasses() throws {
    let path = try #require(Self.path(of: "bash"))
    let folder = TemporaryFolder()
    let script = folder.write("script", Invocation("completions", "bash").output)
    func complete(_ words: String, at index: Int) throws -> [Substring] {
      let line = """
        source "$0"; COMP_WORDS=(\(words)); COMP_CWORD=\(index); _fxkit
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let result = try Subprocess(path, ["-c", line, script]).finish()
      return result.text.split(separator: "\n")
    }
    #expect(try complete("fxkit tr", at: 1) == ["transform"])
    #expect(try complete("fxkit transform -p replace-s", at: 3) == ["replace-set-grad"])
    #expect(try complete("fxkit print --form", at: 2) == ["--format"])
    #expect(try complete("fxkit print --format = rea", at: 4) == ["readable"])
    #expect(try complete("fxkit print --format =", at: 3).count == 5)
    #expect(try complete("fxkit print --format=rea", at: 2) == ["--format=readable"])
    #expect(try complete("fxkit print -ftab", at: 2) == ["-ftable"])
    #expect(
      try complete("fxkit transform -p replace-set-grad,str", at: 3)
        == ["replace-set-grad,strip-metadata"])
    #expect(
      try complete("fxkit transform -p strip-metadata = all,prop", at: 5)
        == ["all,propagate-shapes"])
    #expect(try complete("fxkit help tra", at: 2) == ["transform"])
    #expect(try complete("fxkit --version --v", at: 2) == ["--verbose"])
    #expect(try complete("fxkit run a --seed ''", at: 4) == [])
    #expect(try complete("fxkit passes ''", at: 2) == [])
  }

  @Test(.enabled(if: path(of: "fish") != nil)) func fishCompletesCommandsAndPasses() throws {
    let path = try #require(Self.path(of: "fish"))
    let folder = TemporaryFolder()
    let script = folder.write("script", Invocation("completions", "fish").output)
    func complete(_ line: String) throws -> [Substring] {
      let command = "source \(script); complete -C '\(line)'"
      let result = try Subprocess(path, ["-c", command]).finish()
      return result.text.split(separator: "\n").map { $0.prefix { $0 != "\t" } }
    }
    #expect(try complete("fxkit tr") == ["transform"])
    #expect(try complete("fxkit transform -p replace-s") == ["replace-set-grad"])
    #expect(
      try complete("fxkit transform -p replace-set-grad,str")
        == ["replace-set-grad,strip-metadata"])
    #expect(try complete("fxkit print --format=rea") == ["--format=readable"])
    #expect(try complete("fxkit help tra") == ["transform"])
    #expect(try complete("fxkit run a --seed ") == [])
  }
}
