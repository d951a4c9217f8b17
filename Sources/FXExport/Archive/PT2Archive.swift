import FXCore

/// Reads a PT2 archive, PyTorch's file of exported programs, at the level of its members.
///
/// Paths are relative to the root folder, which PyTorch names after the file it writes and which
/// may be missing. Archives of the layouts before PyTorch 2.9 are shown as they would be in the
/// newest one: what they pickle as a whole is there as a configuration and a member for each storage.
public struct PT2Archive: Sendable {
  /// The ZIP archive that holds the members.
  public let zip: ZIPArchive
  /// The root folder with its slash: `resnet/`; empty where there is none.
  public let root: String
  /// How the file lays out its members.
  public let layout: PT2Layout
  /// The paths of all members but folders, in the archive's order.
  public let paths: [String]
  /// What stands for the paths that an old layout does not have; empty for the newest one.
  private let translation: [[UInt8]: PT2Translation.Source]

  /// Opens the archive at `path`, or on the standard input for `-`.
  ///
  /// - Throws: `zip.*` for what is no sound ZIP file, `file.*`.
  public init(path: String) throws { try self.init(MappedFile(path: path)) }

  /// Reads and checks the archive's directory and what says that it is a PT2 archive.
  ///
  /// - Throws: a `zip` or `pt2` code.
  public init(_ file: MappedFile) throws {
    try Self.checkContent(of: file)
    zip = try ZIPArchive(file)
    layout = PT2Layout(zip)
    root = layout == .flat ? "" : try Self.findRoot(zip)
    var paths: [String] = []
    paths.reserveCapacity(zip.members.count)
    for member in zip.members where !member.isFolder {
      guard member.name.utf8.starts(with: root.utf8) else {
        throw FXError(
          .pt2Layout, "the member is outside the archive's root folder '\(root)'",
          at: SourcePlace(member: member.name, offset: member.headerOffset))
      }
      paths.append(String(decoding: member.name.utf8.dropFirst(root.utf8.count), as: UTF8.self))
    }
    if let translation = try PT2Translation(zip, root: root, layout: layout, paths: paths) {
      self.paths = translation.paths
      self.translation = translation.sources
    } else {
      self.paths = paths
      self.translation = [:]
    }
    try checkFormat()
  }

  /// Returns the names of the models, in the archive's order.
  public var modelNames: [String] {
    paths.compactMap { if case .model(let name) = PT2Role(path: $0) { name } else { nil } }
  }

  /// Returns the number of bytes at a path; nil where there is nothing.
  public func size(of path: String) -> Int? {
    switch source(of: path) {
    case .bytes(let bytes)?: bytes.bytes.count
    case .member(let member, _)?: member.size
    case nil: nil
    }
  }

  /// Returns the name of the member that has the bytes at a path, as far as one has.
  public func memberName(of path: String) -> String {
    if case .member(let member, _)? = translation[Array(path.utf8)] { return member.name }
    return root + path
  }

  /// Returns the contents at a path: a view of the file where it is stored.
  ///
  /// - Parameter verifying: Whether the checksum is compared; weights do without, for speed.
  /// - Throws: `pt2Missing`, or what `ZIPArchive.contents` throws.
  public func contents(_ path: String, verifying: Bool = true) throws -> MemberBytes {
    switch source(of: path) {
    case .bytes(let bytes)?: return bytes
    case .member(let member, let zip)?: return try zip.contents(of: member, verifying: verifying)
    case nil:
      throw FXError(
        .pt2Missing, "the archive has no member '\(path)'", at: SourcePlace(member: root + path))
    }
  }

  /// Compares the bytes at a path with their checksum; does nothing where there are none.
  ///
  /// - Throws: what `ZIPArchive.verify` throws.
  public func verify(_ path: String) throws {
    if case .member(let member, let zip)? = source(of: path) { try zip.verify(member) }
  }

  /// Returns where the bytes at a path are.
  func source(of path: String) -> PT2Translation.Source? {
    if layout != .current { return translation[Array(path.utf8)] }
    return zip[root + path].map { .member($0, of: zip) }
  }

  /// Returns the archive as something to change and write: all members, in order.
  public var package: PT2Package { PT2Package(self) }

  /// Writes the archive with some members replaced, the others as they are, in order.
  ///
  /// Paths that the archive doesn't have are added at the end. The caller commits the output.
  ///
  /// - Throws: `file.*` where the output can't be written, `zip.*` for a member that can't be read.
  public func write(to output: AtomicOutput, replacing: [String: MemberSource] = [:]) throws {
    var package = package
    for (path, source) in replacing.sorted(by: { $0.key < $1.key }) {
      package.set(path, source)
    }
    try package.write(to: output)
  }

  /// Refuses what is no archive at all, by what it is.
  private static func checkContent(of file: MappedFile) throws(FXError) {
    let place = SourcePlace(member: file.path)
    if let content = ForeignContent(file.bytes), content.isKnown {
      throw FXError(
        .pt2NotArchive, "this is \(content.name), where a .pt2 archive is expected", at: place)
    }
    let first = file.bytes.first { !ForeignContent.isSpace($0) }
    if first == UInt8(ascii: "{") || file.bytes.starts(with: "fx ".utf8) {
      let form = DocumentForm(content: file.bytes).rawValue
      throw FXError(
        .pt2NotArchive,
        "this is a document of the form '\(form)' and has no weights; a .pt2 archive is expected",
        at: place)
    }
  }

  /// Finds the root folder by `archive_format`, and says what else the file may be.
  private static func findRoot(_ zip: ZIPArchive) throws -> String {
    if zip[PT2Path.archiveFormat] != nil { return "" }
    let place = SourcePlace(member: zip.file.path)
    let roots = zip.members.compactMap { member -> String? in
      let slash = UInt8(ascii: "/")
      let parts = member.name.utf8.split(separator: slash, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].elementsEqual(PT2Path.archiveFormat.utf8) else { return nil }
      return String(decoding: parts[0], as: UTF8.self) + "/"
    }
    if let root = roots.first {
      guard roots.count == 1 else {
        throw FXError(.pt2Layout, "the archive has several root folders", at: place)
      }
      return root
    }
    let content = ForeignContent(zip)
    let isTorch = zip.members.contains {
      $0.name.hasSuffix("data.pkl") || $0.name.hasSuffix("constants.pkl")
    }
    var error = content.error(at: place)
    error.code = isTorch ? .pt2Checkpoint : .pt2NotArchive
    throw error
  }

  private func checkFormat() throws {
    try check(PT2Path.archiveFormat, .pt2Format, "the format") { $0 == "pt2" }
    try check(PT2Path.archiveVersion, .pt2Version, "the archive's version") { $0 == "0" }
    try check(PT2Path.byteOrder, .pt2ByteOrder, "the byte order") { $0 == "little" }
    // The range that PyTorch 2.15 takes.
    try check(PT2Path.fileVersion, .pt2Version, "the file writer's version") {
      Int($0).map { (1...10).contains($0) } ?? false
    }
  }

  /// Checks a short member where there is one.
  private func check(
    _ path: String, _ code: FXError.Code, _ what: String, _ isGood: (Substring) -> Bool
  ) throws {
    guard let member = zip[root + path] else { return }
    let text = member.size <= 64 ? try zip.contents(of: member).text : "…"
    // PyTorch's file writer ends its version with a line feed.
    let value = text.last == "\n" ? text.dropLast() : text[...]
    guard isGood(value) else {
      throw FXError(
        code, "\(what) is '\(value)', which FXKit doesn't know",
        at: SourcePlace(member: member.name, offset: member.dataOffset))
    }
  }
}
