import Glibc
import Synchronization

/// Temporary files that processes left which were killed, and how they are told from those in use.
///
/// A file in use is locked by its writer, which the system undoes when a process ends in whatever way.
enum AbandonedFiles {
  private static let marker = ".fxkit-"
  private static let ending = ".tmp"

  /// The folders that this process has looked into.
  private static let cleaned = Mutex<Set<String>>([])

  /// Returns a new name for a temporary file beside the file of a name.
  static func newName(for name: String) -> String {
    let number = String(UInt64.random(in: 0...UInt64.max), radix: 36)
    return ".\(name)\(marker)\(number)\(ending)"
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
    let stem = name.dropLast(ending.count)
    guard let dash = stem.lastIndex(of: "-"), stem[...dash].hasSuffix(marker) else { return false }
    let number = stem[stem.index(after: dash)...]
    return UInt64(number, radix: 36) != nil && number.first != "+"
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
