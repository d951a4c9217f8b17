import Glibc
import Synchronization

/// Fixtures that are stored compressed, as files that commands can open.
///
/// They lie in a temporary folder that is removed when the process exits.
enum UnpackedFixtures {
  private struct State: Sendable {
    var folder: String?
    var paths: [String: String] = [:]
  }

  private static let state = Mutex(State())

  /// Returns the path of an unpacked fixture; nil where it can't be unpacked.
  static func path(_ relative: String, packed: String) -> String? {
    state.withLock { state in
      if let known = state.paths[relative] { return known }
      guard let bytes = GzipFile.read(packed), let folder = state.folder ?? makeFolder() else {
        return nil
      }
      state.folder = folder
      let name = relative.split(separator: "/").joined(separator: "-")
      let path = "\(folder)/\(name)"
      guard (try? writeFile(path, bytes)) != nil else { return nil }
      state.paths[relative] = path
      return path
    }
  }

  private static func makeFolder() -> String? {
    let folder = TemporaryFolder.make()
    atexit { UnpackedFixtures.remove() }
    return folder
  }

  private static func remove() {
    state.withLock { state in
      guard let folder = state.folder else { return }
      for path in state.paths.values { unlink(path) }
      rmdir(folder)
      state = State()
    }
  }
}
