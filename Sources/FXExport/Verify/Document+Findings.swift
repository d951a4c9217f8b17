import FXCore
import FXGraph
import FXSchemas

/// Checks documents with all that the operators' schemas and the archive tell.
extension Document {
  /// Returns all findings: of the verifier, of operator schemas, and of weights in the archive.
  ///
  /// For a graph module without a signature these are lint's errors alone.
  ///
  /// - Parameters:
  ///   - library: what is known of operators, custom ones included; PyTorch's if left out.
  ///   - readsWeights: whether the data of weights are read, to compare them with their checksums.
  public func findings(
    library: SchemaLibrary? = nil, readsWeights: Bool = true
  ) -> [Finding] {
    guard let program else { return lintFindings() }
    var findings: [Finding] = []
    var weights: StoredWeights?
    do {
      weights = try StoredWeights(of: self)
    } catch let error as FXError {
      findings.append(Finding(.error, error.code, error.message, at: error.place))
    } catch {
      findings.append(Finding(.error, .pt2Weight, "\(error)", at: SourcePlace()))
    }
    let library = library ?? SchemaLibrary(for: program.module.context)
    let verifier = ProgramVerifier(
      operatorCheck: { library.checkCall($0) + library.keywordFindings(of: $0) },
      isMutable: { library.schema(of: $0)?.isMutable },
      returnCount: {
        library.schema(of: $0).flatMap { $0.hasUnknownResults ? nil : $0.results.count }
      },
      weights: weights)
    findings += verifier.findings(in: program)
    if let archive {
      findings += ArchiveVerifier(archive, model: modelName, readsWeights: readsWeights)
        .findings()
    }
    return findings
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
