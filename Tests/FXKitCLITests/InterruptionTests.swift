import FXTestSupport
import Glibc
import Testing

/// The built command is ended while it writes: the old file stays whole, or the new one is whole.
@Suite struct InterruptionTests {
  private let folder = TemporaryFolder()
  private let input = Fixtures.path("programs/annotated.json")

  /// What the command writes where nothing disturbs it.
  private func whole() throws -> [UInt8] {
    try #require(Invocation("convert", input, folder.file("whole.fx")).status == 0)
    defer { unlink(folder.file("whole.fx")) }
    return try readFile(folder.file("whole.fx"))
  }

  private func check(_ signal: Int32, _ old: [UInt8], _ new: [UInt8]) throws {
    let found = try readFile(folder.file("out.fx"))
    #expect(found == old || found == new)
    let others = folder.names.filter { $0 != "out.fx" }
    // Nobody can catch a SIGKILL: what is left then is the temporary file.
    #expect(signal == SIGKILL ? others.allSatisfy { $0.hasSuffix(".tmp") } : others.isEmpty)
    for name in others { unlink(folder.file(name)) }
  }

  /// Before and after each system call, from the first that writes to those behind the rename.
  @Test(.enabled(if: TracedProgram.isPermitted), arguments: [SIGTERM, SIGKILL])
  func atEverySystemCall(_ signal: Int32) throws {
    let (old, new) = (Array("old".utf8), try whole())
    let output = folder.file("out.fx")
    func run(_ signal: Int32, endingAt place: Int) throws -> Int {
      folder.write("out.fx", old)
      return try TracedProgram(Subprocess.fxkit, ["convert", input, output])
        .stopCount(sending: signal, at: place)
    }
    // The last stop at which the old file is still there; all runs make the same calls.
    var (before, behind) = (0, try run(0, endingAt: .max))
    #expect(try readFile(output) == new)
    while behind - before > 1 {
      let middle = (before + behind) / 2
      _ = try run(SIGKILL, endingAt: middle)
      if try readFile(output) == old { before = middle } else { behind = middle }
      try check(SIGKILL, old, new)
    }
    try #require(before > 20)
    for place in (before - 20)..<(behind + 8) {
      _ = try run(signal, endingAt: place)
      try check(signal, old, new)
    }
  }

  @Test(arguments: [SIGTERM, SIGKILL, SIGXCPU, SIGUSR1])
  func atRandomMoments(_ signal: Int32) throws {
    let (old, new) = (Array("old".utf8), try whole())
    for round in 0..<8 {
      folder.write("out.fx", old)
      let run = try Subprocess.fxkit("convert", input, folder.file("out.fx"))
      usleep(UInt32(round) * 1500)
      run.send(signal)
      _ = run.finish()
      try check(signal, old, new)
    }
  }

  /// As on a full disk, but for one process: files may not grow beyond 512 bytes.
  @Test(arguments: ["fx", "json", "fx.json"])
  func fileSizeLimitIsAFullDisk(_ ending: String) throws {
    let output = folder.write("out.\(ending)", "old".utf8)
    let script = "ulimit -f 1; exec \"$0\" convert \"$1\" \"$2\""
    let run = try Subprocess("/bin/sh", ["-c", script, Subprocess.fxkit, input, output]).finish()
    #expect(run.status == .exited(1))
    #expect(run.errors.hasPrefix("fxkit: error: \(output): "))
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(try readFile(output) == Array("old".utf8))
    #expect(folder.names == ["out.\(ending)"])
  }
}
