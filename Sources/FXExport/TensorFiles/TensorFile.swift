import FXCore
import FXTensor

/// Reads and writes named tensors in any of the forms that FXKit knows.
public enum TensorFile {
  /// A form of files of tensors.
  public enum Form: String, Sendable, CaseIterable {
    case safetensors
    case npy
    case npz

    /// Finds the form by a path's ending; nil for others.
    public init?(path: String) {
      guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")),
        let form = Form(rawValue: path[path.index(after: dot)...].lowercased())
      else { return nil }
      self = form
    }
  }

  /// Reads the tensors of a file, or of the standard input for `-`; the content tells the form.
  ///
  /// The one array of an NPY file gets the name that is given.
  /// - Throws: a `safetensors`, `npy`, `zip` or `file` code, or `tensor.memory`.
  public static func read(
    path: String, npyName: String = "0"
  ) throws -> [(name: String, tensor: Tensor)] {
    var loader = TensorLoader()
    return try views(path: path, npyName: npyName).map {
      ($0.name, try loader.tensor($0.tensor))
    }
  }

  /// Reads the tensors of a file as views of it; the content tells the form.
  ///
  /// - Throws: a `safetensors`, `npy`, `zip` or `file` code.
  public static func views(path: String, npyName: String = "0") throws -> [NamedTensor] {
    try views(MappedFile(path: path), npyName: npyName)
  }

  /// Reads the tensors of a file that is open; the content tells the form.
  ///
  /// - Throws: a `safetensors`, `npy` or `zip` code, or `document.foreignContent`.
  static func views(_ file: MappedFile, npyName: String) throws -> [NamedTensor] {
    if NPYFile.isRecognized(file.bytes) { return [NamedTensor(npyName, try NPYFile.read(file))] }
    if file.bytes.starts(with: [0x50, 0x4B]) { return try NPZFile.read(file) }
    if let content = ForeignContent(file.bytes), content.isKnown, !content.isSafetensors {
      throw FXError(
        .foreignContent,
        "this is \(content.name), not a file of tensors: .safetensors, .npy and .npz are",
        at: SourcePlace(member: file.path))
    }
    return try SafetensorsFile(file).tensors
  }

  /// Writes tensors in a form; the caller commits the output.
  ///
  /// - Throws: `npy.size` where an NPY file is to hold other than one tensor; a `safetensors`,
  ///   `npy` or `zip` code, or what writing throws.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], as form: Form, to output: AtomicOutput
  ) throws {
    let views = try tensors.map { NamedTensor($0.name, try TensorView(borrowing: $0.tensor)) }
    switch form {
    case .safetensors: try SafetensorsWriter.write(views, to: output)
    case .npz: try NPZFile.write(views, to: output)
    case .npy:
      guard views.count == 1, let only = views.first else {
        throw FXError(.npySize, "an NPY file has one tensor, and there are \(views.count)")
      }
      try NPYFile.write(only.tensor, to: output)
    }
  }
}
