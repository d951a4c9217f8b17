import Glibc

/// A new empty folder that goes away with its contents.
public final class TemporaryFolder {
  public let path: String

  public init() {
    guard let made = Self.make() else { fatalError("no temporary folder") }
    path = made
  }

  /// Makes a folder that stays; nil where none can be made.
  static func make() -> String? {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/fxkit-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink(file(name)) }
    rmdir(path)
  }

  /// Returns the path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Returns the sorted names of what is in the folder.
  public var names: [String] { listFolder(path) }

  /// Writes a file and returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: some Sequence<UInt8>) -> String {
    let path = file(name)
    guard (try? writeFile(path, bytes)) != nil else { fatalError("can't write \(name)") }
    return path
  }
}
