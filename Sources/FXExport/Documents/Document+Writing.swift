import FXCore
import FXGraph

/// Writing documents in any of the forms.
///
/// FXPasses has functions of the same names, which add to nodes that were made by hand what operators
/// tell of them; where it is imported they are meant.
extension Document {
  /// Writes the document; the caller commits the output.
  ///
  /// - Parameter weights: the archive that has the program's weights, where an archive is written
  ///   from a document that has none.
  /// - Throws: `document.unsuitableForm` where the form can't hold the document;
  ///   `schema.notSerializable`; `weight.unknown`, `weight.mismatch`; `file.*`.
  @_disfavoredOverload
  public func write(to output: AtomicOutput, as form: DocumentForm, weights: PT2Archive? = nil)
    throws
  {
    try encode(to: output, as: form, weights: weights)
  }

  /// Writes the document to a sink, in any form but an archive.
  ///
  /// - Throws: as the writing to an output does.
  @_disfavoredOverload
  public func write(to sink: inout ByteSink, as form: DocumentForm) throws {
    try encode(to: &sink, as: form)
  }

  /// Writes several programs of one archive back to it, with all that belongs to them.
  ///
  /// The archive that is written has the newest layout and schema, whatever it was read from.
  ///
  /// - Throws: as `write(toPath:as:weights:)` does.
  @_disfavoredOverload
  public static func write(_ documents: [Document], to output: AtomicOutput) throws {
    try encodedPackage(of: documents).write(to: output)
  }

  /// Returns the archive that programs came from with them in it, as something to change and write.
  ///
  /// It has the newest layout and schema, whatever it was read from.
  ///
  /// - Throws: `document.unsuitableForm` for documents that came from no archive.
  @_disfavoredOverload
  public static func package(of documents: [Document]) throws -> PT2Package {
    try encodedPackage(of: documents)
  }

  /// Writes the document as it is.
  package func encode(
    to output: AtomicOutput, as form: DocumentForm, weights: PT2Archive? = nil
  ) throws {
    if case (.pt2, .program(let program)) = (form, content) {
      try writeArchive(program, to: output, weights: weights)
    } else {
      try output.withSink { try encode(to: &$0, as: form) }
    }
  }

  /// Writes the document as it is, in any form but an archive.
  package func encode(to sink: inout ByteSink, as form: DocumentForm) throws {
    if let own = try ownTensors().first {
      throw FXError(
        .unsuitableForm, "the data of '\(own.name)' need an archive; write a .pt2")
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
    try encode(to: &sink, as: form)
    try sink.finish()
    return sink.byteCount
  }

  /// Returns the archive that programs came from, with them as they are.
  package static func encodedPackage(of documents: [Document]) throws -> PT2Package {
    guard let archive = documents.first?.archive else {
      throw FXError(.unsuitableForm, "several programs are written to the archive they came from")
    }
    var package = archive.package
    for document in documents {
      guard var program = document.program else { continue }
      program.upgradeSchema()
      let current = program
      package.set(PT2Path.model(document.modelName), .stream { try current.writeJSON(to: &$0) })
      try package.setTensors(
        document.ownTensors(), removing: document.removedTargets, of: document.modelName,
        from: archive)
    }
    return package
  }

  private func writeArchive(
    _ program: ExportedProgram, to output: AtomicOutput, weights: PT2Archive?
  ) throws {
    if archive != nil { return try Document.encodedPackage(of: [self]).write(to: output) }
    var current = program
    current.upgradeSchema()
    let model = MemberSource.stream { [current] in try current.writeJSON(to: &$0) }
    if let weights {
      let name = try weights.onlyModelName
      var package = weights.package
      package.set(PT2Path.model(name), model)
      try package.setTensors(ownTensors(), of: name, from: weights)
      try package.write(to: output)
      return
    }
    let own = try ownTensors()
    let known = Set(own.map(\.name))
    let targets = program.signature.inputs.lazy.compactMap(\.target)
    if let needed = targets.first(where: { !known.contains($0) }) {
      throw FXError(
        .unsuitableForm,
        "an archive needs the data of '\(needed)', which is not in this document; "
          + "name a .pt2 archive that has the weights with --weights")
    }
    var package = PT2Package()
    package.addModel(modelName, json: model)
    try package.setTensors(own, of: modelName, from: nil)
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
  @_disfavoredOverload
  public func write(
    toPath path: String, as form: DocumentForm? = nil, weights: PT2Archive? = nil
  ) throws {
    try encode(toPath: path, as: form, weights: weights)
  }

  /// Writes documents to a file as they are.
  package func encode(
    toPath path: String, as form: DocumentForm? = nil, weights: PT2Archive? = nil
  ) throws {
    guard let form = form ?? DocumentForm(path: path) else {
      throw FXError(.unsuitableForm, "can't tell the output format from '\(path)'")
    }
    let output = try AtomicOutput(path: path)
    if count == 1, let document = first {
      try document.encode(to: output, as: form, weights: weights)
    } else {
      try Document.encodedPackage(of: self).write(to: output)
    }
    try output.commit()
  }
}
