import FXCore
import FXTensor

extension StoredWeights {
  /// Gathers what the archive of a document will store when it is written: with the tensors that the
  /// document has itself, and without those of inputs that its program has lost.
  ///
  /// It is nil for a document without an archive.
  ///
  /// - Throws: what reading a configuration throws; `weight.unknown`, `weight.mismatch` for a tensor
  ///   that does not fit the program.
  public init?(of document: Document) throws {
    guard let archive = document.archive else { return nil }
    let own = try document.ownTensors()
    try self.init(archive: archive, model: document.modelName)
    let gone = document.removedTargets.union(own.map(\.name))
    if gone.isEmpty { return }
    stateDict.removeAll { gone.contains($0.name) }
    constants.removeAll { gone.contains($0.name) }
    external.removeAll { gone.contains($0) }
    for tensor in own {
      let meta = TensorMeta(of: tensor.tensor)
      let stored = StoredTensor(
        name: tensor.name, meta: meta, byteCount: meta.byteCount, isParameter: tensor.isParameter)
      if tensor.isConstant { constants.append(stored) } else { stateDict.append(stored) }
    }
  }

  /// Gathers what an archive stores for a model; nil where its weights are pickled as a whole.
  ///
  /// Only configurations and sizes of members are read, never the data.
  ///
  /// - Throws: what reading a configuration throws.
  public init?(archive: PT2Archive, model: String) throws {
    if try archive.weightsConfig(of: model) == nil, try archive.constantsConfig(of: model) == nil {
      return nil
    }
    self.init()
    for entry in try archive.weightEntries(of: model) {
      if let tensor = Self.tensor(entry, in: archive) {
        if entry.isConstant { constants.append(tensor) } else { stateDict.append(tensor) }
      } else if entry.isConstant {
        objects.append(entry.name)
      }
      if entry.isExternal { external.append(entry.name) }
    }
  }

  private static func tensor(_ entry: WeightEntry, in archive: PT2Archive) -> StoredTensor? {
    guard let meta = entry.meta.tensor else { return nil }
    // A pickled tensor's bytes lie somewhere in the pickle; an empty file is a tensor without data.
    let hasData = entry.isPlain && entry.storedByteCount != 0
    return StoredTensor(
      name: entry.name, meta: meta, byteCount: hasData ? entry.storedByteCount : nil,
      isParameter: entry.meta.isParameter, member: archive.memberName(of: entry.path),
      hasNoData: entry.hasNoData)
  }
}
