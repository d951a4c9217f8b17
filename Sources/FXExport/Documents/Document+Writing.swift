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
    if case (.pt2, .program(let program)) = (form, content) {
      try writeArchive(program, to: output, weights: weights)
    } else {
      try output.withSink { try write(to: &$0, as: form) }
    }
  }

  /// Writes the document to a sink, in any form but an archive.
  ///
  /// - Throws: as the writing to an output does.
  public func write(to sink: inout ByteSink, as form: DocumentForm) throws {
    if let added = addedConstants.first {
      throw FXError(
        .unsuitableForm,
        "the data of the new constant '\(added.name)' need an archive; write a .pt2")
    }
    switch (form, content) {
    case (.fxJSON, _): try FXJSONDocument.write(content, to: &sink)
    case (.text, .module(let module)): TextDocument(module: module).write(to: &sink)
    case (.text, .program(let program)): try ProgramText.document(of: program).write(to: &sink)
    case (.modelJSON, .program(let program)): try program.writeJSON(to: &sink)
    case (.pt2, .program):
      throw FXError(.unsuitableForm, "an archive is written to a file")
    case (.modelJSON, .module), (.pt2, .module):
      throw FXError(
        .unsuitableForm,
        "a graph module without a signature can't be written as a program; use .fx or .fx.json")
    }
  }

  /// Returns how many bytes the document has in any form but an archive.
  ///
  /// - Throws: as the writing to a sink does.
  public func byteCount(as form: DocumentForm) throws -> Int {
    var sink = ByteSink { _ in }
    try write(to: &sink, as: form)
    try sink.finish()
    return sink.byteCount
  }

  /// Writes several programs of one archive back to it, with all that belongs to them.
  ///
  /// The archive that is written has the newest layout and schema, whatever it was read from.
  public static func write(_ documents: [Document], to output: AtomicOutput) throws {
    try package(of: documents).write(to: output)
  }

  /// Returns the archive that programs came from with them in it, as something to change and write.
  ///
  /// It has the newest layout and schema, whatever it was read from.
  ///
  /// - Throws: `document.unsuitableForm` for documents that came from no archive.
  public static func package(of documents: [Document]) throws -> PT2Package {
    guard let archive = documents.first?.archive else {
      throw FXError(.unsuitableForm, "several programs are written to the archive they came from")
    }
    var package = archive.package
    for document in documents {
      guard var program = document.program else { continue }
      program.upgradeSchema()
      let current = program
      package.set(PT2Path.model(document.modelName), .stream { try current.writeJSON(to: &$0) })
      try package.addConstants(document.addedConstants, of: document.modelName, from: archive)
    }
    return package
  }

  private func writeArchive(
    _ program: ExportedProgram, to output: AtomicOutput, weights: PT2Archive?
  ) throws {
    if archive != nil { return try Document.write([self], to: output) }
    var current = program
    current.upgradeSchema()
    let model = MemberSource.stream { [current] in try current.writeJSON(to: &$0) }
    if let weights {
      let name = try weights.onlyModelName
      var package = weights.package
      package.set(PT2Path.model(name), model)
      try package.addConstants(addedConstants, of: name, from: weights)
      try package.write(to: output)
      return
    }
    if let needed = program.signature.inputs.first(where: { $0.target != nil }) {
      throw FXError(
        .unsuitableForm,
        "an archive needs the data of '\(needed.target ?? "")', which is not in this document; "
          + "name a .pt2 archive that has the weights by --weights")
    }
    var package = PT2Package()
    package.addModel(modelName, json: model)
    try package.write(to: output)
  }
}

extension PT2Archive {
  /// Returns the name of the model whose weights another document takes.
  ///
  /// - Throws: `document.noSuchModel` where there is not exactly one.
  public var onlyModelName: String {
    get throws {
      guard modelNames.count == 1, let name = modelNames.first else {
        throw FXError(
          .noSuchModel, "the archive of the weights must have exactly one model",
          at: SourcePlace(member: zip.file.path))
      }
      return name
    }
  }
}

extension [Document] {
  /// Writes documents to a file of the form that its ending names, which appears whole or not at
  /// all; several documents are programs of one archive.
  ///
  /// - Parameters:
  ///   - form: the form to write whatever the ending.
  ///   - weights: as in `Document.write(to:as:weights:)`.
  /// - Throws: as `Document.write(to:as:weights:)` does; `file.*`.
  public func write(
    toPath path: String, as form: DocumentForm? = nil, weights: PT2Archive? = nil
  ) throws {
    guard let form = form ?? DocumentForm(path: path) else {
      throw FXError(.unsuitableForm, "the ending of '\(path)' names no form")
    }
    let output = try AtomicOutput(path: path)
    if count == 1, let document = first {
      try document.write(to: output, as: form, weights: weights)
    } else {
      try Document.write(self, to: output)
    }
    try output.commit()
  }
}
