import FXCore
import FXExport
import FXGraph

/// Drops and merges the members of an archive that have its models' weights.
struct ArchiveSlimming {
  /// How many things were dropped, and the bytes of the members that are gone.
  typealias Saving = (count: Int, byteCount: Int)

  private struct Model {
    let name: String
    let kinds: [String: WeightKind]
    let written: Set<String>
    /// Whether the model may be changed.
    let isOpen: Bool
    var weights: PayloadConfig?
    var constants: PayloadConfig?
  }

  private let archive: PT2Archive
  /// Whether equal parameters and buffers may share a member too.
  private let isFrozen: Bool
  private var models: [Model] = []
  private var gone: Set<String> = []

  /// Reads the configurations of all models; those of the documents may change.
  ///
  /// - Throws: what reading a configuration throws.
  init(_ archive: PT2Archive, _ documents: [Document], isFrozen: Bool) throws {
    self.archive = archive
    self.isFrozen = isFrozen
    for name in archive.modelNames {
      let program = documents.first { $0.modelName == name }?.program
      models.append(
        Model(
          name: name, kinds: program?.signature.weightKinds ?? [:],
          written: program?.possiblyWrittenWeights() ?? [], isOpen: program != nil,
          weights: try archive.weightsConfig(of: name),
          constants: try archive.constantsConfig(of: name)))
    }
  }

  /// Sets the changed configurations and removes members.
  func apply(to package: inout PT2Package) {
    for model in models where model.isOpen {
      for (path, config) in [
        (PT2Path.weightsConfig(model.name), model.weights),
        (PT2Path.constantsConfig(model.name), model.constants),
      ] {
        guard let config else { continue }
        package.set(path, .stream { try config.write(to: &$0) })
      }
    }
    package.remove(gone)
  }

  // MARK: Unused

  /// Drops weights that no signature names, and members that no configuration names.
  mutating func dropUnused() -> Saving {
    var count = 0
    for index in models.indices where models[index].isOpen {
      let kinds = models[index].kinds
      for config in [\Model.weights, \Model.constants] {
        let before = models[index][keyPath: config]?.entries.count ?? 0
        models[index][keyPath: config]?.entries.removeAll { kinds[$0.name] == nil }
        count += before - (models[index][keyPath: config]?.entries.count ?? 0)
      }
    }
    let used = Set(models.flatMap { entries(of: $0).map(\.path) })
    let unnamed = archive.paths.filter { Self.isPayload($0) && !used.contains($0) }
    return (max(count, unnamed.count), remove(unnamed))
  }

  /// Tells whether a member has the data of a weight or constant, by the names that PyTorch gives.
  private static func isPayload(_ path: String) -> Bool {
    switch PT2Role(path: path) {
    case .weight(let file): file.hasPrefix("weight_")
    case .constant(let file):
      ["tensor_", "custom_obj_", "opaque_obj_"].contains { file.hasPrefix($0) }
    default: false
    }
  }

  private mutating func remove(_ paths: [String]) -> Int {
    gone.formUnion(paths)
    return paths.reduce(0) { $0 + (archive.size(of: $1) ?? 0) }
  }

  // MARK: Duplicates

  private struct Entry {
    let path: String
    let name: String
    let meta: PayloadMeta
  }

  private func entries(of model: Model) -> [Entry] {
    func list(_ config: PayloadConfig?, _ path: (String) -> String) -> [Entry] {
      (config?.entries ?? []).map {
        Entry(path: path($0.meta.pathName), name: $0.name, meta: $0.meta)
      }
    }
    return list(model.weights, PT2Path.weight) + list(model.constants, PT2Path.constant)
  }

  /// What a model does with a member, as far as it decides about sharing.
  private struct Use: Hashable {
    /// How PyTorch makes the tensor of a member: it reads one once, for the first that names it.
    struct Look: Hashable {
      let dtype: ScalarType?
      let device: Device?
      let requiresGrad: Bool?
    }

    let look: Look
    var canShare: Bool
    var usesPickle: Bool

    /// Returns what the model does with a member that both uses are of.
    func joined(with other: Use) -> Use {
      Use(
        look: look, canShare: canShare && other.canShare && look == other.look,
        usesPickle: usesPickle || other.usesPickle)
    }
  }

  /// The uses of a member by each model, in their order.
  private typealias Uses = [Use?]

  private func uses() -> [String: Uses] {
    var result: [String: Uses] = [:]
    let none = Uses(repeating: nil, count: models.count)
    for (index, model) in models.enumerated() {
      for entry in entries(of: model) {
        let tensor = entry.meta.tensor
        let use = Use(
          look: Use.Look(
            dtype: tensor?.dtype, device: tensor?.device, requiresGrad: tensor?.requiresGrad),
          canShare: !entry.meta.usesPickle && mayShare(entry, model),
          usesPickle: entry.meta.usesPickle)
        let present = result[entry.path, default: none][index]
        result[entry.path, default: none][index] = present?.joined(with: use) ?? use
      }
    }
    return result
  }

