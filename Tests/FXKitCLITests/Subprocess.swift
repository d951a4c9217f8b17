import FXTestSupport
import Glibc
import Synchronization

/// A program that runs beside the test, with pipes for its streams.
///
/// Every descriptor of the test is closed in the program, so that tests can run at the same time.
struct Subprocess {
  enum Status: Equatable {
    case exited(Int32)
    case signaled(Int32)
  }

  struct Result {
    let status: Status
    let output: [UInt8]
    let errors: String
    /// The most memory that the program had, in bytes.
    let peakMemory: Int
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  enum Failure: Error {
    case noProgram(String)
    case system(String, Int32)
  }

  let id: pid_t
  private let outputEnd: Int32
  private let errorEnd: Int32

  /// The built command, which stands beside the test's own program.
  static let fxkit: String = {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/") + "/fxkit"
  }()

  /// Starts the built command.
  static func fxkit(
    _ arguments: String..., input: String = "/dev/null", output: String? = nil
  ) throws -> Subprocess {
    guard access(fxkit, X_OK) == 0 else {
      throw Failure.noProgram("\(fxkit): build it with 'swift build --product fxkit'")
    }
    return try Subprocess(fxkit, arguments, input: input, output: output)
  }

  /// Starts a program.
  ///
  /// - Parameter input: the file that is its standard input.
  /// - Parameter output: the file that is its standard output; a pipe where not given.
  init(
    _ path: String, _ arguments: [String], input: String = "/dev/null", output: String? = nil
  ) throws {
    // No other program may start before the pipes are marked, or it would hold them open.
    self = try Self.starting.withLock { _ in
      try Self.start(path, arguments, input: input, output: output)
    }
  }

  private init(id: pid_t, outputEnd: Int32, errorEnd: Int32) {
    (self.id, self.outputEnd, self.errorEnd) = (id, outputEnd, errorEnd)
  }

  private static let starting = Mutex(())

  private static func start(
    _ path: String, _ arguments: [String], input: String, output: String?
  ) throws -> Subprocess {
    let (outputs, errors) = (try makePipe(), try makePipe())
    defer {
      close(outputs[1])
      close(errors[1])
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    if let output {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY, 0)
    } else {
      posix_spawn_file_actions_adddup2(&actions, outputs[1], STDOUT_FILENO)
    }
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO)

    // The program begins with the signals of a shell's command, whatever the test runner has.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, defaults) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&defaults)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ, SIGUSR1] {
      sigaddset(&defaults, number)
    }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id = pid_t()
    let result = posix_spawn(&id, path, &actions, &attributes, &words, environ)
    if result != 0 {
      close(outputs[0])
      close(errors[0])
      throw Failure.system("spawn", result)
    }
    return Subprocess(id: id, outputEnd: outputs[0], errorEnd: errors[0])
  }

  private static func makePipe() throws -> [Int32] {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure.system("pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// Reads at most `count` bytes of standard output and closes it.
  func readAndClose(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = read(outputEnd, &bytes, count)
    close(outputEnd)
    return Array(bytes.prefix(max(got, 0)))
  }

  /// Closes its streams, for someone else to wait for its end.
  func abandon() {
    close(outputEnd)
    close(errorEnd)
  }

  func send(_ signal: Int32) { kill(id, signal) }

  /// Tells whether the program has ended; it still has to be finished.
  var hasEnded: Bool {
    var facts = siginfo_t()
    return waitid(P_PID, id_t(id), &facts, WEXITED | WNOHANG | WNOWAIT) != 0 || facts.si_signo != 0
  }

  /// Reads all that comes and waits for the end.
  ///
  /// - Parameter isClosed: whether `readAndClose` was called before.
  func finish(isClosed: Bool = false) -> Result {
    // Standard error holds a few lines, which fit into the pipe while standard output is read.
    let output = isClosed ? [] : Self.drain(outputEnd)
    let errors = String(decoding: Self.drain(errorEnd), as: UTF8.self)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Result(
      status: signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal), output: output,
      errors: errors, peakMemory: usage.ru_maxrss * 1024)
  }

  private static func drain(_ descriptor: Int32) -> [UInt8] {
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
