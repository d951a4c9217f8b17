import FXCore

/// ZIP archives that are no PT2 archives, told by the names of their members.
extension ForeignContent {
  /// Tells what an archive is that has no `archive_format`, by its members' names and, for a member
  /// of a name, its first bytes.
  init(members names: [String], start: (String) -> [UInt8]) {
    self = Self.python(names, start) ?? Self.other(names) ?? Self.holder(names)
  }

  private static func python(
    _ names: [String], _ start: (String) -> [UInt8]
  ) -> ForeignContent? {
    func has(_ name: String) -> Bool { names.contains { $0 == name || $0.hasSuffix("/\(name)") } }
    if has("bytecode.pkl") {
      return ForeignContent("a TorchScript module for the lite interpreter", exportingItself)
    }
    if has("constants.pkl") {
      return ForeignContent(
        "a TorchScript module of torch.jit.save",
        "torch._export.converter.TS2EPConverter(torch.jit.load(FILE), args).convert() makes an "
          + "exported program of it, or \(exporting)")
    }
    if has("data.pkl") { return checkpoint(names, start) }
    if has(".data/extern_modules") {
      return ForeignContent(
        "a package of torch.package",
        "load its model by torch.package.PackageImporter; then \(exporting)")
    }
    let isNPZ = !names.isEmpty && names.allSatisfy { $0.hasSuffix(".npy") }
    return isNPZ ? ForeignContent("a file of NumPy arrays (.npz)", weightsOnly) : nil
  }

  private static func checkpoint(
    _ names: [String], _ start: (String) -> [UInt8]
  ) -> ForeignContent {
    let pickle = names.first { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    // Protocol 2, then a dictionary, or the class of what was saved.
    let head = pickle.map { start($0).dropFirst(2) } ?? []
    if head.first == UInt8(ascii: "c"), !head.starts(with: "ccollections\n".utf8),
      !head.starts(with: "ctorch._utils\n".utf8)
    {
      return ForeignContent(
        "a pickled module or object from torch.save",
        "load it by torch.load(FILE, weights_only=False); then \(exporting)")
    }
    return ForeignContent(
      checkpointName,
      "it has weights and no graph: load them into their model and "
        + exporting)
  }

  /// What a dictionary of weights is called that torch.save wrote.
  static let checkpointName = "a checkpoint of torch.save"

  private static func other(_ names: [String]) -> ForeignContent? {
    func has(_ part: String) -> Bool { names.contains { $0.contains(part) } }
    if names.isEmpty { return ForeignContent("an empty ZIP archive", exporting) }
    if has("model.weights.h5") { return ForeignContent("a model of Keras", exportingItself) }
    if has("MAR-INF/") {
      return ForeignContent(
        "an archive of TorchServe", "unpack it: 'unzip FILE'; then \(exporting)")
    }
    if has("com.apple.CoreML") { return ForeignContent("a Core ML package", exportingItself) }
    if has("saved_model.pb") {
      return ForeignContent("a SavedModel of TensorFlow", exportingItself)
    }
    if names.contains("[Content_Types].xml") { return ForeignContent("an Office document") }
    if has(".dist-info/") { return ForeignContent("a Python package (wheel)", exporting) }
    if names.contains("AndroidManifest.xml") { return ForeignContent("an Android app") }
    return has("META-INF/MANIFEST.MF") ? ForeignContent("a Java archive") : nil
  }

  private static func holder(_ names: [String]) -> ForeignContent {
    if let inner = names.first(where: { $0.hasSuffix(".pt2") || $0.hasSuffix(".pte") }) {
      return ForeignContent("a ZIP archive around '\(inner)'", "unpack it first: 'unzip FILE'")
    }
    if let deep = names.first(where: { $0.hasSuffix("/\(PT2Path.archiveFormat)") }) {
      let folder = deep.dropLast(PT2Path.archiveFormat.utf8.count + 1)
      return ForeignContent(
        "a ZIP archive with a PT2 archive's members too deep, in '\(folder)'",
        "PyTorch takes one folder at the most: unpack it and zip that folder, without compression")
    }
    return ForeignContent("a ZIP archive without 'archive_format'", exporting)
  }
}
