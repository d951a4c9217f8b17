import FXKit
import FXTestSupport
import Glibc
import Testing

@testable import FXKitCLI

/// The file tests in `Tests/Filetests/<pass or command>`: a command line, its input, its output.
///
/// The input of `// RUN: transform -p PASS` is the document, the output what stands on standard
/// output, as text form where no other is asked for. `2>&1` in the command line adds the lines of
/// standard error as comments. An exit status other than 0 is a last comment.
struct CommandFileTests {
  static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/Filetests"
  }()

  static let tests = FileTests(in: folder)

  @Test(arguments: tests.files)
  func outputIsAsExpected(_ file: String) {
    if let failure = Self.tests.run(file, Self.run) { Issue.record("\(failure)") }
  }

  /// A run that writes expectations is never green.
  @Test func nothingIsBlessed() { #expect(getenv("FXKIT_BLESS") == nil) }

  @Test func everyPassHasTestsAndACaseWithoutChange() {
    for pass in GraphPass.all {
      #expect(Self.tests.files.contains("\(pass.name)/no-change.fx"), "\(pass.name)")
      #expect(Self.tests.files.count { $0.hasPrefix("\(pass.name)/") } >= 4, "\(pass.name)")
    }
  }

  @Test func everyFileIsShort() throws {
    for file in Self.tests.files {
      let lines = try readFile("\(Self.folder)/\(file)").count { $0 == 0x0A }
      #expect(lines < 60, "\(file)")
    }
  }

  private static func run(_ words: [String], _ input: String) -> String {
    let folder = TemporaryFolder()
    let path = folder.write("in.fx", input.utf8)
    var arguments = words.filter { $0 != "2>&1" }
    arguments.insert(path, at: min(1, arguments.count))
    if arguments[0] == "convert" { arguments.append("-") }
    if ["convert", "transform"].contains(arguments[0]), !arguments.contains("--to") {
      arguments += ["--to", "fx"]
    }
    let run = Invocation(arguments)
    var output = run.text
    if words.contains("2>&1") {
      for line in run.errors { output += "// \(line)\n" }
    }
    if run.status != 0 { output += "// exit status \(run.status)\n" }
    // Errors name the file, whose folder differs in every run.
    return output.replacing(folder.path + "/", with: "")
  }
}
