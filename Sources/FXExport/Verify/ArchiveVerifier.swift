import FXCore

/// Checks what PyTorch's loader wants of an archive beside the program itself.
///
/// FXKit reads a program without these members; `torch.export.load` does not.
public struct ArchiveVerifier {
  private let archive: PT2Archive
  private let model: String
  private let readsWeights: Bool
  private var result: [Finding] = []

  /// Makes a verifier for one model of an archive.
  ///
  /// - Parameter readsWeights: whether the data of weights are compared with their checksums, for which all
  ///   of them are read.
  public init(_ archive: PT2Archive, model: String, readsWeights: Bool = true) {
    self.archive = archive
    self.model = model
    self.readsWeights = readsWeights
  }

  /// Returns all findings. Members of older layouts are checked as they would be written anew.
  public func findings() -> [Finding] {
    var run = self
    if readsWeights { run.checkWeights() }
    // What an older layout lacks is made when it is converted.
    guard archive.layout == .current else { return run.result }
    run.checkRequired()
    run.checkMembers()
    run.checkSampleInputs()
    return run.result
  }

  private mutating func checkRequired() {
    let required = [
      PT2Path.archiveVersion, PT2Path.fileVersion, PT2Path.weightsConfig(model),
      PT2Path.constantsConfig(model), PT2Path.sampleInputs(model),
    ]
    for path in required where archive.size(of: path) == nil {
      report(.pt2Missing, "PyTorch needs this member and it is missing", path)
    }
    // A configuration that can't be read has been reported.
    for (_, payload) in (try? archive.weightsConfig(of: model))?.entries ?? [] {
      checkEmpty(payload, PT2Path.weight(payload.pathName))
    }
    for (_, payload) in (try? archive.constantsConfig(of: model))?.entries ?? [] {
      checkEmpty(payload, PT2Path.constant(payload.pathName))
    }
  }

  /// Checks tensors without elements and members without bytes; the verifier of weights checks the
  /// rest.
  private mutating func checkEmpty(_ payload: PayloadMeta, _ path: String) {
    guard let meta = payload.tensor, let needed = meta.requiredByteCount else { return }
    switch archive.size(of: path) {
    case nil where needed == 0:
      report(.pt2Missing, "PyTorch needs this member and it is missing", path)
    case 0? where !payload.usesPickle && needed > meta.byteCount ?? 0:
      report(
        .weightSize, "a member without bytes stands for a contiguous tensor, this one has gaps",
        path)
    default: break
    }
  }

  /// Compares the data of weights and constants with their checksums.
  private mutating func checkWeights() {
    // Configurations that can't be read have been reported.
    for (path, _) in ((try? archive.weightEntries(of: model)) ?? []).storages {
      do {
        try archive.verify(path)
      } catch {
        report(error, path)
      }
    }
  }

  private mutating func checkMembers() {
    for path in archive.paths {
      if path.hasPrefix(PT2Path.models), !path.hasSuffix(".json") {
        report(.pt2Layout, "PyTorch takes every member of '\(PT2Path.models)' for a model", path)
      }
      guard case .extra = PT2Role(path: path) else { continue }
      do {
        let contents = try archive.contents(path)
        if contents.withBytes({ String(validating: $0, as: UTF8.self) }) == nil {
          report(.pt2Layout, "PyTorch reads extra files as text, and this is not UTF-8", path)
        }
      } catch {
        report(error, path)
      }
    }
  }

  private mutating func checkSampleInputs() {
    let path = PT2Path.sampleInputs(model)
    guard archive.size(of: path) != nil else { return }
    do {
      let contents = try archive.contents(path)
      // PyTorch writes an empty member where there are no inputs.
      if contents.bytes.count == 0 { return }
      let file = MappedFile(part: contents, path: archive.memberName(of: path))
      let checkpoint = try TorchCheckpoint(file, keepsObjects: true)
      for member in checkpoint.zip.members { _ = try checkpoint.zip.contents(of: member) }
    } catch let error as FXError where error.code == .pickleGlobal {
      // What is pickled may be of a type that a library adds; FXKit knows PyTorch's own.
      result.append(Finding(.warning, error.code, error.message, at: place(path)))
    } catch {
      report(error, path)
    }
  }

  private mutating func report(_ error: any Error, _ path: String) {
    let known = error as? FXError
    report(known?.code ?? .pt2Layout, known?.message ?? "\(error)", path)
  }

  private mutating func report(_ code: FXError.Code, _ message: String, _ path: String) {
    result.append(Finding(.error, code, message, at: place(path)))
  }

  private func place(_ path: String) -> SourcePlace {
    SourcePlace(member: archive.memberName(of: path))
  }
}
