import FXCore

extension StoredWeights {
  /// Gathers what an archive stores for a model; nil where its weights are pickled as a whole.
  ///
  /// Only configurations and sizes of members are read, never the data.
  ///
  /// - Throws: what reading a configuration throws.
  public init?(archive: PT2Archive, model: String) throws {
    let weights = try archive.weightsConfig(of: model)
    let constants = try archive.constantsConfig(of: model)
    if weights == nil, constants == nil { return nil }
    self.init()
    for (name, payload) in weights?.entries ?? [] {
      let path = PT2Path.weight(payload.pathName)
      if let tensor = Self.tensor(name, payload, at: path, in: archive) { stateDict.append(tensor) }
    }
    for (name, payload) in constants?.entries ?? [] {
      let path = PT2Path.constant(payload.pathName)
      if let tensor = Self.tensor(name, payload, at: path, in: archive) {
        self.constants.append(tensor)
      } else {
        objects.append(name)
      }
    }
  }

  private static func tensor(
    _ name: String, _ payload: PayloadMeta, at path: String, in archive: PT2Archive
  ) -> StoredTensor? {
    guard let meta = payload.tensor else { return nil }
    let size = archive.size(of: path)
    // A pickled tensor's bytes lie somewhere in the pickle; an empty file is a tensor without data.
    let isPlain = !payload.usesPickle && size != 0
    return StoredTensor(
      name: name, meta: meta, byteCount: isPlain ? size ?? 0 : nil,
      isParameter: payload.isParameter, member: archive.memberName(of: path))
  }
}
