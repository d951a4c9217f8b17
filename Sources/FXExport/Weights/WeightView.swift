import FXCore

/// A weight or constant as a view of the archive: its layout and the bytes of its storage.
public struct WeightView: Sendable {
  /// The qualified name in the model: `layers.0.weight`.
  public let name: String
  /// What the configuration says of the weight.
  public let meta: PayloadMeta
  /// The tensor, which begins at its offset in a storage that other weights may share.
  public let view: TensorView

  /// The layout, all sizes of which are numbers and lie within the storage.
  public var tensor: TensorMeta { view.meta }
  /// The whole storage; empty for a tensor without data (a fake tensor), which PyTorch reads as zeros.
  public var storage: MemberBytes { view.storage }

  /// Checks that a tensor lies within its storage.
  ///
  /// - Throws: `pt2Weight`.
  public init(name: String, meta: PayloadMeta, storage: MemberBytes, member: String) throws {
    func error(_ message: String) -> FXError {
      FXError(.pt2Weight, "the tensor '\(name)' \(message)", at: SourcePlace(member: member))
    }
    guard let tensor = meta.tensor else { throw error("has no tensor_meta") }
    do throws(FXError) {
      view = try TensorView(tensor, storage: storage)
    } catch let problem {
      throw error(problem.message)
    }
    self.name = name
    self.meta = meta
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
  /// - Throws: `pt2Weight`, `weight.external`, or what reading the configuration throws.
  public func weights(of model: String) throws -> [WeightView] {
    try views(weightEntries(of: model).filter { !$0.isConstant && !$0.meta.usesPickle })
  }

  /// Returns views of a model's tensor constants, without those that are pickled.
  ///
  /// - Throws: `pt2Weight`, `weight.external`, or what reading the configuration throws.
  public func constants(of model: String) throws -> [WeightView] {
    try views(weightEntries(of: model).filter { $0.isConstant && !$0.meta.usesPickle })
  }

  private func config(_ path: String) throws -> PayloadConfig? {
    guard size(of: path) != nil else { return nil }
    do {
      return try contents(path).withBytes { try PayloadConfig(json: $0) }
    } catch let error as FXError {
      throw error.inMember(root + path)
    }
  }

  /// Returns views of plain weights, those that share a member as views of the same bytes.
  ///
  /// - Throws: `weight.external`, `pt2.weight`, or what reading a member throws.
  func views(_ entries: [WeightEntry], verifying: Bool = false) throws -> [WeightView] {
    // Weights that share a file share its bytes, also where they had to be inflated.
    var files: [String: MemberBytes] = [:]
    return try entries.map { entry in
      let member = memberName(of: entry.path)
      if entry.isExternal { throw Self.external([entry.name], at: SourcePlace(member: member)) }
      let storage = try files[entry.path] ?? weightContents(entry.path, verifying: verifying)
      files[entry.path] = storage
      return try WeightView(name: entry.name, meta: entry.meta, storage: storage, member: member)
    }
  }
}

extension PT2Archive {
  /// Returns the contents of a member that may be larger than memory.
  private func weightContents(_ path: String, verifying: Bool) throws -> MemberBytes {
    guard verifying, case .member(let member, let zip)? = source(of: path), !member.isDeflated
    else {
      return try contents(path, verifying: verifying)
    }
    try zip.verify(member)
    return try zip.contents(of: member, verifying: false)
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
    set(PT2Path.weightsConfig(name), .stream { try weights.write(to: &$0) })
    for file in constantFiles { set(PT2Path.constant(file.name), file.source) }
    set(PT2Path.constantsConfig(name), .stream { try constants.write(to: &$0) })
    set(PT2Path.model(name), json)
    set(PT2Path.sampleInputs(name), sampleInputs)
  }
}
