import Glibc

/// Turns the signals that a write may cause into the error of the write: of a broken pipe, and of a
/// file that may not grow.
enum WriteSignals {
  private static let numbers = [SIGPIPE, SIGXFSZ]

  /// Runs `body` with the signals held back on this thread, and swallows those that `body` caused.
  static func withSignalsHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
    // One that was pending before is somebody else's, and it is held back already.
    var held = sigset_t()
    sigemptyset(&held)
    let pending = pending()
    for number in numbers where sigismember(pending, number) == 0 { sigaddset(&held, number) }
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &held, &before)
    defer {
      for number in numbers where sigismember(self.pending(), number) == 1 {
        var one = sigset_t()
        sigemptyset(&one)
        sigaddset(&one, number)
        var none = timespec()
        while sigismember(held, number) == 1, sigtimedwait(&one, nil, &none) < 0, errno == EINTR {}
      }
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
  }

  private static func pending() -> sigset_t {
    var set = sigset_t()
    sigpending(&set)
    return set
  }

  private static func sigismember(_ set: sigset_t, _ number: Int32) -> Int32 {
    var copy = set
    return Glibc.sigismember(&copy, number)
  }
}
