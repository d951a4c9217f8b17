import FXCore
import Glibc
import Synchronization

/// Temporary files that processes left which were killed, and how they are told from those in use.
///
/// A file in use is locked by its writer, which the system undoes when a process ends in whatever way.
/// Names are `.NAME.fxkit-NUMBER-CHECK.tmp`: a random number and a hash of all before it, so that no
/// file of anyone else has such a name.
enum AbandonedFiles {
  private static let marker = ".fxkit-"
  private static let ending = ".tmp"
  /// How many digits the number has, and the hash.
  private static let digits = 16

  /// The folders that this process has looked into.
  private static let cleaned = Mutex<Set<String>>([])

  /// Returns a new name for a temporary file beside the file of a name.
  static func newName(for name: String) -> String {
    let stem = ".\(name)\(marker)\(hexadecimal(UInt64.random(in: 0...UInt64.max)))"
    return "\(stem)-\(check(of: stem))\(ending)"
  }

  private static func check(of stem: some StringProtocol) -> String {
    var hash = FNV1a()
    for byte in stem.utf8 { hash.add(byte) }
    return hexadecimal(hash.value)
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// Locks a file that was just made; false where another process took it for abandoned before that.
  ///
  /// Where the file system has no locks, nobody takes files for abandoned.
  static func claim(_ descriptor: Int32, _ path: String) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 { return errno != EWOULDBLOCK }
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, lstat(path, &named) == 0 else { return false }
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino
  }

  /// Removes the abandoned files of a folder, of any target; the first time that a process asks.
  static func remove(from folder: String) {
    let place = folder.isEmpty ? "./" : folder
    guard cleaned.withLock({ $0.insert(place).inserted }), let stream = opendir(place) else {
      return
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if isOurs(name) { removeIfAbandoned(place + name) }
    }
  }

  /// Whether a name is one that `newName` gives.
  static func isOurs(_ name: String) -> Bool {
    guard name.hasPrefix("."), name.hasSuffix(ending) else { return false }
    let body = name.dropLast(ending.count)
    guard body.utf8.count > digits, body.utf8.dropLast(digits).last == UInt8(ascii: "-") else {
      return false
    }
    let stem = body.dropLast(digits + 1)
    return stem.dropLast(digits).hasSuffix(marker)
      && body.dropFirst(stem.count + 1) == check(of: stem)
  }

  private static func removeIfAbandoned(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, own.st_mode & S_IFMT == S_IFREG,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0, lstat(path, &named) == 0,
      own.st_ino == named.st_ino
    else { return }
    unlink(path)
  }
}
