import FXCore

/// A weight or constant as a view of the archive: its layout and the bytes of its storage.
public struct WeightView: Sendable {
  /// The qualified name in the model: `layers.0.weight`.
  public let name: String
  /// What the configuration says of the weight.
  public let meta: PayloadMeta
  /// The layout, all sizes of which are numbers and lie within the storage.
  public let tensor: TensorMeta
  /// The whole storage, which other weights may share; the tensor begins at its storage offset.
  ///
  /// It is empty for a tensor without data (a fake tensor), which PyTorch reads as zeros.
  public let storage: MemberBytes

  /// Checks that a tensor lies within its storage.
  ///
  /// - Throws: `pt2Weight`.
  public init(name: String, meta: PayloadMeta, storage: MemberBytes, member: String) throws {
    func error(_ message: String) -> FXError {
      FXError(.pt2Weight, "the tensor '\(name)' \(message)", at: SourcePlace(member: member))
    }
    guard let tensor = meta.tensor else { throw error("has no tensor_meta") }
    guard tensor.layout == .strided else {
      throw error("has the layout \(tensor.layout.name), and not strided")
    }
    let size = storage.bytes.count
    let itemSize = tensor.dtype.byteCount
    guard itemSize > 0 else { throw error("has an unknown dtype") }
    guard size % itemSize == 0 else {
      throw error("has a storage of \(size) bytes, no multiple of its element's \(itemSize)")
    }
    guard let needed = tensor.requiredByteCount else {
      throw error("has sizes, strides or an offset that no storage can have")
    }
    guard needed <= size || size == 0 else {
      throw error("needs \(needed) bytes, but its storage has \(size)")
    }
    self.name = name
    self.meta = meta
    self.tensor = tensor
    self.storage = storage
  }
}

extension PT2Archive {
  /// Reads where a model's weights are; nil where the archive doesn't say.
  ///
  /// - Throws: a `json`, `schema` or `zip` code.
  public func weightsConfig(of model: String) throws -> PayloadConfig? {
    try config(PT2Path.weightsConfig(model))
  }

  /// Reads where a model's constants are; nil where the archive doesn't say.
  ///
  /// - Throws: a `json`, `schema` or `zip` code.
  public func constantsConfig(of model: String) throws -> PayloadConfig? {
    try config(PT2Path.constantsConfig(model))
  }

  /// Returns views of a model's weights, without those that are pickled.
  ///
  /// - Throws: `pt2Weight`, `pt2Missing`, or what reading the configuration throws.
  public func weights(of model: String) throws -> [WeightView] {
    try views(weightsConfig(of: model), path: PT2Path.weight)
  }

  /// Returns views of a model's tensor constants, without those that are pickled.
  ///
  /// - Throws: `pt2Weight`, `pt2Missing`, or what reading the configuration throws.
  public func constants(of model: String) throws -> [WeightView] {
    try views(constantsConfig(of: model), path: PT2Path.constant)
  }

  private func config(_ path: String) throws -> PayloadConfig? {
    guard size(of: path) != nil else { return nil }
    do {
      return try contents(path).withBytes { try PayloadConfig(json: $0) }
    } catch let error as FXError {
      throw error.inMember(root + path)
    }
  }

  private func views(
    _ config: PayloadConfig?, path: (String) -> String
  ) throws -> [WeightView] {
    // Weights that share a file share its bytes, also where they had to be inflated.
    var files: [String: MemberBytes] = [:]
    var views: [WeightView] = []
    for (name, meta) in config?.entries ?? [] where !meta.usesPickle {
      let file = path(meta.pathName)
      let storage = try files[file] ?? contents(file, verifying: false)
      files[file] = storage
      views.append(try WeightView(name: name, meta: meta, storage: storage, member: root + file))
    }
    return views
  }
}

extension PT2Package {
  /// Adds a model as PyTorch lays it out, with the files that its configurations name.
  ///
  /// - Parameter sampleInputs: the pickled sample inputs, without which PyTorch loads none; the
  ///   member has to be there all the same.
  public mutating func addModel(
    _ name: String, json: MemberSource,
    weights: PayloadConfig = PayloadConfig(),
    weightFiles: [(name: String, source: MemberSource)] = [],
    constants: PayloadConfig = PayloadConfig(),
    constantFiles: [(name: String, source: MemberSource)] = [],
    sampleInputs: MemberSource = .text("")
  ) {
    for file in weightFiles { set(PT2Path.weight(file.name), file.source) }
    set(PT2Path.weightsConfig(name), .stream { weights.write(to: &$0) })
    for file in constantFiles { set(PT2Path.constant(file.name), file.source) }
    set(PT2Path.constantsConfig(name), .stream { constants.write(to: &$0) })
    set(PT2Path.model(name), json)
    set(PT2Path.sampleInputs(name), sampleInputs)
  }
}
