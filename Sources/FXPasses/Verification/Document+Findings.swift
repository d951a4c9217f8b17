import FXCore
import FXExport
import FXGraph
import FXOperators

/// Checks documents with all that the operators' schemas and the archive tell.
extension Document {
  /// Returns all findings: of the verifier, of operator schemas, and of weights in the archive.
  ///
  /// For a graph module without a signature these are lint's errors alone.
  public func findings() -> [Finding] {
    guard let program else { return lintFindings() }
    var findings: [Finding] = []
    var weights: StoredWeights?
    do {
      weights = try archive?.storedWeights(of: modelName)
    } catch let error as FXError {
      findings.append(Finding(.error, error.code, error.message, at: error.place))
    } catch {
      findings.append(Finding(.error, .pt2Weight, "\(error)", at: SourcePlace()))
    }
    let library = OperatorLibrary(context: program.module.context)
    let verifier = ProgramVerifier(
      operatorCheck: { library.checkCall($0) },
      isMutable: { library.schema(of: $0)?.isMutable },
      returnCount: { library.schema(of: $0)?.results.count },
      weights: weights)
    return findings + verifier.findings(in: program)
  }

  private func lintFindings() -> [Finding] {
    var findings: [Finding] = []
    module.forEachGraphModule { path, module in
      for error in module.graph.lint() {
        findings.append(
          Finding(
            .error, error.code, error.message, at: error.place,
            submodule: path.isEmpty ? nil : path))
      }
    }
    return findings
  }
}

extension PT2Archive {
  /// Returns what the archive stores beside a model; nil where its weights are pickled as a whole.
  ///
  /// - Throws: what reading the configurations throws, and `pt2.missing` for a file that is not there.
  public func storedWeights(of model: String) throws -> StoredWeights? {
    guard let weights = try weightsConfig(of: model) else { return nil }
    let constants = try constantsConfig(of: model) ?? PayloadConfig()
    return StoredWeights(
      stateDict: try stored(weights, path: PT2Path.weight),
      constants: try stored(constants, path: PT2Path.constant),
      objects: constants.entries.filter { $0.meta.tensor == nil }.map(\.name))
  }

  private func stored(_ config: PayloadConfig, path: (String) -> String) throws -> [StoredTensor] {
    try config.entries.compactMap { name, meta in
      guard let tensor = meta.tensor else { return nil }
      let file = path(meta.pathName)
      guard let member = member(file) else {
        throw FXError(
          .pt2Missing, "the archive has no member '\(file)', which holds '\(name)'",
          at: SourcePlace(member: root + file))
      }
      // A pickle has no bytes that could be compared, and a fake tensor is stored without any.
      let hasBytes = !meta.usesPickle && member.size > 0
      return StoredTensor(
        name: name, meta: tensor, byteCount: hasBytes ? member.size : nil,
        isParameter: meta.isParameter, member: member.name)
    }
  }
}
