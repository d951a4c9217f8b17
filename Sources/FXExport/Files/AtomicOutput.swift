import FXCore
import Glibc

/// Writes a file that appears whole or not at all, or the standard output.
///
/// The bytes go to a temporary file beside the target, which is synced and renamed over the target
/// by `commit()`. Until then the old file stands untouched; an error, a signal, or letting go of
/// the object removes the temporary file. What a process left that was killed is removed by the next
/// that writes to the folder. A target that is a link keeps the link and replaces what
/// it points to, as a redirection of the shell does; a target that is no regular file (`/dev/null`, a
/// pipe) is written in place, and one that may not be written is left alone.
public final class AtomicOutput {
  /// Returns how many bytes have been written.
  public private(set) var byteCount = 0
  /// Returns the path as given; `<stdout>` for the standard output.
  public let path: String

  private var descriptor: Int32
  private let ownsDescriptor: Bool
  private var temporary: Temporary?

  private struct Temporary {
    let path: String
    let target: String
    let slot: Int?
  }

  /// Starts to write the file at `path`, or the standard output for `-`.
  ///
  /// - Throws: `fileIsDirectory`, `fileMissing` (of its directory), `filePermission`, `fileWrite`.
  public init(path: String) throws {
    if path == "-" {
      self.path = "<stdout>"
      descriptor = STDOUT_FILENO
      ownsDescriptor = false
      return
    }
    self.path = path
    ownsDescriptor = true
    var facts = stat()
    let exists = stat(path, &facts) == 0
    let kind = facts.st_mode & S_IFMT
    if path.isEmpty || path.hasSuffix("/") || (exists && kind == S_IFDIR) {
      throw FXError.system(
        "writing", path: path, number: path.isEmpty ? ENOENT : EISDIR, otherwise: .fileWrite)
    }
    if exists, kind != S_IFREG {
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw FXError.system("writing", path: path, otherwise: .fileWrite)
      }
      return
    }
    // A rename would replace a file that its owner has protected against writing.
    if exists, access(path, W_OK) != 0 {
      throw FXError.system("writing", path: path, otherwise: .fileWrite)
    }
    let target = try Self.resolvingLinks(path)
    (descriptor, temporary) = try Self.openTemporary(beside: target, for: path)
    // Ownership stays with who writes; the permission bits are those of the replaced file.
    if exists { fchmod(descriptor, facts.st_mode & 0o7777) }
  }

  deinit { discard() }

  /// Writes bytes.
  ///
  /// - Throws: `fileFull`, `outputClosed`, or `fileWrite`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    // A reader that goes away and a limit of file sizes must be errors here and not the end of the
    // process, whatever the process does about the signals.
    try WriteSignals.withSignalsHeld {
      var rest = bytes
      while let start = rest.baseAddress, !rest.isEmpty {
        // One call takes at most 2 GiB.
        let count = Glibc.write(descriptor, start, min(rest.count, 1 << 30))
        if count < 0 {
          if errno == EINTR { continue }
          throw FXError.system("writing", path: path, otherwise: .fileWrite)
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        byteCount += count
      }
    }
  }

  /// Gives `body` a sink that writes here in chunks.
  ///
  /// - Throws: what the writer throws, or `file.*`.
  public func withSink(_ body: (inout ByteSink) throws -> Void) throws {
    var sink = ByteSink { [self] in try write($0) }
    try body(&sink)
    try sink.finish()
  }

  /// Makes the file appear under its name.
  ///
  /// - Throws: `fileFull`, `filePermission` or `fileWrite`; the old file stands then.
  public func commit() throws {
    guard let temporary else {
      if ownsDescriptor, descriptor >= 0 {
        let result = close(descriptor)
        descriptor = -1
        if result != 0 { throw FXError.system("writing", path: path, otherwise: .fileWrite) }
      }
      return
    }
    var failure: FXError?
    if fsync(descriptor) != 0 {
      failure = FXError.system("writing", path: path, otherwise: .fileWrite)
    }
    // Until it has its name, the file stays locked, or it would be taken for abandoned.
    let lock = dup(descriptor)
    defer { if lock >= 0 { close(lock) } }
    if close(descriptor) != 0, failure == nil {
      failure = FXError.system("writing", path: path, otherwise: .fileWrite)
    }
    descriptor = -1
    if failure == nil, rename(temporary.path, temporary.target) != 0 {
      failure = FXError.system("replacing", path: path, otherwise: .fileWrite)
    }
    if let failure {
      discard()
      throw failure
    }
    if let slot = temporary.slot { TemporaryPaths.unregister(slot) }
    self.temporary = nil
    Self.syncDirectory(of: temporary.target)
  }

  /// Gives up: removes the temporary file and leaves the old one as it was.
  public func discard() {
    if ownsDescriptor, descriptor >= 0 { close(descriptor) }
    if ownsDescriptor { descriptor = -1 }
    guard let temporary else { return }
    unlink(temporary.path)
    if let slot = temporary.slot { TemporaryPaths.unregister(slot) }
    self.temporary = nil
  }

  /// Tells whether outputs to two paths would be one file, however its path is spelled.
  public static func isSameTarget(_ path: String, _ other: String) -> Bool {
    path == other || Target(path) == Target(other)
  }

  /// The file that an output to a path would be: equal for all spellings of it, and for links to it.
  public struct Target: Hashable, Sendable {
    private let device: dev_t
    private let inode: ino_t
    /// The file's name in its folder; the path where there is no such folder.
    private let name: String

    /// Finds the file of a path.
    public init(_ path: String) {
      guard let target = try? resolvingLinks(path) else {
        (device, inode, name) = (0, 0, path)
        return
      }
      let folder = directory(of: target)
      var facts = stat()
      guard stat(folder.isEmpty ? "." : folder, &facts) == 0 else {
        (device, inode, name) = (0, 0, path)
        return
      }
      (device, inode) = (facts.st_dev, facts.st_ino)
      name = String(target.dropFirst(folder.count))
    }
  }

  /// Writes a whole file with a sink and commits it.
  ///
  /// - Throws: what the writer throws, or `file.*`.
  public static func write(
    to path: String, _ body: (inout ByteSink) throws -> Void
  ) throws {
    let output = try AtomicOutput(path: path)
    try output.withSink(body)
    try output.commit()
  }

  /// Follows the links at the end of `path`, so that the rename replaces what they point to.
  private static func resolvingLinks(_ path: String) throws -> String {
    var current = path
    for _ in 0..<40 {
      var facts = stat()
      guard lstat(current, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK else { return current }
      let link = try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(PATH_MAX)) {
        let count = readlink(current, $0.baseAddress!, $0.count)
        guard count > 0, count < $0.count else {
          throw FXError.system("writing", path: path, otherwise: .fileWrite)
        }
        return String(decoding: $0[..<count], as: UTF8.self)
      }
      current = link.hasPrefix("/") ? link : directory(of: current) + link
    }
    throw FXError.system("writing", path: path, number: ELOOP, otherwise: .fileWrite)
  }

  /// Returns the path up to and with its last slash; empty for a bare name.
  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }

  private static func openTemporary(
    beside target: String, for path: String
  ) throws -> (Int32, Temporary) {
    let folder = directory(of: target)
    // The name is cut so that a long one stays within the file system's 255 bytes with its suffix.
    let name = String(decoding: target.utf8.dropFirst(folder.utf8.count).prefix(180), as: UTF8.self)
    AbandonedFiles.remove(from: folder)
    for _ in 0..<100 {
      let temporary = folder + AbandonedFiles.newName(for: name)
      // The path is registered before the file exists: a signal in between removes nothing.
      let slot = TemporaryPaths.register(temporary)
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        guard AbandonedFiles.claim(descriptor, temporary) else {
          close(descriptor)
          if let slot { TemporaryPaths.unregister(slot) }
          continue
        }
        return (descriptor, Temporary(path: temporary, target: target, slot: slot))
      }
      let number = errno
      if let slot { TemporaryPaths.unregister(slot) }
      if number == ENOENT, !folder.isEmpty {
        throw FXError(
          .fileMissing, "can't write: the folder '\(folder.dropLast())' does not exist",
          at: SourcePlace(member: path))
      }
      if number != EEXIST {
        throw FXError.system("writing", path: path, number: number, otherwise: .fileWrite)
      }
    }
    throw FXError.system("writing", path: path, number: EEXIST, otherwise: .fileWrite)
  }

  /// Makes the rename last; that it fails on some file systems loses nothing.
  private static func syncDirectory(of target: String) {
    let folder = directory(of: target)
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