  /// Makes members with the same bytes one, where that can't be observed.
  ///
  /// - Throws: what reading a member throws.
  mutating func mergeDuplicates() throws -> Saving {
    let uses = uses()
    var targets: [String: String] = [:]
    for group in try identicalMembers() {
      // Members that stay; those with equal uses are judged once, for there may be many.
      var kept: [(uses: Uses, paths: [String])] = []
      for path in group {
        guard let own = uses[path] else { continue }
        guard let index = kept.firstIndex(where: { canMerge(own, into: $0.uses) }) else {
          Self.keep(path, own, &kept)
          continue
        }
        let target = kept[index].paths[0]
        targets[path] = target
        let joined = zip(kept[index].uses, own).map { old, new in
          old.map { old in new.map { old.joined(with: $0) } ?? old } ?? new
        }
        if joined == kept[index].uses { continue }
        kept[index].paths.removeFirst()
        if kept[index].paths.isEmpty { kept.remove(at: index) }
        Self.keep(target, joined, &kept)
      }
    }
    redirect(to: targets)
    return (targets.count, remove(Array(targets.keys)))
  }

  private static func keep(
    _ path: String, _ uses: Uses, _ kept: inout [(uses: Uses, paths: [String])]
  ) {
    if let index = kept.firstIndex(where: { $0.uses == uses }) {
      kept[index].paths.append(path)
    } else {
      kept.append((uses, [path]))
    }
  }

  /// Finds members of one folder that have the same bytes, two or more each.
  private func identicalMembers() throws -> [[String]] {
    var paths: [String] = []
    var seen: Set<String> = []
    for entry in models.flatMap({ entries(of: $0) })
    where !entry.meta.usesPickle && seen.insert(entry.path).inserted { paths.append(entry.path) }
    struct Key: Hashable {
      let folder: Bool
      let size: Int
    }
    var bySize: [Key: [String]] = [:]
    for path in paths {
      guard let size = archive.size(of: path), size > 0 else { continue }
      let isWeight = if case .weight = PT2Role(path: path) { true } else { false }
      bySize[Key(folder: isWeight, size: size), default: []].append(path)
    }
    var result: [[String]] = []
    for candidates in bySize.values where candidates.count > 1 {
      var byHash: [Int: [[String]]] = [:]
      for path in candidates {
        let bytes = try archive.contents(path, verifying: false)
        let hash = Self.hash(bytes)
        let groups = byHash[hash] ?? []
        let index = try groups.firstIndex { group in
          let other = try archive.contents(group[0], verifying: false)
          return bytes.withBytes { a in other.withBytes { b in a.isIdentical(to: b) } }
        }
        if let index {
          byHash[hash]?[index].append(path)
        } else {
          byHash[hash, default: []].append([path])
        }
      }
      result += byHash.values.joined().filter { $0.count > 1 }
    }
    // Hash tables have no order, and the same archive has to give the same result.
    return result.sorted { $0[0] < $1[0] }
  }

  private static func hash(_ bytes: MemberBytes) -> Int {
    var hasher = Hasher()
    bytes.forEachPiece { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }

  /// Tells whether the entries of one member may name another that has the same bytes.
  private func canMerge(_ moved: Uses, into target: Uses) -> Bool {
    models.indices.allSatisfy { index in
      guard let from = moved[index] else { return true }
      guard models[index].isOpen, !from.usesPickle else { return false }
      // Each model reads the member for itself; sharing can't be seen but within one.
      guard let into = target[index] else { return true }
      return from.canShare && into.canShare && from.look == into.look
    }
  }

  private func mayShare(_ entry: Entry, _ model: Model) -> Bool {
    if model.written.contains(entry.name) { return false }
    switch model.kinds[entry.name] {
    case .constant?, .nonPersistentBuffer?: return true
    case .parameter?, .buffer?: return isFrozen
    case .object?, nil: return false
    }
  }

  /// Makes entries name other members, by their paths.
  private mutating func redirect(to targets: [String: String]) {
    func redirect(_ config: inout PayloadConfig?, _ path: (String) -> String) {
      guard var changed = config else { return }
      for index in changed.entries.indices {
        guard let target = targets[path(changed.entries[index].meta.pathName)] else { continue }
        changed.entries[index].meta.pathName = Self.fileName(target)
      }
      config = changed
    }
    for index in models.indices {
      redirect(&models[index].weights, PT2Path.weight)
      redirect(&models[index].constants, PT2Path.constant)
    }
  }

  private static func fileName(_ path: String) -> String {
    switch PT2Role(path: path) {
    case .weight(let file), .constant(let file): file
    default: path
    }
  }
}
