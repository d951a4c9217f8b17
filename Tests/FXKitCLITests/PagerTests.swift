import FXTestSupport
import Glibc
import Testing

@testable import FXKitCLI

/// Paging on a terminal, for which a pseudo terminal stands.
struct PagerTests {
  private let program = Fixtures.path("programs/mutations.json")

  @Test func thePagerIsTheUsersOrTheSystems() {
    func command(_ variables: [String: String], _ installed: Set<String> = ["less", "more"])
      -> String?
    {
      Pager.command(variable: { variables[$0] }, isInstalled: { installed.contains($0) })
    }
    #expect(command([:]) == "less")
    #expect(command([:], ["more"]) == "more")
    #expect(command([:], []) == nil)
    #expect(command(["PAGER": "most -s"]) == "most -s")
    #expect(command(["PAGER": "most", "FXKIT_PAGER": "less -S"]) == "less -S")
    #expect(command(["PAGER": ""]) == nil)
    #expect(command(["PAGER": "less", "FXKIT_PAGER": "cat"]) == nil)
  }

  @Test func onlyTextsForPeopleArePaged() throws {
    func isPaged(_ words: String...) throws -> Bool {
      let command = try #require(Command.named(words[0]))
      return command.isPaged(try Arguments(Array(words.dropFirst()), for: command))
    }
    #expect(try isPaged("print", "x"))
    #expect(try isPaged("info", "x"))
    #expect(try isPaged("diff", "x", "y"))
    #expect(try !isPaged("print", "--json", "x"))
    #expect(try !isPaged("print", "--no-pager", "x"))
    #expect(try !isPaged("diff", "-q", "x", "y"))
    #expect(try !isPaged("validate", "x"))
  }

  /// Runs the command with a terminal as standard output; returns what appears there.
  private func onTerminal(
    pager: String, _ arguments: String...
  ) throws -> (output: String, errors: String, status: Subprocess.Status) {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(terminal >= 0)
    defer { close(terminal) }
    var (unlocked, number) = (Int32(0), Int32(0))
    // TIOCSPTLCK and TIOCGPTN, which Swift does not import: unlock the other end, and name it.
    try #require(ioctl(terminal, 0x4004_5431, &unlocked) == 0)
    try #require(ioctl(terminal, 0x8004_5430, &number) == 0)
    let name = "/dev/pts/\(number)"
    let path = Subprocess.fxkit
    let run = try Subprocess(
      "/usr/bin/env", ["FXKIT_PAGER=\(pager)", path] + arguments, output: name)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      let count = read(terminal, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      output += chunk[..<count]
    }
    let result = run.finish()
    return (
      String(decoding: output, as: UTF8.self).replacing("\r\n", with: "\n"), result.errors,
      result.status
    )
  }

  @Test func outputGoesThroughThePager() throws {
    let plain = Invocation("print", program).text
    let paged = try onTerminal(pager: "tr a-z A-Z", "print", program)
    #expect(paged.output == plain.uppercased())
    #expect(paged.status == .exited(0))
    let unpaged = try onTerminal(pager: "tr a-z A-Z", "print", "--no-pager", program)
    #expect(unpaged.output == plain)
  }

  @Test func aPagerThatIsLeftEndsTheCommandQuietly() throws {
    let large = Fixtures.path("zoo/swin.export.json")
    let run = try onTerminal(pager: "head -n 1", "print", large)
    #expect(run.output == "fx 1\n")
    #expect(run.errors == "")
  }

  @Test(arguments: ["/nonexistent", "/", "no-such-program -x | cat >/dev/null; exit 127"])
  func aPagerThatCanNotBeStartedChangesNothing(_ pager: String) throws {
    for file in [program, Fixtures.path("zoo/swin.export.json")] {
      let plain = Invocation("print", file).text
      let run = try onTerminal(pager: pager, "print", file)
      #expect(run.output.hasSuffix(plain))
      #expect(run.status == .exited(0))
    }
  }

  @Test func errorsAppearWithoutAPager() throws {
    let run = try onTerminal(pager: "tr a-z A-Z", "print", "/nonexistent")
    #expect(run.output == "")
    #expect(run.errors == "fxkit: error: /nonexistent: no such file or directory\n")
    #expect(run.status == .exited(1))
  }
}
