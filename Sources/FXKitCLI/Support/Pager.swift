import FXKit
import Glibc

/// Shows long output screen by screen, where standard output is a terminal.
///
/// The program is started with the first bytes, so that an error before them appears by itself. Where
/// the shell finds no such program, what it did not take appears plainly.
final class Pager {
  private let command: String
  private var child: pid_t?
  /// The terminal, while standard output is the pipe to the program.
  private var terminal: Int32 = -1
  /// The first bytes, which are written again where the program could not be started; it then has
  /// taken none, so that they are at most what a pipe holds and one chunk.
  private var first: [UInt8] = []
  private static let mostKept = 1 << 21

  init(_ command: String) { self.command = command }

  /// Returns the program to page with; nil for none: `FXKIT_PAGER`, `PAGER`, or `less` or `more`
  /// where the system has one. An empty value and `cat` stand for none.
  static func command(
    variable: (String) -> String?, isInstalled: (String) -> Bool
  ) -> String? {
    let chosen =
      variable("FXKIT_PAGER") ?? variable("PAGER") ?? ["less", "more"].first(where: isInstalled)
    return chosen == "" || chosen == "cat" ? nil : chosen
  }

  /// Returns the program to page with in this process.
  static var systemCommand: String? {
    let variable = { (name: String) in getenv(name).map { String(cString: $0) } }
    return command(variable: variable) { name in
      (variable("PATH") ?? "").split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
  }

  /// Starts the program, unless it has been started, and puts it behind standard output.
  private func start() throws {
    if child != nil { return }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Self.failure(errno) }
    defer { for end in ends { close(end) } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    // What git tells it too: end where all fits the screen, leave colours and the screen alone.
    setenv("LESS", "FRX", 0)
    let line = ["sh", "-c", command]
    var words = line.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var id = pid_t()
    let result = posix_spawn(&id, "/bin/sh", &actions, nil, &words, environ)
    guard result == 0 else { throw Self.failure(result) }
    // The keys that interrupt are the pager's: it does not end by them, so neither does this.
    signal(SIGINT, SIG_IGN)
    signal(SIGQUIT, SIG_IGN)
    // That it has ended is for `write` to find.
    signal(SIGPIPE, SIG_IGN)
    child = id
    terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard dup2(ends[1], STDOUT_FILENO) >= 0 else { throw Self.failure(errno) }
  }

  /// Writes bytes for the program.
  ///
  /// - Throws: `ClosedPipe` where it has ended, as people end it who have seen enough.
  func write(
    _ bytes: UnsafeRawBufferPointer, _ writeOutput: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if isPlain { return try writeOutput(bytes) }
    try start()
    if first.count < Self.mostKept { first += bytes }
    do {
      try writeOutput(bytes)
    } catch let closed as ClosedPipe {
      // What was written up to now, these bytes among it, has appeared then.
      if try !endPlainly(writeOutput) { throw closed }
    }
  }

  /// Ends the output and waits until the reader has seen it.
  func finish(_ writeOutput: (UnsafeRawBufferPointer) throws -> Void) {
    if child != nil { _ = try? endPlainly(writeOutput) }
  }

  /// Whether the program could not be started, so that standard output is the terminal again.
  private var isPlain = false

  /// Waits for the program, gives standard output back to the terminal, and writes there what a
  /// program would have taken that could not be started; tells whether that was so.
  private func endPlainly(
    _ writeOutput: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Bool {
    guard let child else { return false }
    // The pipe ends with its last writer.
    if dup2(terminal, STDOUT_FILENO) < 0 { close(STDOUT_FILENO) }
    close(terminal)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    self.child = nil
    // A shell's word for a program that is not there, or can't be executed.
    let code = status >> 8 & 0xFF
    guard status & 0x7F == 0, code == 127 || code == 126 else { return false }
    isPlain = true
    defer { first = [] }
    try first.withUnsafeBytes { try writeOutput($0) }
    return true
  }

  private static func failure(_ number: Int32) -> FXError {
    FXError(.outputFailed, "can't start the pager: \(String(cString: strerror(number)))")
  }
}

extension Command {
  /// Writes the whole output at once, for commands that page.
  static let noPagerOption = Option.flag(
    "no-pager", "Don't page output on a terminal through $FXKIT_PAGER, $PAGER, less or more.")

  /// Tells whether an invocation shows a text for people that may be long.
  func isPaged(_ arguments: Arguments) -> Bool {
    options.contains { $0.name == Self.noPagerOption.name }
      && !["no-pager", "json", "quiet"].contains(where: arguments.has)
  }
}

extension Console {
  /// Returns the console with its output going through a pager.
  func paged(through pager: Pager) -> Console {
    var copy = self
    let write = writeOutput
    copy.writeOutput = { try pager.write($0, write) }
    return copy
  }
}
