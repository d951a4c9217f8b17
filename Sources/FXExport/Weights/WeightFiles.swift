import FXCore
import Glibc

/// The files that weights are taken out to and put back from.
public enum WeightFiles {
  /// Reads the tensors of a safetensors or NPZ file, or the one of an NPY file under a given name.
  ///
  /// - Throws: `weight.fileName` for an NPY file where there is no name; a `safetensors`, `npy`,
  ///   `zip` or `file` code.
  public static func read(path: String, npyName: String?) throws -> [NamedTensor] {
    let file = try MappedFile(path: path)
    guard npyName != nil || !NPYFile.isRecognized(file.bytes) else {
      throw FXError(
        .weightFileName, "an NPY file has one tensor without a name; say which weight it is for",
        at: SourcePlace(member: path))
    }
    return try TensorFile.views(file, npyName: npyName ?? "")
  }

  /// Writes each tensor to a file `NAME.npy` in a folder, which is made where it is missing.
  ///
  /// Names and dtypes are checked before anything is written; each file appears whole.
  ///
  /// - Throws: `weight.fileName`, `npy.dtype`, `tensor.size`, or what writing throws.
  public static func writeNPY(_ tensors: [NamedTensor], toFolder folder: String) throws {
    var names: Set<String> = []
    for named in tensors {
      let place = SourcePlace(path: named.name)
      // A name from a file must not lead out of the folder.
      let bytes = named.name.utf8
      guard !bytes.isEmpty, bytes.count <= 250, !bytes.contains(0x2F), !bytes.contains(0) else {
        throw FXError(
          .weightFileName, "'\(named.name)' can't be the name of a file", at: place)
      }
      guard names.insert(named.name).inserted else {
        throw FXError(.weightFileName, "two weights are named '\(named.name)'", at: place)
      }
      do throws(FXError) {
        _ = try NPYHeader(dtype: named.tensor.dtype, sizes: named.tensor.sizes).bytes()
      } catch {
        throw FXError(error.code, error.message, at: place)
      }
    }
    if mkdir(folder, 0o777) != 0, errno != EEXIST {
      throw FXError.system("making the folder", path: folder, otherwise: .fileWrite)
    }
    for named in tensors {
      let output = try AtomicOutput(path: "\(folder)/\(named.name).npy")
      try NPYFile.write(named.tensor, to: output)
      try output.commit()
    }
  }

  /// Tells whether a path is that of a folder: one that there is, or one that ends in a slash.
  public static func isFolder(_ path: String) -> Bool {
    var facts = stat()
    return path.hasSuffix("/") || (stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR)
  }
}
