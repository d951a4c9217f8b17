import FXCore

/// Puts tensors of a file in the place of a model's weights, or back where they were split off.
///
/// Weights keep how they lie: strides, offsets, and shared storages. Bytes of a storage that no
/// tensor covers stay as they were, or are zeros where the archive has no data. Fake tensors, which have
/// none, are written as if they all shared one storage: each gets one of its own. Tensors on the meta device,
/// which PyTorch loads without data, are on the CPU with them.
public struct WeightReplacement {
  /// Which weights a file has to have.
  public enum Extent: Sendable {
    /// Every weight, or another of the same place in the same storage.
    case all
    /// Any.
    case some
    /// Those, and no others, whose data the archive lacks.
    case external
  }

  /// The names of the weights whose data are new, aliases included, in the archive's order.
  public let names: [String]
  private let storages: [Storage]
  /// The names of those that are on the meta device.
  private let metaNames: Set<String>
  private let archive: PT2Archive
  private let model: String

  /// New data of a member.
  private struct Storage {
    let path: String
    /// The weight that gets the data in a member of its own; nil where the member itself gets it.
    var owner: String?
    let contents: MemberBytes
  }

  /// Checks tensors against the weights of a model, and puts their storages together.
  ///
  /// - Throws: `weight.unknown`, `weight.missing`, `weight.mismatch`, `weight.conflict`,
  ///   `weight.pickled`, `pt2.weight`.
  public init(
    of model: String, in archive: PT2Archive, with tensors: [NamedTensor], extent: Extent
  ) throws {
    let entries = try archive.weightEntries(of: model)
    let candidates = extent == .external ? entries.filter(\.isExternal) : entries
    let matched = try Self.match(candidates, tensors, extent)
    var names: [String] = []
    var storages: [Storage] = []
    var missing: [String] = []
    for (path, group) in candidates.filter({ !$0.isObject }).storages {
      if group.count > 1, group.allSatisfy(\.hasNoData) {
        for entry in group {
          guard let tensor = matched[entry.name] else {
            missing.append(entry.name)
            continue
          }
          names.append(entry.name)
          let contents = try Self.storage(path, [entry], [entry.name: tensor], archive)
          storages.append(Storage(path: path, owner: entry.name, contents: contents))
        }
        continue
      }
      let given = group.filter { matched[$0.name] != nil }
      let places = Set(given.map { Place($0) })
      for entry in group {
        if places.contains(Place(entry)) {
          names.append(entry.name)
        } else {
          missing.append(entry.name)
        }
      }
      if given.isEmpty { continue }
      if let pickled = group.first(where: { !$0.isPlain }) {
        throw FXError(
          .weightPickled, "'\(pickled.name)' is pickled in the member of '\(given[0].name)'",
          at: SourcePlace(member: archive.memberName(of: path)))
      }
      // A storage that the archive lacks can't be filled in part.
      if let entry = group.first(where: { $0.isExternal && !places.contains(Place($0)) }) {
        throw Self.missing([entry.name])
      }
      if extent != .some, !missing.isEmpty { continue }
      let contents = try Self.storage(path, group, matched, archive)
      storages.append(Storage(path: path, contents: contents))
    }
    if extent != .some, !missing.isEmpty { throw Self.missing(missing) }
    let given = extent == .external ? [] : Set(names)
    metaNames = Set(
      entries.lazy.filter { given.contains($0.name) && $0.meta.tensor?.device.type == "meta" }
        .map(\.name))
    self.names = names
    self.storages = storages
    self.archive = archive
    self.model = model
  }

  private static func missing(_ names: [String]) -> FXError {
    let more = names.count > 1 ? " and \(names.count - 1) others" : ""
    return FXError(.weightMissing, "the file has no tensor '\(names[0])'\(more)")
  }

  /// Sets the members that have new data; those of weights stand before their configuration.
  ///
  /// Data that other models share stay theirs: the model gets a member of its own.
  ///
  /// - Throws: what reading configurations throws.
  public func apply(to package: inout PT2Package) throws {
    let others = try archive.modelNames.filter { $0 != model }.flatMap {
      try archive.weightEntries(of: $0).map(\.path)
    }
    let shared = Set(others)
    var taken = Set(package.paths)
    for (folder, config, path) in [
      (PT2Path.weights, try archive.weightsConfig(of: model), PT2Path.weightsConfig(model)),
      (PT2Path.constants, try archive.constantsConfig(of: model), PT2Path.constantsConfig(model)),
    ] {
      guard var config else { continue }
      var members: [(path: String, source: MemberSource)] = []
      // New names of members, by their old ones or by those of the weights that get members of their own.
      var (moved, separated): ([String: String], [String: String]) = ([:], [:])
      for storage in storages where storage.path.hasPrefix(folder) {
        var path = storage.path
        if storage.owner != nil || shared.contains(path) {
          let old = String(path.dropFirst(folder.count))
          let new = Self.freeName(like: old, in: folder, &taken)
          if let owner = storage.owner { separated[owner] = new } else { moved[old] = new }
          path = folder + new
        }
        members.append((path, .bytes(storage.contents)))
      }
      package.set(members, before: path)
      let isOnMeta = config.entries.contains { metaNames.contains($0.name) }
      if moved.isEmpty, separated.isEmpty, !isOnMeta { continue }
      for index in config.entries.indices {
        if metaNames.contains(config.entries[index].name) {
          config.entries[index].meta.tensor?.device = .cpu
        }
        let old = config.entries[index].meta.pathName
        guard let new = separated[config.entries[index].name] ?? moved[old] else { continue }
        config.entries[index].meta.pathName = new
      }
      let left = Set(config.entries.map { folder + $0.meta.pathName })
      package.remove(
        storages.lazy.map(\.path).filter {
          $0.hasPrefix(folder) && !shared.contains($0) && !left.contains($0)
        })
      package.set(path, .stream { [config] in try config.write(to: &$0) })
    }
  }

