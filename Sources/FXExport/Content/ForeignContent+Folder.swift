import FXCore
import Glibc

/// Folders in which models are kept.
extension ForeignContent {
  /// Tells what a folder is that is named as a file, and which file is meant: a clause about the path.
  static func ofFolder(_ path: String) -> String {
    let names = Set(entries(of: path))
    return advice(for: path, names).map { "is a directory, not a file: \($0)" } ?? examples(names)
      ?? "is a directory, not a file"
  }

  /// Tells how many archives are in a folder; nil for none.
  private static func examples(_ names: Set<String>) -> String? {
    let programs = names.filter { DocumentForm(path: $0) == .pt2 }.sorted()
    guard let first = programs.first else { return nil }
    return programs.count == 1
      ? "is a directory with a .pt2 file, '\(first)'"
      : "is a directory with \(programs.count) .pt2 files, e.g. '\(first)'"
  }

  private static func advice(for path: String, _ names: Set<String>) -> String? {
    if names.contains(PT2Path.archiveFormat) || names.contains("models") {
      return "a PT2 archive that was unpacked; zip the folder again, without compression: "
        + "'zip -0 -r model.pt2 FOLDER'"
    }
    if names.contains("saved_model.pb") {
      return "a SavedModel of TensorFlow; \(exportingItself)"
    }
    if names.contains("Manifest.json"), names.contains("Data") {
      return "a Core ML package; \(exportingItself)"
    }
    if names.contains("config.json"), examples(names) == nil {
      return "a model of Hugging Face, weights without a graph; \(exporting)"
    }
    return nil
  }

  private static func entries(of path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count < 10_000, let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
    }
    return names
  }
}
