import FXCore
import FXGraph

/// Stored tensors by name.
struct StoredIndex {
  var stateDict: [String: StoredTensor] = [:]
  var constants: [String: StoredTensor] = [:]
  var objects: Set<String> = []
  var used: Set<String> = []

  init() {}

  init(_ weights: StoredWeights) {
    for tensor in weights.stateDict { stateDict[tensor.name] = tensor }
    for tensor in weights.constants { constants[tensor.name] = tensor }
    objects = Set(weights.objects)
  }
}

/// Checks a signature's parameters, buffers and constants against what an archive stores.
extension VerifierRun {
  mutating func checkWeight(of spec: InputSpec, _ value: Value?, at path: String) {
    guard verifier.weights != nil, let target = spec.target else { return }
    stored.used.insert(target)
    var found: StoredTensor?
    switch spec.kind {
    case .parameter: found = stored.stateDict[target]
    case .buffer(_, _, let isPersistent):
      let inState = stored.stateDict[target]
      if !isPersistent, let inState {
        report(
          .error, .weightPersistence,
          "the buffer '\(target)' is not persistent, but stored among the weights",
          at: path, member: inState.member)
      }
      found =
        isPersistent ? inState ?? stored.constants[target] : stored.constants[target] ?? inState
    case .tensorConstant: found = stored.constants[target]
    case .customObject:
      if !stored.objects.contains(target) {
        report(.error, .weightMissing, "the archive has no object '\(target)'", at: path)
      }
      return
    case .userInput, .constantInput, .token: return
    }
    guard let found else {
      report(.error, .weightMissing, "the archive has no \(spec.kindName) '\(target)'", at: path)
      return
    }
    check(found, spec, value?.tensor, at: path)
  }

  private mutating func check(
    _ tensor: StoredTensor, _ spec: InputSpec, _ meta: TensorMeta?, at path: String
  ) {
    let isParameter = spec.kindName == "parameter"
    if tensor.isParameter != isParameter {
      report(
        .error, .weightKind,
        isParameter
          ? "the parameter '\(tensor.name)' is stored as a buffer"
          : "the \(spec.kindName) '\(tensor.name)' is stored as a parameter",
        at: path, member: tensor.member)
    }
    if let meta, !Self.agree(tensor.meta, meta) {
      report(
        .error, .weightMetadata,
        "'\(tensor.name)' is \(Self.shape(tensor.meta)), the graph has \(Self.shape(meta))",
        at: path, member: tensor.member)
    }
    if !tensor.meta.device.hasValidType {
      report(
        .error, .tensorDevice, "'\(tensor.meta.device.type)' is not the name of a device", at: path,
        member: tensor.member)
    }
    if tensor.meta.isStatic {
      if let needed = tensor.meta.requiredByteCount {
        if let given = tensor.byteCount, needed > given {
          report(
            .error, .weightSize, "'\(tensor.name)' needs \(needed) bytes, \(given) are stored",
            at: path, member: tensor.member)
        } else if let given = tensor.byteCount, given % max(tensor.meta.dtype.byteCount, 1) != 0 {
          report(
            .error, .weightSize,
            "\(given) bytes are not a whole number of \(tensor.meta.dtype.name) elements",
            at: path, member: tensor.member)
        }
      } else {
        report(
          .error, .weightSize, "the sizes and strides of '\(tensor.name)' are impossible", at: path,
          member: tensor.member)
      }
    }
  }

  mutating func checkUnusedWeights() {
    guard let weights = verifier.weights else { return }
    if !weights.external.isEmpty {
      let error = PT2Archive.external(weights.external, at: SourcePlace())
      report(.error, error.code, error.message, at: nil, member: nil)
    }
    let dataless = (weights.stateDict + weights.constants).filter(\.hasNoData)
    if let first = dataless.first {
      report(
        .warning, .weightData,
        PT2Archive.dataless(dataless.map(\.name)), at: nil, member: first.member)
    }
    for list in [weights.stateDict, weights.constants] {
      var names: Set<String> = []
      for tensor in list {
        if !names.insert(tensor.name).inserted {
          report(
            .error, .weightDuplicate, "two stored tensors are named '\(tensor.name)'", at: nil,
            member: tensor.member)
        } else if !stored.used.contains(tensor.name) {
          report(
            .warning, .weightUnused, "nothing uses the stored tensor '\(tensor.name)'", at: nil,
            member: tensor.member)
        }
      }
    }
    for name in weights.objects where !stored.used.contains(name) {
      report(
        .warning, .weightUnused, "nothing uses the stored object '\(name)'", at: nil, member: nil)
    }
  }

  private mutating func report(
    _ severity: Finding.Severity, _ code: FXError.Code, _ message: String, at path: String?,
    member: String?
  ) {
    findings.append(
      Finding(severity, code, message, at: SourcePlace(member: member, path: path)))
  }

  /// Tells whether stored metadata fit the graph's; a symbolic size fits any.
  private static func agree(_ stored: TensorMeta, _ meta: TensorMeta) -> Bool {
    guard stored.dtype == meta.dtype, stored.sizes.count == meta.sizes.count else { return false }
    return zip(stored.sizes, meta.sizes).allSatisfy { a, b in
      a.int == nil || b.int == nil || a == b
    }
  }

  private static func shape(_ meta: TensorMeta) -> String {
    let sizes = meta.sizes.map { $0.int.map { "\($0)" } ?? "?" }
    return "\(meta.dtype.abbreviation)[\(sizes.joined(separator: ", "))]"
  }
}
