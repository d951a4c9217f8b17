import FXCore

/// A weight or constant as the archive's configurations name it, without its data.
public struct WeightEntry: Sendable {
  /// The qualified name in the model.
  public let name: String
  /// What the configuration says.
  public let meta: PayloadMeta
  /// The path of the member that has the data; several weights may have one.
  public let path: String
  /// Whether it stands among the constants, and not among the weights.
  public let isConstant: Bool
  /// The bytes of the member; nil where the archive doesn't have it.
  public let storedByteCount: Int?

  /// Whether it is an object, and no tensor.
  public var isObject: Bool { meta.tensor == nil }
  /// Whether its data are a tensor's plain bytes.
  public var isPlain: Bool { !meta.usesPickle && meta.tensor != nil }
  /// Whether its data are kept outside the archive.
  public var isExternal: Bool { isPlain && storedByteCount == nil }

  /// Whether a tensor with elements has no data: it was a fake tensor, or one on the meta device.
  public var hasNoData: Bool {
    isPlain && storedByteCount == 0 && meta.tensor?.requiredByteCount != 0
  }

  /// Returns the bytes of the member, or of what the tensor needs where the archive lacks it.
  public var storageByteCount: Int? { storedByteCount ?? meta.tensor?.requiredByteCount }
}

extension PT2Archive {
  /// Lists a model's weights, then its constants, in the configurations' order.
  ///
  /// - Throws: a `json`, `schema` or `zip` code.
  public func weightEntries(of model: String) throws -> [WeightEntry] {
    func entries(
      _ config: PayloadConfig?, _ isConstant: Bool, _ path: (String) -> String
    ) -> [WeightEntry] {
      (config?.entries ?? []).map { name, meta in
        let path = path(meta.pathName)
        return WeightEntry(
          name: name, meta: meta, path: path, isConstant: isConstant,
          storedByteCount: size(of: path))
      }
    }
    return entries(try weightsConfig(of: model), false, PT2Path.weight)
      + entries(try constantsConfig(of: model), true, PT2Path.constant)
  }

  /// Returns the data of weights, compared with their checksums.
  ///
  /// - Throws: `weight.pickled`, `weight.external`, `pt2.weight`, or what reading a member throws.
  public func tensors(_ entries: [WeightEntry]) throws -> [NamedTensor] {
    for entry in entries where !entry.isPlain {
      throw FXError(
        .weightPickled, "'\(entry.name)' is pickled, and not stored as plain bytes",
        at: SourcePlace(member: memberName(of: entry.path)))
    }
    return try views(entries, verifying: true).map { NamedTensor($0.name, $0.view) }
  }

  /// Says that weights have no data: `'l.weight' and 3 others have no data, …`.
  package static func dataless(_ names: [String]) -> String {
    let others = names.count - 1
    let what =
      others == 0
      ? "'\(names[0])' has" : "'\(names[0])' and \(others) other\(others == 1 ? "" : "s") have"
    return
      "\(what) no data, as after an export under FakeTensorMode or on the meta device: PyTorch "
      + "takes them for zeros; 'fxkit weights --replace' puts data in"
  }

  /// Makes the error of weights whose data are elsewhere.
  static func external(_ names: [String], at place: SourcePlace) -> FXError {
    let what = names.count == 1 ? "the data of '\(names[0])'" : "the data of \(names.count) weights"
    return FXError(
      .weightExternal,
      "\(what) are not in the archive; 'fxkit weights --join' puts weights back that were split off",
      at: place)
  }
}

extension [WeightEntry] {
  /// Picks the entries whose names match any of some patterns, with `*`, `?` and `[…]`; all
  /// tensors where there are no patterns.
  ///
  /// - Throws: `weight.unknown` where a pattern matches nothing.
  public func matching(_ patterns: [String]) throws(FXError) -> [WeightEntry] {
    if patterns.isEmpty { return filter { !$0.isObject } }
    var isMatched = [Bool](repeating: false, count: count)
    for pattern in patterns {
      var hasMatch = false
      for index in indices where NamePattern.matches(pattern, self[index].name) {
        isMatched[index] = true
        hasMatch = true
      }
      guard hasMatch else {
        throw FXError(
          .weightUnknown,
          "no weight is named '\(pattern)'" + Spelling.hint(for: pattern, among: map(\.name)))
      }
    }
    return indices.filter { isMatched[$0] }.map { self[$0] }
  }

  /// Lists the storages in order, each with the entries that lie in it.
  public var storages: [(path: String, entries: [WeightEntry])] {
    var indices: [String: Int] = [:]
    var result: [(path: String, entries: [WeightEntry])] = []
    for entry in self {
      if let index = indices[entry.path] {
        result[index].entries.append(entry)
      } else {
        indices[entry.path] = result.count
        result.append((entry.path, [entry]))
      }
    }
    return result
  }
}