  /// Returns a name that no member of a folder has: `weight_12` for `weight_3`.
  private static func freeName(
    like name: String, in folder: String, _ taken: inout Set<String>
  ) -> String {
    let prefix = name.lastIndex(of: "_").map { name[...$0] } ?? "\(name)_"
    var number = 0
    while !taken.insert("\(folder)\(prefix)\(number)").inserted { number += 1 }
    return "\(prefix)\(number)"
  }

  /// Where a weight lies in its storage: those of equal places have the same elements.
  private struct Place: Hashable {
    var dtype: ScalarType
    var sizes: [SymInt]
    var strides: [SymInt]
    var offset: SymInt

    init(_ entry: WeightEntry) {
      dtype = entry.meta.tensor?.dtype ?? .unknown
      sizes = entry.meta.tensor?.sizes ?? []
      strides = entry.meta.tensor?.strides ?? []
      offset = entry.meta.tensor?.storageOffset ?? 0
    }
  }

  /// Finds the tensor for each weight by name.
  private static func match(
    _ entries: [WeightEntry], _ tensors: [NamedTensor], _ extent: Extent
  ) throws -> [String: TensorView] {
    var known: [String: WeightEntry] = [:]
    for entry in entries {
      guard known.updateValue(entry, forKey: entry.name) == nil else {
        throw FXError(
          .weightDuplicate, "a weight and a constant are both named '\(entry.name)'")
      }
    }
    var result: [String: TensorView] = [:]
    for named in tensors {
      guard let entry = known[named.name] else {
        throw FXError(
          .weightUnknown,
          extent == .external
            ? "the archive lacks no data of a weight named '\(named.name)'; --partial leaves it out"
            : "the archive has no weight '\(named.name)'")
      }
      guard entry.isPlain, let meta = entry.meta.tensor else {
        throw FXError(
          .weightPickled, "'\(named.name)' is pickled, and not stored as plain bytes")
      }
      let sizes = meta.sizes.compactMap(\.int)
      guard meta.dtype == named.tensor.dtype, sizes == named.tensor.sizes else {
        throw FXError(
          .weightMismatch,
          "'\(named.name)' is \(meta.dtype.name)\(sizes), the file has "
            + "\(named.tensor.dtype.name)\(named.tensor.sizes)")
      }
      result[named.name] = named.tensor
    }
    return result
  }

  /// Returns a storage with the elements of its tensors.
  private static func storage(
    _ path: String, _ group: [WeightEntry], _ matched: [String: TensorView], _ archive: PT2Archive
  ) throws -> MemberBytes {
    let layouts = try group.filter { matched[$0.name] != nil }.map { entry in
      let layout = try WeightView(
        name: entry.name, meta: entry.meta, storage: MemberBytes(copying: []),
        member: archive.memberName(of: path))
      return (name: entry.name, layout: layout.view)
    }
    let oldSize = archive.size(of: path) ?? 0
    var size = oldSize
    for entry in group {
      guard let needed = entry.meta.tensor?.requiredByteCount else { continue }
      size = max(size, needed)
    }
    if let only = layouts.first, group.count == 1, only.layout.isContiguous,
      only.layout.byteOffset == 0, only.layout.byteCount == size, let tensor = matched[only.name]
    {
      return try tensor.contiguousBytes()
    }
    let covered = layouts.reduce(0) { $0 + min($1.layout.byteCount, size) }
    guard size <= max(covered, oldSize, Limits.expandedBytes.value) else {
      throw FXError(
        .tensorSize, "the storage needs \(size) bytes for tensors of \(covered) bytes",
        beyond: Limits.expandedBytes,
        at: SourcePlace(member: archive.memberName(of: path)))
    }
    let storage = try MutableStorage(byteCount: size)
    if oldSize > 0 { try archive.contents(path).withBytes { storage.write($0, at: 0) } }
    for (name, layout) in layouts {
      try matched[name]?.contiguousBytes().withBytes { storage.write($0, to: layout) }
    }
    let result = storage.finish()
    for (name, layout) in layouts {
      let written = try TensorView(layout.meta, storage: result)
      if let given = matched[name], try !written.hasEqualContents(to: given) {
        throw FXError(
          .weightConflict,
          "'\(name)' shares its storage with another weight, for which the file has other data")
      }
    }
    return result
  }
}
