import FXCore

extension StoredWeights {
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
