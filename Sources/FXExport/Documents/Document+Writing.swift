import FXCore
import FXGraph

/// Writing documents in any of the forms.
extension Document {
  /// Writes the document; the caller commits the output.
  ///
  /// - Parameter weights: the archive that has the program's weights, where an archive is written
  ///   from a document that has none.
  /// - Throws: `document.unsuitableForm` where the form can't hold the document;
  ///   `schema.notSerializable`; `file.*`.
  public func write(to output: AtomicOutput, as form: DocumentForm, weights: PT2Archive? = nil)
    throws
  {
    switch (form, content) {
    case (.fxJSON, _): try output.withSink { try FXJSONDocument.write(content, to: &$0) }
    case (.text, .module(let module)):
      try output.withSink { TextDocument(module: module).write(to: &$0) }
    case (.text, .program(let program)):
      try output.withSink { try ProgramText.document(of: program).write(to: &$0) }
    case (.modelJSON, .program(let program)):
      try output.withSink { try program.writeJSON(to: &$0) }
    case (.pt2, .program(let program)):
      try writeArchive(program, to: output, weights: weights)
    case (.modelJSON, .module), (.pt2, .module):
      throw FXError(
        .unsuitableForm,
        "a graph module without a signature can't be written as a program; use .fx or .fx.json")
    }
  }

  private func writeArchive(
    _ program: ExportedProgram, to output: AtomicOutput, weights: PT2Archive?
  ) throws {
    let model = MemberSource.stream { try program.writeJSON(to: &$0) }
    if let archive = archive ?? weights {
      let name = self.archive == nil ? archive.modelNames.first ?? modelName : modelName
      try archive.write(to: output, replacing: [PT2Path.model(name): model])
      return
    }
    if let needed = program.signature.inputs.first(where: { $0.target != nil }) {
      throw FXError(
        .unsuitableForm,
        "an archive needs the data of '\(needed.target ?? "")', which is not in this document; "
          + "name an archive that has the weights")
    }
    var package = PT2Package()
    package.set(PT2Path.weightsConfig(modelName), .text("{\"config\": {}}"))
    package.set(PT2Path.constantsConfig(modelName), .text("{\"config\": {}}"))
    package.set(PT2Path.model(modelName), model)
    package.set(PT2Path.sampleInputs(modelName), .text(""))
    try package.write(to: output)
  }
}
