import FXCore

extension ExportedProgram {
  /// Writes an archive of the program with those weights of another program that it uses.
  ///
  /// The archive has the newest layout and schema, and neither sample inputs nor the user's files.
  /// The caller commits the output.
  ///
  /// - Parameters:
  ///   - archive: the archive that has the weights.
  ///   - model: the name of the program there, which the new one gets as well.
  /// - Throws: what reading the archive or writing the program throws.
  public func write(
    to output: AtomicOutput, withWeightsOf archive: PT2Archive, model: String
  ) throws {
    var current = self
    current.upgradeSchema()
    let names = Set(signature.inputs.compactMap(\.target))
    var package = PT2Package()
    if !archive.root.isEmpty { package.root = String(archive.root.dropLast()) }
    var weights = try archive.weightsConfig(of: model) ?? PayloadConfig()
    var constants = try archive.constantsConfig(of: model) ?? PayloadConfig()
    weights.entries.removeAll { !names.contains($0.name) }
    constants.entries.removeAll { !names.contains($0.name) }
    let program = current
    package.addModel(
      model, json: .stream { try program.writeJSON(to: &$0) }, weights: weights,
      weightFiles: try archive.files(of: weights, PT2Path.weight), constants: constants,
      constantFiles: try archive.files(of: constants, PT2Path.constant))
    try package.write(to: output)
  }
}

extension PT2Archive {
  /// Returns the files that a configuration names, each once.
  fileprivate func files(
    of config: PayloadConfig, _ path: (String) -> String
  ) throws -> [(name: String, source: MemberSource)] {
    var seen: Set<String> = []
    return try config.entries.compactMap { entry in
      let name = entry.meta.pathName
      guard seen.insert(name).inserted else { return nil }
      switch source(of: path(name)) {
      case .member(let member, let zip)?: return (name, .member(member, of: zip))
      case .bytes(let bytes)?: return (name, .bytes(bytes))
      case nil: return (name, .bytes(try contents(path(name))))
      }
    }
  }
}
