import FXCore

/// Takes the data of a model's weights and constants out of its archive, into a file of their own.
///
/// The configurations stay, so that the archive says what it lacks and `WeightReplacement` puts the
/// same bytes back. Also stay: what is pickled, what has no bytes, what other models share, and
/// storages of which the tensors cover a part only.
public struct WeightSplit {
  /// The tensors to be written to the other file.
  public let tensors: [NamedTensor]
  private let paths: [String]

  /// Collects the data of a model.
  ///
  /// - Throws: `weight.external` where data are outside already, `weight.missing` where there is
  ///   nothing to take out, or what reading weights throws.
  public init(of model: String, in archive: PT2Archive) throws {
    let others = try archive.modelNames.filter { $0 != model }.flatMap {
      try archive.weightEntries(of: $0).map(\.path)
    }
    let shared = Set(others)
    var tensors: [NamedTensor] = []
    var paths: [String] = []
    for (path, group) in try archive.weightEntries(of: model).storages {
      guard group.allSatisfy(\.isPlain), !shared.contains(path), group[0].storedByteCount != 0
      else { continue }
      let group = try archive.tensors(group)
      guard Self.coverStorage(group.map(\.tensor)) else { continue }
      tensors += group
      paths.append(path)
    }
    guard !tensors.isEmpty else {
      throw FXError(
        .weightMissing, "the model has no data that could be taken out of the archive",
        at: SourcePlace(member: archive.zip.file.path))
    }
    self.tensors = tensors
    self.paths = paths
  }

  /// Removes the members whose data are in the tensors.
  public func apply(to package: inout PT2Package) { package.remove(paths) }

  /// Tells whether every byte of a storage belongs to one of its tensors.
  private static func coverStorage(_ tensors: [TensorView]) -> Bool {
    guard let size = tensors.first?.storage.bytes.count else { return true }
    if tensors.contains(where: { $0.isContiguous && $0.byteCount == size }) { return true }
    var isCovered = [Bool](repeating: false, count: size)
    for tensor in tensors where tensor.byteCount > 0 {
      var meta = tensor.meta
      // An axis of stride 0 comes back to the same elements.
      for axis in meta.sizes.indices where meta.strides[axis] == 0 { meta.sizes[axis] = 1 }
      // Other axes overlap where there are more elements than room for them, perhaps very often.
      guard let once = try? TensorView(meta, storage: tensor.storage), once.byteCount <= size else {
        continue
      }
      once.forEachRun { run in for byte in run { isCovered[byte] = true } }
    }
    return isCovered.allSatisfy { $0 }
  }
}
