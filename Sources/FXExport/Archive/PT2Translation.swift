import FXCore
import FXGraph

/// Shows an archive of an old layout as one of the newest.
///
/// Pickles of weights become a configuration and a member for each storage, which stays a view of
/// the file. Weights that share a storage share its member, as PyTorch has it.
struct PT2Translation {
  /// Where the bytes of a path are.
  enum Source: Sendable {
    case bytes(MemberBytes)
    case member(ZIPMember, of: ZIPArchive)
  }

  private(set) var paths: [String] = []
  private(set) var sources: [[UInt8]: Source] = [:]
  private let zip: ZIPArchive
  private let root: String
  private var counts = (weights: 0, constants: 0)

  /// Translates an archive; nil where its layout is the newest.
  ///
  /// - Throws: a `zip` or `pickle` code; `pt2Weight` for what is no tensor among weights.
  init?(_ zip: ZIPArchive, root: String, layout: PT2Layout, paths: [String]) throws {
    self.zip = zip
    self.root = root
    switch layout {
    case .current: return nil
    case .flat: try translateFlat(paths)
    case .pickledWeights: for path in paths { try translate(path) }
    }
  }

  private mutating func set(_ path: String, _ source: Source) throws {
    guard sources.updateValue(source, forKey: Array(path.utf8)) == nil else {
      throw FXError(
        .pt2Layout, "two members stand for '\(path)' of the newest layout",
        at: SourcePlace(member: root + path))
    }
    paths.append(path)
  }

  private mutating func keep(_ path: String, as newPath: String) throws {
    if let member = zip[root + path] { try set(newPath, .member(member, of: zip)) }
  }

  // MARK: Layouts

  private mutating func translateFlat(_ paths: [String]) throws {
    let model = "model"
    try translateWeights(FlatPath.stateDict, model: model)
    try translateConstants(FlatPath.constants, model: model)
    try keep(FlatPath.program, as: PT2Path.model(model))
    let inputs = PT2Path.sampleInputs(model)
    // PyTorch wants the member even where a program has no sample inputs.
    if zip[FlatPath.exampleInputs] == nil { try set(inputs, .bytes(MemberBytes(copying: []))) }
    try keep(FlatPath.exampleInputs, as: inputs)
    let known: Set = [
      FlatPath.stateDict, FlatPath.constants, FlatPath.program, FlatPath.exampleInputs,
      FlatPath.version,
    ]
    for path in paths where !known.contains(path) {
      if path.utf8.starts(with: FlatPath.extra.utf8) {
        let name = String(decoding: path.utf8.dropFirst(FlatPath.extra.utf8.count), as: UTF8.self)
        try keep(path, as: PT2Path.extra(name))
      } else {
        try keep(path, as: path)
      }
    }
  }

  private mutating func translate(_ path: String) throws {
    func model(_ folder: String) -> String? {
      guard path.hasPrefix(folder), path.hasSuffix(".pt") else { return nil }
      return String(path.dropFirst(folder.count).dropLast(3))
    }
    if let model = model(PT2Path.weights) {
      try translateWeights(path, model: model)
    } else if let model = model(PT2Path.constants) {
      try translateConstants(path, model: model)
    } else {
      try keep(path, as: path)
    }
  }

  // MARK: Pickles

  private mutating func translateWeights(_ path: String, model: String) throws {
    let config = try unpack(path, prefix: "weight_", first: counts.weights, PT2Path.weight)
    counts.weights += config.fileCount
    try set(PT2Path.weightsConfig(model), config.json)
  }

  private mutating func translateConstants(_ path: String, model: String) throws {
    let config = try unpack(path, prefix: "tensor_", first: counts.constants, PT2Path.constant)
    counts.constants += config.fileCount
    try set(PT2Path.constantsConfig(model), config.json)
  }

  /// Adds the storages of a pickle's tensors; returns the configuration that says where each is.
  private mutating func unpack(
    _ path: String, prefix: String, first: Int, _ file: (String) -> String
  ) throws -> (json: Source, fileCount: Int) {
    let name = root + path
    var config = PayloadConfig()
    var fileCount = 0
    // PyTorch writes an empty member where there was nothing to pickle.
    if let member = zip[name], member.size > 0 {
      do {
        // The members inside have checksums of their own.
        let bytes = try zip.contents(of: member, verifying: member.isDeflated)
        let checkpoint = try TorchCheckpoint(MappedFile(part: bytes, path: name))
        for group in try Self.groups(checkpoint.value) {
          let fileName = "\(prefix)\(first + fileCount)"
          fileCount += 1
          for (name, tensor) in group {
            let storage = try checkpoint.storage(of: tensor)
            if name == group[0].name {
              try set(file(fileName), .member(storage, of: checkpoint.zip))
            }
            config.entries.append(
              (
                name,
                PayloadMeta(
                  pathName: fileName, isParameter: tensor.isParameter, tensor: tensor.meta)
              ))
          }
        }
      } catch let error as FXError {
        throw error.inMember(name)
      }
    }
    var sink = ByteSink()
    try config.write(to: &sink)
    return (.bytes(MemberBytes(copying: sink.bytes)), fileCount)
  }

  /// Returns the tensors of a state dict, those that share a storage together, in order.
  private static func groups(
    _ value: PickleValue
  ) throws -> [[(name: String, tensor: PickledTensor)]] {
    guard let entries = value.namedEntries else {
      throw FXError(.pt2Weight, "the pickle holds no dictionary of tensors")
    }
    var groups: [[(name: String, tensor: PickledTensor)]] = []
    var indices: [String: Int] = [:]
    for (name, value) in entries {
      guard case .tensor(let tensor) = value else {
        throw FXError(.pt2Weight, "'\(name)' is pickled and is not a tensor")
      }
      if let index = indices[tensor.storage] {
        groups[index].append((name, tensor))
      } else {
        indices[tensor.storage] = groups.count
        groups.append([(name, tensor)])
      }
    }
    return groups
  }
}
