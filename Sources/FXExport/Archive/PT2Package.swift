import FXCore

/// Where the bytes of a member come from when an archive is written.
public enum MemberSource {
  /// Bytes that are at hand.
  case bytes(MemberBytes)
  /// Bytes that are produced as they are written.
  case stream((inout ByteSink) throws -> Void)
  /// A member of another archive, copied with its checksum compared.
  case member(ZIPMember, of: ZIPArchive)

  /// Takes a text's UTF-8 bytes.
  public static func text(_ text: String) -> MemberSource {
    .bytes(MemberBytes(copying: Array(text.utf8)))
  }
}

/// The members of a PT2 archive to be written.
///
/// `torch.export.load` wants a root folder and takes any name for it; an archive without one is
/// rejected. A rewritten archive keeps its root, so that its bytes don't depend on the name of the
/// output; one without a root gets `archive`, which is PyTorch's choice for outputs without a name.
public struct PT2Package {
  /// The root folder, without its slash.
  public var root = "archive"
  /// The paths of the members, in order.
  public private(set) var paths: [String] = []
  private var sources: [[UInt8]: MemberSource] = [:]
  private var isChanged = true

  /// Creates a package without members.
  public init() {}

  init(_ archive: PT2Archive) {
    if !archive.root.isEmpty { root = String(archive.root.dropLast()) }
    for path in archive.paths {
      switch archive.source(of: path) {
      case .bytes(let bytes)?: set(path, .bytes(bytes))
      case .member(let member, let zip)?: set(path, .member(member, of: zip))
      case nil: break
      }
    }
    isChanged = archive.layout != .current
  }

  /// Replaces the member at a path, or adds one at the end.
  public mutating func set(_ path: String, _ source: MemberSource) {
    if sources.updateValue(source, forKey: Array(path.utf8)) == nil { paths.append(path) }
    isChanged = true
  }

  /// Replaces members, or adds them before another; at the end where that is missing.
  public mutating func set(
    _ members: [(path: String, source: MemberSource)], before next: String
  ) {
    let count = paths.count
    for (path, source) in members { set(path, source) }
    guard let index = paths[..<count].firstIndex(where: { $0.utf8.elementsEqual(next.utf8) })
    else { return }
    let added = Array(paths[count...])
    paths.removeLast(added.count)
    paths.insert(contentsOf: added, at: index)
  }

  /// Removes the member at a path.
  public mutating func remove(_ path: String) { remove([path]) }

  /// Removes the members at paths.
  public mutating func remove(_ paths: some Sequence<String>) {
    let gone = paths.filter { sources.removeValue(forKey: Array($0.utf8)) != nil }
    guard !gone.isEmpty else { return }
    self.paths.removeAll { sources[Array($0.utf8)] == nil }
    isChanged = true
  }

  /// Writes the archive; the caller commits the output.
  ///
  /// The members that mark a PT2 archive are added where they are missing.
  ///
  /// - Throws: `file.*` where the output can't be written, `zip.*` for a member that can't be read.
  public func write(to output: AtomicOutput) throws {
    let writer = ZIPWriter(to: output)
    for path in paths where isChanged == false || path != PT2Path.serializationID {
      guard let source = sources[Array(path.utf8)] else { continue }
      try write(path, source, to: writer)
    }
    for (path, text) in Self.formatMembers where sources[Array(path.utf8)] == nil {
      try write(path, .text(text), to: writer)
    }
    // The identifier stands for the contents: those that changed get another, at the end, where
    // all checksums are known. PyTorch has it there as well.
    if isChanged || sources[Array(PT2Path.serializationID.utf8)] == nil {
      try write(PT2Path.serializationID, .text(Self.identifier(of: writer)), to: writer)
    }
    try writer.finish()
  }

  /// Writes the archive to a file, which appears whole or not at all; returns its bytes.
  ///
  /// - Throws: `file.*` where the output can't be written, `zip.*` for a member that can't be read.
  @discardableResult
  public func write(toPath path: String) throws -> Int {
    let output = try AtomicOutput(path: path)
    try write(to: output)
    try output.commit()
    return output.byteCount
  }

  private static let formatMembers = [
    (PT2Path.archiveFormat, "pt2"), (PT2Path.archiveVersion, "0"), (PT2Path.fileVersion, "6\n"),
    (PT2Path.byteOrder, "little"),
  ]

  private func write(_ path: String, _ source: MemberSource, to writer: ZIPWriter) throws {
    let name = "\(root)/\(path)"
    switch source {
    case .bytes(let contents):
      try contents.withBytes { try writer.add(name, $0) }
      contents.discard(0..<contents.bytes.count)
    case .stream(let body): try writer.add(name, streaming: body)
    case .member(let member, let archive): try writer.add(name, copying: member, of: archive)
    }
  }

  /// Returns forty digits as PyTorch has them: twenty for the names, twenty for the contents.
  private static func identifier(of writer: ZIPWriter) -> String {
    var names = FNV1a()
    var contents = FNV1a()
    for (name, checksum) in writer.written {
      for byte in name { names.add(byte) }
      names.add(0)
      withUnsafeBytes(of: checksum.littleEndian) { for byte in $0 { contents.add(byte) } }
    }
    return [names.value, contents.value]
      .map { String($0) }
      .map { String(repeating: "0", count: 20 - $0.count) + $0 }
      .joined()
  }
}
