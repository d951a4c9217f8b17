import FXCore
import FXExport
import FXTestSupport
import Glibc
import Testing

@Suite struct AtomicOutputTests {
  private let folder = TemporaryFolder()

  private func text(_ name: String) throws -> String {
    String(decoding: try readFile(folder.file(name)), as: UTF8.self)
  }

  private func mode(_ name: String) -> mode_t {
    var facts = stat()
    stat(folder.file(name), &facts)
    return facts.st_mode & 0o7777
  }

  private struct Stop: Error {}

  @Test func writesNewFiles() throws {
    try AtomicOutput.write(to: folder.file("a")) { sink in sink.write("hello") }
    #expect(try text("a") == "hello")
    #expect(folder.names == ["a"])
    let mask = umask(0)
    umask(mask)
    #expect(mode("a") == 0o666 & ~mask)
  }

  @Test func replacesFilesAndKeepsTheirPermissions() throws {
    folder.write("a", "old, and longer".utf8)
    chmod(folder.file("a"), 0o640)
    try AtomicOutput.write(to: folder.file("a")) { sink in sink.write("new") }
    #expect(try text("a") == "new")
    #expect(mode("a") == 0o640)
    #expect(folder.names == ["a"])
  }

  @Test func leavesTheOldFileOnErrors() throws {
    folder.write("a", "old".utf8)
    #expect(throws: Stop.self) {
      try AtomicOutput.write(to: folder.file("a")) { sink in
        sink.write(String(repeating: "x", count: 1 << 20))
        throw Stop()
      }
    }
    #expect(try text("a") == "old")
    #expect(folder.names == ["a"])
  }

  @Test func leavesTheOldFileWhenLetGo() throws {
    folder.write("a", "old".utf8)
    do {
      let output = try AtomicOutput(path: folder.file("a"))
      try output.withSink { $0.write("new") }
      #expect(folder.names.count == 2)
      #expect(try text("a") == "old")
    }
    #expect(try text("a") == "old")
    #expect(folder.names == ["a"])
  }

  @Test func replacesWhatLinksPointTo() throws {
    folder.write("target", "old".utf8)
    symlink("target", folder.file("middle"))
    symlink(folder.file("middle"), folder.file("link"))
    try AtomicOutput.write(to: folder.file("link")) { sink in sink.write("new") }
    #expect(try text("target") == "new")
    var facts = stat()
    lstat(folder.file("link"), &facts)
    #expect(facts.st_mode & S_IFMT == S_IFLNK)
    #expect(folder.names == ["link", "middle", "target"])
  }

  @Test func createsWhatDanglingLinksPointTo() throws {
    symlink("target", folder.file("link"))
    try AtomicOutput.write(to: folder.file("link")) { sink in sink.write("new") }
    #expect(try text("target") == "new")
    #expect(folder.names == ["link", "target"])
  }

  @Test func refusesBadTargets() {
    expectFXError(.fileIsDirectory) { try AtomicOutput(path: folder.path) }
    expectFXError(.fileIsDirectory) { try AtomicOutput(path: folder.file("a/")) }
    expectFXError(.fileMissing) { try AtomicOutput(path: "") }
    expectFXError(.fileMissing) { try AtomicOutput(path: folder.file("none/a")) }
    symlink("loop", folder.file("loop"))
    expectFXError(.fileWrite) { try AtomicOutput(path: folder.file("loop")) }
    #expect(folder.names == ["loop"])
  }

  /// Nobody creates files there, not even root.
  @Test func refusesFoldersThatTakeNoFiles() {
    expectFXError(.filePermission) { try AtomicOutput(path: "/sys/fxkit-test") }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func refusesWhatMayNotBeWritten() throws {
    folder.write("a", "old".utf8)
    chmod(folder.file("a"), 0o400)
    expectFXError(.filePermission) { try AtomicOutput(path: folder.file("a")) }
    #expect(try text("a") == "old")
  }

  @Test func writesDevicesInPlace() throws {
    try AtomicOutput.write(to: "/dev/null") { sink in sink.write("new") }
    #expect(access("/dev/null", F_OK) == 0)
    expectFXError(.fileFull) {
      try AtomicOutput.write(to: "/dev/full") { sink in sink.write("new") }
    }
  }

  @Test func reportsReadersThatWentAway() throws {
    mkfifo(folder.file("pipe"), 0o600)
    let reader = open(folder.file("pipe"), O_RDONLY | O_NONBLOCK)
    let output = try AtomicOutput(path: folder.file("pipe"))
    close(reader)
    // Without care this would end the process by a signal.
    expectFXError(.outputClosed) { try output.withSink { $0.write("new") } }
  }

  @Test func namesLongFiles() throws {
    let name = String(repeating: "n", count: 255)
    try AtomicOutput.write(to: folder.file(name)) { sink in sink.write("new") }
    #expect(folder.names == [name])
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func handlesSignalsWhileWriting(_ number: Int32) throws {
    folder.write("a", "old".utf8)
    // A signal would end the test's own process: what is checked is that it has a handler.
    let output = try AtomicOutput(path: folder.file("a"))
    var action = sigaction()
    sigaction(number, nil, &action)
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    #expect(handler != 0)
    output.discard()
    #expect(folder.names == ["a"])
  }
}
