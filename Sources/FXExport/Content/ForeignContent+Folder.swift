import FXCore
import Glibc

/// Folders in which models are kept.
extension FXError {
  /// Returns the error of a path that is a folder, with what it is and which file is meant.
  static func folder(_ path: String) -> FXError {
    let names = Set(entries(of: path))
    let advice = advice(for: path, names).map { ": \($0)" } ?? ""
    return FXError(
      .fileIsDirectory, "is a directory, not a file\(advice)", at: SourcePlace(member: path))
  }

  private static func advice(for path: String, _ names: Set<String>) -> String? {
    if names.contains(PT2Path.archiveFormat) || names.contains("models") {
      return "a PT2 archive that was unpacked; zip the folder again, without compression: "
        + "'zip -0 -r model.pt2 FOLDER'"
    }
    if names.contains("saved_model.pb") {
      return "a SavedModel of TensorFlow; \(ForeignContent.exportingItself)"
    }
    if names.contains("Manifest.json"), names.contains("Data") {
      return "a Core ML package; \(ForeignContent.exportingItself)"
    }
    let programs = names.filter { DocumentForm(path: $0) == .pt2 }.sorted()
    if let first = programs.first {
      let others = programs.count > 1 ? " or another of its \(programs.count) .pt2" : ""
      return "name a file in it, '\(first)'\(others)"
    }
    if names.contains("config.json") {
      return "a model of Hugging Face, weights without a graph; \(ForeignContent.exporting)"
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
