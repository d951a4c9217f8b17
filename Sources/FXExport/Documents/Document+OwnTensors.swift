import FXCore
import FXGraph
import FXTensor

extension Document {
  /// The tensors that the document has itself, in the order of the signature.
  ///
  /// - Throws: `weight.unknown` for a name that the signature does not have, `weight.mismatch` for a
  ///   tensor that is not what the graph says of it.
  func ownTensors() throws -> [OwnTensor] {
    guard let program else { return [] }
    var data = tensors
    for (name, tensor) in addedConstants where data[name] == nil { data[name] = tensor }
    if data.isEmpty { return [] }
    var result: [OwnTensor] = []
    for (spec, node) in zip(program.signature.inputs, program.graph.placeholders) {
      guard let name = spec.target, let tensor = data.removeValue(forKey: name) else { continue }
      result.append(try OwnTensor(tensor, name, spec, node))
    }
    guard let name = data.keys.min() else { return result }
    throw FXError(
      .weightUnknown,
      "the program has no weight '\(name)'" + Spelling.hint(for: name, among: program.targets))
  }

  /// The names of the weights whose inputs were removed from the program since it was read.
  var removedTargets: Set<String> {
    targetsWhenRead.subtracting(program?.targets ?? [])
  }
}

extension ExportedProgram {
  /// The names of parameters, buffers, constants and objects, in the order of the inputs.
  var targets: [String] { signature.inputs.compactMap(\.target) }
}

/// A tensor of a program that a document has itself.
struct OwnTensor {
  let name: String
  let tensor: Tensor
  /// Whether it stands among the constants, and not among the weights.
  let isConstant: Bool
  let isParameter: Bool
  let requiresGrad: Bool

  fileprivate init(
    _ tensor: Tensor, _ name: String, _ spec: InputSpec, _ node: Node
  ) throws {
    self.name = name
    self.tensor = tensor
    switch spec.kind {
    case .parameter: (isConstant, isParameter) = (false, true)
    case .buffer(_, _, let isPersistent): (isConstant, isParameter) = (!isPersistent, false)
    default: (isConstant, isParameter) = (true, false)
    }
    let meta = node.value?.tensor
    requiresGrad = meta?.requiresGrad ?? isParameter
    guard let meta else { return }
    let sizes = meta.sizes.compactMap(\.int)
    guard meta.dtype == tensor.dtype, sizes == tensor.sizes else {
      throw FXError(
        .weightMismatch,
        "'\(name)' is \(meta.dtype.name)\(sizes) in the graph, and the tensor is "
          + "\(tensor.dtype.name)\(tensor.sizes)", at: SourcePlace(node: node.name))
    }
  }
}

extension PT2Package {
  /// Puts tensors among the weights and constants of a model, in the place of those of their names,
  /// and removes others.
  ///
  /// - Throws: what reading the archive's configurations throws.
  mutating func setTensors(
    _ tensors: [OwnTensor], removing removed: Set<String> = [], of model: String,
    from archive: PT2Archive?
  ) throws {
    if tensors.isEmpty, removed.isEmpty { return }
    var weights = try archive?.weightsConfig(of: model) ?? PayloadConfig()
    var constants = try archive?.constantsConfig(of: model) ?? PayloadConfig()
    weights.entries.removeAll { removed.contains($0.name) }
    constants.entries.removeAll { removed.contains($0.name) }
    try set(tensors.filter { !$0.isConstant }, in: &weights, PT2Path.weight, "weight_")
    try set(tensors.filter(\.isConstant), in: &constants, PT2Path.constant, "tensor_")
    set(PT2Path.weightsConfig(model), .stream { [weights] in try weights.write(to: &$0) })
    set(PT2Path.constantsConfig(model), .stream { [constants] in try constants.write(to: &$0) })
    let gone = removed.union(tensors.map(\.name))
    try removeMembers(without: gone, of: model, archive)
  }

  private mutating func set(
    _ tensors: [OwnTensor], in config: inout PayloadConfig, _ path: (String) -> String,
    _ prefix: String
  ) throws {
    var taken = Set(paths)
    var number = 0
    for own in tensors {
      var file: String
      repeat {
        file = "\(prefix)\(number)"
        number += 1
      } while !taken.insert(path(file)).inserted
      let view = try TensorView(copying: own.tensor)
      set(path(file), .bytes(view.storage))
      var tensor = view.meta
      tensor.requiresGrad = own.requiresGrad
      let meta = PayloadMeta(pathName: file, isParameter: own.isParameter, tensor: tensor)
      if let index = config.entries.firstIndex(where: { $0.name == own.name }) {
        config.entries[index].meta = meta
      } else {
        config.entries.append((own.name, meta))
      }
    }
  }

  /// Removes members of the archive that no weight of any model is in any more.
  private mutating func removeMembers(
    without gone: Set<String>, of model: String, _ archive: PT2Archive?
  ) throws {
    guard let archive else { return }
    var left: Set<String> = []
    var kept: Set<String> = []
    for name in archive.modelNames {
      for entry in try archive.weightEntries(of: name) {
        if name == model, gone.contains(entry.name) {
          left.insert(entry.path)
        } else {
          kept.insert(entry.path)
        }
      }
    }
    remove(left.subtracting(kept))
  }
}
