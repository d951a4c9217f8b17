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
    if let content = ForeignContent(withoutTensors: file) {
      throw FXError(
        .foreignContent,
        "this is \(content.name), not a .safetensors, .npz or .npy file"
          + (content.advice.map { "; \($0)" } ?? ""), at: SourcePlace(member: file.path))
    }
    if file.bytes.starts(with: [0x50, 0x4B]) { return try NPZFile.read(file) }
    return try SafetensorsFile(file).tensors
  }

  /// Checks that a form can hold tensors, of which only the dtypes need to be known.
  ///
  /// - Throws: `npy.size` where an NPY file is to hold other than one, `npy.dtype` with the name of
  ///   one whose dtype NumPy has not.
  public static func check(
    _ tensors: [(name: String, dtype: ScalarType)], for form: Form
  ) throws(FXError) {
    guard form != .safetensors else { return }
    guard form == .npz || tensors.count == 1 else {
      throw FXError(
        .npySize,
        "an .npy file holds one tensor, and there are \(tensors.count): use .npz or "
          + ".safetensors")
    }
    for (name, dtype) in tensors {
      do throws(FXError) {
        _ = try NPYHeader(dtype: dtype, sizes: []).bytes()
      } catch {
        throw FXError(error.code, error.message, at: SourcePlace(path: name))
      }
    }
  }

  /// Writes tensors in a form; the caller commits the output.
  ///
  /// - Throws: `npy.size` where an NPY file is to hold other than one tensor; a `safetensors`,
  ///   `npy` or `zip` code, or what writing throws.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], as form: Form, to output: AtomicOutput
  ) throws {
    try check(tensors.map { ($0.name, $0.tensor.dtype) }, for: form)
    let views = try tensors.map { NamedTensor($0.name, try TensorView(borrowing: $0.tensor)) }
    switch form {
    case .safetensors: try SafetensorsWriter.write(views, to: output)
    case .npz: try NPZFile.write(views, to: output)
    case .npy: for only in views { try NPYFile.write(only.tensor, to: output) }
    }
  }
}
