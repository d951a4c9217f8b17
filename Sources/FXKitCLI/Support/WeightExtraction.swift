import FXKit

/// Where `weights --extract` writes to, and in which form.
struct WeightExtraction {
  private enum Target {
    case folder
    case safetensors
    case npy
  }

  private let path: String
  private let target: Target

  /// Reads the options `extract` and `to`; nil without them.
  ///
  /// - Throws: `UsageError` where the form can't be told, or where the weights would go to a terminal.
  init?(_ arguments: Arguments, _ console: Console) throws(UsageError) {
    guard let path = arguments.value("extract") else { return nil }
    self.path = path
    let form = arguments.value("to")
    if path == "-" {
      try arguments.refuseTerminal(
        "binary data", console, "use --extract FILE or redirect")
    } else if WeightFiles.isFolder(path) {
      guard form != "safetensors" else {
        throw arguments.usage("--to safetensors needs a file, not a folder")
      }
      target = .folder
      return
    }
    switch form ?? (path == "-" ? "safetensors" : TensorFile.Form(path: path)?.rawValue) {
    case "safetensors": target = .safetensors
    case "npy": target = .npy
    default:
      throw arguments.usage(
        "can't tell the output format from '\(path)'; use .safetensors, .npy, --to, or for a folder "
          + "'\(path)/'")
    }
  }

  /// Writes the weights of a document that match patterns; all without patterns.
  ///
  /// - Throws: `document.unsuitableForm` where an NPY file is to hold other than one, or what reading
  ///   and writing throw.
  func write(_ document: Document, only patterns: [String]) throws {
    let archive = try document.weightArchive()
    let tensors = try archive.tensors(
      archive.weightEntries(of: document.modelName).matching(patterns))
    if target == .folder { return try WeightFiles.writeNPY(tensors, toFolder: path) }
    if target == .npy, tensors.count != 1 {
      throw FXError(
        .unsuitableForm,
        "an .npy file holds one tensor, not \(tensors.count): pick one with --only, or name a folder"
      )
    }
    let output = try AtomicOutput(path: path)
    if target == .safetensors {
      try SafetensorsWriter.write(tensors, to: output)
    } else {
      for only in tensors { try NPYFile.write(only.tensor, to: output) }
    }
    try output.commit()
  }
}
