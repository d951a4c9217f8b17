import FXTestSupport
import Testing

@testable import FXKitCLI

/// What a terminal can't show is not written to one.
struct TerminalOutputTests {
  private static let model = Fixtures.path("archives/conv-norm.pt2")

  @Test(arguments: [
    ["slim", model, "-o", "-"], ["transform", model, "-p", "dce"],
    ["transform", model, "-p", "dce", "--to", "pt2"], ["convert", model, "-"],
    ["convert", model, "-", "--to", "fx.json"], ["extract", model, "--to", "relu"],
    ["run", model, "--outputs", "-"], ["run", model, "--outputs", "-", "--to", "npy"],
    ["weights", model, "--extract", "-"],
    ["weights", model, "--extract", "-", "--only", "head.bias", "--to", "npy"],
  ])
  func binaryDataAndJSONAreRefused(_ arguments: [String]) throws {
    let run = Invocation(arguments, isTerminal: true)
    #expect(run.status == 2 && run.output == [])
    let line = try #require(run.errors.first)
    #expect(run.errors.count == 1)
    #expect(line.contains("terminal") && line.contains("redirect"), "\(line)")
  }

  @Test func textsAreWritten() {
    for arguments in [
      ["convert", Self.model, "-", "--to", "fx"], ["slim", Self.model, "-o", "-", "--to", "fx"],
      ["extract", Self.model, "--to", "relu", "--form", "fx"],
    ] {
      let run = Invocation(arguments, isTerminal: true)
      #expect(run.status == 0)
      #expect(run.text.hasPrefix("fx 1\n"))
    }
  }
}
