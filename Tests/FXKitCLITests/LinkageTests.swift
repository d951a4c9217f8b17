import FXTestSupport
import Glibc
import Testing

/// What the built command needs of the system it starts on.
@Suite struct LinkageTests {
  /// RHEL 9 and Amazon Linux 2023 have glibc 2.34.
  private static let newest = 34

  /// The command beside the tests, and the one that `tools/dev build` makes, where it was.
  static let commands: [String] = {
    let release = Fixtures.path("../.build/release/fxkit")
    return [Subprocess.fxkit] + (access(release, X_OK) == 0 ? [release] : [])
  }()

  @Test(arguments: commands) func startsWithTheCLibrariesOfOlderSystems(_ path: String) throws {
    let text = String(decoding: try readFile(path), as: Unicode.ASCII.self)
    let versions = text.matches(of: /\0GLIBC_2\.([0-9]+)/).compactMap { Int($0.output.1) }
    #expect(versions.contains(2) || versions.contains(17))
    #expect(versions.allSatisfy { $0 <= Self.newest }, "\(versions.sorted())")
  }

  @Test func argumentsAreThoseOfTheSystem() throws {
    let run = try Subprocess.fxkit("print", "--", "-ü", "", "\u{1}").finish()
    #expect(run.status == .exited(2))
    #expect(run.errors.contains("''"))
  }
}
