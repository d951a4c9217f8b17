import Glibc

/// Finds the committed fixtures.
///
/// Large texts are stored as gzip files. They have the names of what is inside, without `.gz`.
public enum Fixtures {
  /// The folder of fixtures: `FXKIT_FIXTURES` where set, else `Fixtures` in the repository.
  public static let root: String = {
    if let folder = getenv("FXKIT_FIXTURES") { return String(cString: folder) }
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/Fixtures"
  }()

  /// Returns the path of a fixture; a compressed one is unpacked, once, to a temporary file.
  public static func path(_ relative: String) -> String {
    let plain = "\(root)/\(relative)"
    let packed = plain + GzipFile.ending
    if access(plain, F_OK) == 0 || access(packed, F_OK) != 0 { return plain }
    return UnpackedFixtures.path(relative, packed: packed) ?? plain
  }

  /// Reads a fixture.
  public static func read(_ relative: String) throws -> [UInt8] {
    let plain = "\(root)/\(relative)"
    if access(plain, F_OK) != 0, let bytes = GzipFile.read(plain + GzipFile.ending) {
      return bytes
    }
    return try readFile(plain)
  }

  /// Returns the sorted names in a folder of fixtures; empty where there is none.
  public static func list(_ folder: String) -> [String] {
    let names = listFolder("\(root)/\(folder)").map { name in
      name.hasSuffix(GzipFile.ending) ? String(name.dropLast(GzipFile.ending.count)) : name
    }
    return names.sorted()
  }

  /// Returns the sorted paths of the model JSON files in folders of fixtures, of every schema version.
  public static func models(in folders: [String]) -> [String] {
    let start = Array("{\"graph_module\": ".utf8)
    return folders.flatMap { folder in
      list(folder).filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0)" }
    }.filter { path in
      guard let bytes = try? read(path) else { fatalError("\(path) can't be read") }
      return bytes.starts(with: start)
    }
  }
}

/// A file that can't be read, or written.
public struct UnreadableFile: Error {
  public let path: String
}

/// Reads a whole file.
public func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "rb") else { throw UnreadableFile(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<count])
  }
}

/// Writes a whole file.
public func writeFile(_ path: String, _ content: some Sequence<UInt8>) throws {
  guard let file = fopen(path, "wb") else { throw UnreadableFile(path: path) }
  let bytes = Array(content)
  let written = fwrite(bytes, 1, bytes.count, file)
  if fclose(file) != 0 || written != bytes.count { throw UnreadableFile(path: path) }
}

/// Returns the sorted names in a folder, without `.` and `..`.
public func listFolder(_ path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}
