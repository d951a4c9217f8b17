import FXCore
import Glibc
import Synchronization

/// Knows the temporary files that are being written, and removes them when a signal comes.
///
/// A signal handler may use neither locks nor memory allocation, and runs on any thread at any time: the
/// paths stand in fixed slots, each of which counts while its flag is set.
enum TemporaryPaths {
  /// The path of one file.
  fileprivate struct Slot: ~Copyable {
    static let size = 4096

    /// Set after the path is written, and cleared before it changes.
    let isTaken = Atomic<Bool>(false)
    let path = UnsafeMutablePointer<CChar>.allocate(capacity: size)
  }

  /// How many paths are registered.
  private static let registered = Locked(0)

  /// Registers a path and returns its slot; nil where all slots are taken or the path is too long.
  static func register(_ path: String) -> Int? {
    let bytes = path.utf8CString
    guard bytes.count <= Slot.size, bytes.count > 1 else { return nil }
    return registered.withLock { registered -> Int? in
      for number in 0..<slotCount where !slots[number].isTaken.load(ordering: .relaxed) {
        // The handler may have seen the slot taken before, and still read its old path.
        while isEnding.load(ordering: .sequentiallyConsistent) { pause() }
        for (index, byte) in bytes.enumerated() { slots[number].path[index] = byte }
        slots[number].isTaken.store(true, ordering: .sequentiallyConsistent)
        registered += 1
        if registered == 1 { install() }
        return number
      }
      return nil
    }
  }

  static func unregister(_ slot: Int) {
    registered.withLock { registered in
      slots[slot].isTaken.store(false, ordering: .sequentiallyConsistent)
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

// Globals of the file, which `register` initializes before there is a handler.

private let slotCount = 16

nonisolated(unsafe) private let slots = {
  let slots = UnsafeMutablePointer<TemporaryPaths.Slot>.allocate(capacity: slotCount)
  for number in 0..<slotCount { (slots + number).initialize(to: TemporaryPaths.Slot()) }
  return slots
}()

/// Whether a signal came that ends the process.
private let isEnding = Atomic<Bool>(false)

/// Removes the registered files and lets the signal do what it would have done.
private let removeTemporaries: @convention(c) (Int32) -> Void = { number in
  isEnding.store(true, ordering: .sequentiallyConsistent)
  var slot = 0
  while slot < slotCount {
    if slots[slot].isTaken.load(ordering: .sequentiallyConsistent) { unlink(slots[slot].path) }
    slot += 1
  }
  signal(number, SIG_DFL)
  raise(number)
}
