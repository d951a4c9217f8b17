import Glibc

/// Turns the signal of a broken pipe into the error of the write.
enum BrokenPipes {
  /// Runs `body` with SIGPIPE held back on this thread, and swallows one that `body` caused.
  static func withSignalHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    var pending = sigset_t()
    sigpending(&pending)
    // One that was pending before is somebody else's, and it is held back already.
    if sigismember(&pending, SIGPIPE) == 1 { return try body() }
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer {
      var now = sigset_t()
      sigpending(&now)
      if sigismember(&now, SIGPIPE) == 1 {
        var none = timespec()
        while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
      }
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
  }
}
