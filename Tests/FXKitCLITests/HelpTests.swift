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
    #expect(run.text == Help.overview())
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
