import Glibc

/// The process that a signal handler ends.
nonisolated(unsafe) private var runningProcess = pid_t()

/// Runs a command and prints its time and peak memory, undisturbed by the process that asks.
///
/// Linux counts the memory of the process that starts a program as that program's own until it
/// has its own image, so that a Python driver can't measure anything smaller than itself.
enum Launcher {
  ///
  /// - Parameter limit: after how many seconds a command is ended that is not done; 0 for never.
  ///   Its figures until then are printed, and that it was ended.
  static func run(_ command: [String], limit: UInt32 = 0) throws {
    var arguments = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let start = now()
    let failure = posix_spawnp(&process, command[0], nil, nil, &arguments, environ)
    guard failure == 0 else {
      throw BenchmarkError(description: "\(command[0]): \(String(cString: strerror(failure)))")
    }
    runningProcess = process
    signal(SIGALRM) { _ in kill(runningProcess, SIGKILL) }
    alarm(limit)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    let seconds = now() - start
    let wasEnded = limit > 0 && status & 0x7F == SIGKILL
    guard status == 0 || wasEnded else { exit(1) }
    let processor = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    print("{\"name\": \"process\", \"seconds\": [\(seconds), \(processor), \(usage.ru_maxrss)]}")
    if wasEnded { print("{\"name\": \"ended\", \"seconds\": [\(limit)]}") }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
  }
}
