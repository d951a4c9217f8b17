import FXTestSupport
import Glibc
import Testing

@testable import FXKitCLI

/// The built command in a process of its own: standard streams, signals, full devices.
struct StreamTests {
  private let folder = TemporaryFolder()
  private let program = Fixtures.path("prints/mode-regions.json")

  /// A text with more output than a pipe holds, which takes a while to write.
  private func largeInput(_ count: Int) -> String {
    var text = "fx 1\nmodule @main {\n  %x = placeholder : f32[2]\n"
    for index in 0..<count {
      text += "  %sin_\(index) = call_function torch.ops.aten.sin.default(self: %x) : f32[2]\n"
    }
    text += "  output (%x,)\n}\n"
    return folder.write("large.fx", text.utf8)
  }

  @Test func readsStandardInputAndWritesStandardOutput() throws {
    let expected = Invocation("transform", program, "-p", "replace-set-grad")
    let run = try Subprocess.fxkit("transform", "-", "-p", "replace-set-grad", input: program)
      .finish()
    #expect(run.status == .exited(0))
    #expect(run.output == expected.output)
    #expect(run.errors == expected.errors.joined(separator: "\n") + "\n")
    let print = try Subprocess.fxkit("print", "-", input: program).finish()
    #expect(print.output == Invocation("print", program).output)
  }

  @Test func readsFromPipes() throws {
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let archive = Fixtures.path("archives/conv-norm.pt2")
    // The reader is first: a writer's start waits for one.
    let reader = try Subprocess.fxkit("info", "--json", pipe)
    let writer = try Subprocess("/bin/cat", [archive], output: pipe)
    #expect(writer.finish().status == .exited(0))
    let run = reader.finish()
    #expect(run.status == .exited(0))
    #expect(run.output == Invocation("info", "--json", archive).output)
  }

  @Test func archivesGoThroughStandardStreams() throws {
    let archive = Fixtures.path("archives/conv-norm.pt2")
    let copy = folder.file("copy.pt2")
    #expect(Invocation("convert", archive, copy).status == 0)
    let run = try Subprocess.fxkit("convert", "-", "-", "--to", "pt2", input: archive).finish()
    #expect(run.status == .exited(0))
    #expect(run.errors == "")
    #expect(try run.output == readFile(copy))
  }

  @Test func standardInputIsNamedInErrors() throws {
    let run = try Subprocess.fxkit("info", "-", input: "/dev/null").finish()
    #expect(run.status == .exited(1))
    #expect(run.output == [])
    #expect(run.errors.hasPrefix("fxkit: error: <stdin>"))
    #expect(run.errors.split(separator: "\n").count == 1)
  }

  @Test func exitStatusesReachTheShell() throws {
    #expect(try Subprocess.fxkit("--version").finish().status == .exited(0))
    #expect(try Subprocess.fxkit().finish().status == .exited(2))
    let warned = Fixtures.path("archives/demo.pt2")
    #expect(try Subprocess.fxkit("validate", "--strict", warned).finish().status == .exited(1))
  }

  /// As in `fxkit print large.fx | head -1`.
  @Test(arguments: [["print"], ["print", "--json"], ["convert", "-", "--to", "fx.json"]])
  func endsQuietlyWhenTheReaderGoes(_ command: [String]) throws {
    let input = largeInput(5000)
    let words = [command[0], input] + command.dropFirst()
    let run = try Subprocess(Subprocess.fxkit, words)
    #expect(run.readAndClose(1).count == 1)
    let end = run.finish(isClosed: true)
    #expect(end.status == .signaled(SIGPIPE) || end.status == .exited(141))
    #expect(end.errors == "")
  }

  @Test(.enabled(if: access("/dev/full", W_OK) == 0)) func fullDevicesAreReported() throws {
    for arguments in [["print", program], ["info", program], ["convert", program, "/dev/full"]] {
      let isFile = arguments.count == 3
      let run = try Subprocess(
        Subprocess.fxkit, arguments + (isFile ? ["--to", "json"] : []),
        output: isFile ? nil : "/dev/full"
      ).finish()
      #expect(run.status == .exited(1))
      #expect(run.errors.hasPrefix("fxkit: error: "))
      #expect(run.errors.split(separator: "\n").count == 1)
    }
    let archive = Fixtures.path("archives/conv-norm.pt2")
    let run = try Subprocess.fxkit("convert", archive, "-", "--to", "pt2", output: "/dev/full")
      .finish()
    #expect(run.status == .exited(1))
    #expect(run.errors.hasPrefix("fxkit: error: "))
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func foldersWithoutPermissionAreReported() throws {
    let closed = folder.file("closed")
    try #require(mkdir(closed, 0o500) == 0)
    defer { rmdir(closed) }
    let run = Invocation("convert", program, "\(closed)/out.json")
    #expect(run.status == 1)
    #expect(run.errors.count == 1)
    #expect(run.errors[0].contains("\(closed)/out.json"))
  }

  /// A writing program that is told to end leaves the old file and nothing else.
  ///
  /// The signal is sent as soon as the temporary file is seen. Should the program have been faster,
  /// it has written all, and the next round gives it more to do.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func signalsLeaveTheOldFile(_ signal: Int32) throws {
    let output = folder.write("out.fx", "old".utf8)
    for round in 0..<6 {
      let input = largeInput(20_000 << round)
      let run = try Subprocess.fxkit("convert", input, output)
      while !run.hasEnded, !folder.names.contains(where: { $0.hasSuffix(".tmp") }) {
        sched_yield()
      }
      run.send(signal)
      let end = run.finish()
      #expect(folder.names == ["large.fx", "out.fx"])
      #expect(end.errors == "")
      if end.status == .signaled(signal) {
        #expect(try readFile(output) == Array("old".utf8))
        return
      }
      #expect(end.status == .exited(0))
      #expect(try readFile(output).starts(with: "fx 1".utf8))
      folder.write("out.fx", "old".utf8)
    }
    Issue.record("the command was always faster than the signal")
  }

  /// While it waits for its input, nothing of the output has been touched.
  @Test func signalsWhileReadingLeaveTheOldFile() throws {
    let output = folder.write("out.fx", "old".utf8)
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    let run = try Subprocess.fxkit("convert", pipe, output)
    // Opening waits until the command reads.
    let writer = open(pipe, O_WRONLY | O_CLOEXEC)
    #expect(writer >= 0)
    run.send(SIGTERM)
    #expect(run.finish().status == .signaled(SIGTERM))
    close(writer)
    #expect(try readFile(output) == Array("old".utf8))
    #expect(folder.names == ["out.fx", "pipe"])
  }
}
