import Glibc

/// A program that stops before and after each of its system calls.
struct TracedProgram {
  enum Failure: Error {
    case system(String, Int32)
  }

  private let id: pid_t

  private static let (syscall, seize) = (24, 0x4206)
  /// Marks stops at system calls, and ends the program with the tracer.
  private static let options = 1 | 0x10_0000

  /// Whether this system lets a process trace its children; containers may forbid it.
  static let isPermitted: Bool = {
    guard let program = try? TracedProgram("/bin/true", []) else { return false }
    return (try? program.stopCount(sending: 0, at: .max)) != nil
  }()

  /// Starts a program, which waits to be traced.
  init(_ path: String, _ words: [String]) throws {
    let run = try Subprocess(
      "/bin/sh", ["-c", "kill -STOP $$; exec \"$0\" \"$@\"", path] + words, output: "/dev/null")
    id = run.id
    run.abandon()
    var status: Int32 = 0
    waitpid(id, &status, WUNTRACED)
    guard ptrace(Self.seize, id, 0, Self.options) == 0 else {
      let number = errno
      kill(id, SIGKILL)
      waitpid(id, &status, 0)
      throw Failure.system("trace", number)
    }
    kill(id, SIGCONT)
  }

  /// Runs the program to its end and counts the stops; at one it is sent a signal.
  func stopCount(sending signal: Int32, at place: Int) throws -> Int {
    var stops = 0
    var status: Int32 = 0
    while true {
      if waitpid(id, &status, 0) < 0 {
        if errno == EINTR { continue }
        throw Failure.system("wait", errno)
      }
      let isStopped = status & 0xFF == 0x7F
      if !isStopped { return stops }
      let number = (status >> 8) & 0xFF
      var passedOn: Int32 = 0
      if number == SIGTRAP | 0x80 {
        if stops == place { kill(id, signal) }
        stops += 1
      } else if status >> 16 == 0, number != SIGTRAP, number != SIGSTOP {
        passedOn = number
      }
      _ = ptrace(Self.syscall, id, 0, Int(passedOn))
    }
  }
}

@_silgen_name("ptrace")
private func ptrace(_ request: Int, _ id: pid_t, _ address: Int, _ data: Int) -> Int
