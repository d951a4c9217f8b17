import FXCore

/// Checks what a document says of itself: versions, dialects, ranges.
extension VerifierRun {
  mutating func checkHeader() {
    if !program.opsetVersion.contains(where: { $0.namespace == "aten" }) {
      report(
        .warning, .programOpset, "the version of the operator set 'aten' is not given",
        at: "opset_version")
    }
    for (symbol, range) in program.rangeConstraints {
      guard let min = range.min, let max = range.max, min > max else { continue }
      report(
        .error, .symbolRange, "the range of '\(symbol)' is empty: \(min) is above \(max)",
        at: "range_constraints.\(symbol)")
    }
    checkVersion()
    checkDialects()
    if program.torchVersion.isEmpty {
      report(
        .warning, .programTorchVersion, "the version of PyTorch is not given", at: "torch_version")
    }
  }

  private mutating func checkVersion() {
    let version = program.schemaVersion
    if version.major != SchemaVersion.current.major {
      report(
        .error, .programSchemaVersion,
        "the document follows schema \(version), not \(SchemaVersion.current.major)",
        at: "schema_version")
    } else if version > .current {
      report(
        .warning, .programSchemaVersion,
        "schema \(version) is newer than \(SchemaVersion.current), which is known",
        at: "schema_version")
    }
  }

  private mutating func checkDialects() {
    if program.verifiers.isEmpty, !program.absentFields.contains(.verifiers) {
      report(.error, .programVerifier, "no verifier is named", at: "verifiers")
    }
    for (index, name) in program.verifiers.enumerated()
    where !["ATEN", "TRAINING", ""].contains(name) {
      report(
        .warning, .programVerifier,
        "PyTorch can load the dialect '\(name)' only where its verifier is registered",
        at: "verifiers[\(index)]")
    }
  }
}
