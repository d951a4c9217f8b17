import Glibc
import Synchronization

/// Knows the temporary files that are being written, and removes them when a signal comes.
///
/// A signal handler may use neither locks nor memory allocation: the paths stand in fixed slots of
/// bytes, and a slot counts once its first byte is not zero, which is set last and cleared first.
enum TemporaryPaths {
  // Computed, so that the signal handler meets no initialization on first use.
  static var slotCount: Int { 16 }
  static var slotSize: Int { 4096 }

  private static let lock = Mutex(0)

  /// Registers a path and returns its slot; nil where all slots are taken or the path is too long.
  static func register(_ path: String) -> Int? {
    lock.withLock { registered -> Int? in
      let bytes = Array(path.utf8)
      guard bytes.count < slotSize, bytes.first ?? 0 != 0 else { return nil }
      if slots == nil {
        let memory = UnsafeMutablePointer<CChar>.allocate(capacity: slotCount * slotSize)
        memory.initialize(repeating: 0, count: slotCount * slotSize)
        slots = memory
      }
      guard let slots else { return nil }
      for slot in 0..<slotCount where slots[slot * slotSize] == 0 {
        let start = slots + slot * slotSize
        for index in bytes.indices.dropFirst() { start[index] = CChar(bitPattern: bytes[index]) }
        start[bytes.count] = 0
        start[0] = CChar(bitPattern: bytes[0])
        registered += 1
        if registered == 1 { install() }
        return slot
      }
      return nil
    }
  }

  static func unregister(_ slot: Int) {
    lock.withLock { registered in
      slots?[slot * slotSize] = 0
      registered -= 1
      if registered == 0 { uninstall() }
    }
  }

  /// What may end the process from outside: by people, by limits, and by an input that another
  /// process cuts short while it is mapped.
  private static let signals = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ,
    SIGUSR1, SIGUSR2, SIGBUS,
  ]

  private static func install() {
    for number in signals {
      var current = sigaction()
      sigaction(number, nil, &current)
      // What the process has chosen for itself (a handler, or nohup's ignoring) is left alone.
      guard unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 0 else {
        continue
      }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = removeTemporaries
      sigaction(number, &action, nil)
    }
  }

  private static func uninstall() {
    for number in signals {
      var current = sigaction()
      sigaction(number, nil, &current)
      let installed = unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self)
      guard installed == unsafeBitCast(removeTemporaries, to: Int.self) else { continue }
      signal(number, SIG_DFL)
    }
  }
}

/// The slots, outside the type so that the handler reads a plain global.
nonisolated(unsafe) private var slots: UnsafeMutablePointer<CChar>?

/// Removes the registered files and lets the signal do what it would have done.
private let removeTemporaries: @convention(c) (Int32) -> Void = { number in
  if let slots {
    var slot = 0
    while slot < TemporaryPaths.slotCount {
      let path = slots + slot * TemporaryPaths.slotSize
      if path.pointee != 0 { unlink(path) }
      slot += 1
    }
  }
  signal(number, SIG_DFL)
  raise(number)
}
