import FXCore
import Glibc

/// Holds the bytes of a file as one buffer: a read-only mapping, or memory for a pipe.
///
/// A mapped file costs address space and no memory until it is looked at, so that a 10 GB archive
/// opens as fast as its directory is read. Views of the bytes are valid while this object lives.
/// A file that another process cuts short while it is mapped ends the process on the next look at
/// the lost pages; that is the system's rule for mappings.
public final class MappedFile: @unchecked Sendable {
  /// Returns the file's bytes.
  public let bytes: UnsafeRawBufferPointer
  /// Returns the path as given; `<stdin>` for the standard input.
  public let path: String
  /// The number of bytes that are handled at a time where all of them may not fit memory.
  static let piece = 1 << 24
  private let isMapping: Bool
  /// What keeps the bytes alive; nil where they are this object's own.
  private let keeper: AnyObject?

  /// Opens the file at `path`, or the standard input for `-`.
  ///
  /// - Throws: `fileMissing`, `fileIsDirectory`, `filePermission`, `fileEmpty` or `fileRead`.
  public convenience init(path: String) throws {
    if path == "-" {
      try self.init(descriptor: STDIN_FILENO, path: "<stdin>")
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FXError.system("reading", path: path, otherwise: .fileRead) }
    defer { close(descriptor) }
    try self.init(descriptor: descriptor, path: path)
  }

  /// Copies bytes that are in memory already.
  public convenience init(copying source: some Collection<UInt8>, path: String = "<memory>") {
    guard let copy = Self.allocate(source.count) else { fatalError("out of memory") }
    UnsafeMutableRawBufferPointer(start: copy, count: source.count).copyBytes(from: source)
    self.init(adopting: copy, count: source.count, path: path)
  }

  /// Takes over memory from `allocate` of which the first `count` bytes are the contents.
  init(adopting memory: UnsafeMutableRawPointer, count: Int, path: String) {
    bytes = UnsafeRawBufferPointer(start: memory, count: count)
    self.path = path
    isMapping = false
    keeper = nil
  }

  /// Makes a file of a part of another: an archive within an archive. Nothing is copied.
  public init(part: MemberBytes, path: String) {
    bytes = part.bytes
    self.path = path
    isMapping = false
    keeper = part.owner
  }

  /// Makes a file of memory that another object keeps. Nothing is copied.
  init(viewing bytes: UnsafeRawBufferPointer, keptBy keeper: AnyObject) {
    self.bytes = bytes
    path = "<memory>"
    isMapping = false
    self.keeper = keeper
  }

  /// Returns memory aligned as tensors like it; nil where the system has none.
  ///
  /// Swift's own allocation ends the process instead, which a size read from a file must not do.
  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, 64, max(byteCount, 1)) == 0 ? memory : nil
  }

  private init(descriptor: Int32, path: String) throws {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      throw FXError.system("reading", path: path, otherwise: .fileRead)
    }
    let kind = facts.st_mode & S_IFMT
    if kind == S_IFDIR {
      throw FXError(
        .fileIsDirectory, ForeignContent.ofFolder(path), at: SourcePlace(member: path))
    }
    self.path = path
    keeper = nil
    // A redirected standard input that was read from already has no mapping that starts there.
    let isAtStart = path != "<stdin>" || lseek(descriptor, 0, SEEK_CUR) == 0
    // The kernel's own files say that they are empty and are not: they are read like pipes.
    if kind == S_IFREG, facts.st_size > 0, isAtStart {
      let size = Int(facts.st_size)
      guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
      else { throw FXError.system("mapping", path: path, otherwise: .fileRead) }
      bytes = UnsafeRawBufferPointer(start: base, count: size)
      isMapping = true
    } else {
      bytes = try Self.readToEnd(descriptor, path: path)
      isMapping = false
    }
    // All properties are set, so that the memory is given back by deinit when this throws.
    if bytes.isEmpty {
      throw FXError(.fileEmpty, "the file is empty", at: SourcePlace(member: path))
    }
  }

  deinit {
    if keeper != nil {
      return
    } else if isMapping {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
  }

  /// Tells the system that a range has been consumed, so that its pages can leave memory.
  ///
  /// The bytes stay readable: the system reads them again from the file.
  public func discard(_ range: Range<Int>) {
    let range = range.clamped(to: 0..<bytes.count)
    if let whole = keeper as? MappedFile {
      guard let part = bytes.baseAddress, let base = whole.bytes.baseAddress else { return }
      let start = part - base
      return whole.discard(start + range.lowerBound..<start + range.upperBound)
    }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    // Only whole pages: a page shared with bytes that are still in use stays.
    let first = (range.lowerBound + page - 1) / page * page
    let last = range.upperBound == bytes.count ? bytes.count : range.upperBound / page * page
    guard isMapping, first < last, let base = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED)
  }

  private static func readToEnd(_ descriptor: Int32, path: String) throws -> UnsafeRawBufferPointer
  {
    var capacity = 1 << 18
    var count = 0
    guard var memory = allocate(capacity) else {
      throw FXError.system("reading", path: path, number: ENOMEM, otherwise: .fileRead)
    }
    while true {
      if count == capacity {
        guard let larger = allocate(capacity * 2) else {
          free(memory)
          throw FXError.system("reading", path: path, number: ENOMEM, otherwise: .fileRead)
        }
        larger.copyMemory(from: memory, byteCount: count)
        free(memory)
        memory = larger
        capacity *= 2
      }
      let got = read(descriptor, memory + count, capacity - count)
      if got == 0 { break }
      if got < 0 {
        let number = errno
        if number == EINTR { continue }
        free(memory)
        throw FXError.system("reading", path: path, number: number, otherwise: .fileRead)
      }
      count += got
    }
    return UnsafeRawBufferPointer(start: memory, count: count)
  }
}
