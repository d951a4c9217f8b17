import FXCore

/// Reads and writes NPZ files, NumPy's archives of arrays.
public enum NPZFile {
  private static let ending = ".npy"

  /// Reads the arrays of an archive in its order; each is named as its member without `.npy`.
  ///
  /// Stored arrays are views of the file, compressed ones are inflated. Checksums are compared.
  /// - Throws: a `zip` code, or as `NPYFile.read(_:)` does, with the member.
  public static func read(_ file: MappedFile) throws -> [NamedTensor] {
    do {
      let archive = try ZIPArchive(file)
      return try archive.members.filter { !$0.isFolder }.map { member in
        let contents = try archive.contents(of: member)
        let array = try NPYFile.read(MappedFile(part: contents, path: member.name))
        let hasEnding = member.name.hasSuffix(ending)
        return NamedTensor(
          hasEnding ? String(member.name.dropLast(ending.count)) : member.name, array)
      }
    } catch let error as FXError {
      throw error.inMember(file.path)
    }
  }

  /// Writes an archive of stored arrays; the caller commits the output.
  ///
  /// - Throws: `npy.dtype`, `zip.duplicate`, `zip.name`, `tensor.size`, or what writing throws.
  public static func write(_ tensors: [NamedTensor], to output: AtomicOutput) throws {
    // Dtypes are checked before anything is written.
    for named in tensors {
      do throws(FXError) {
        _ = try NPYHeader(dtype: named.tensor.dtype, sizes: named.tensor.sizes).bytes()
      } catch {
        throw FXError(error.code, error.message, at: SourcePlace(path: named.name))
      }
    }
    let writer = ZIPWriter(to: output)
    for named in tensors {
      try writer.add(named.name + ending) { sink in
        try NPYFile.write(named.tensor) { piece in
          sink.write(piece.bindMemory(to: UInt8.self))
        }
      }
    }
    try writer.finish()
  }
}
