import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators

/// Writing documents with all that operators tell of nodes that were made by hand.
extension Document {
  /// Writes the document to a file of the form that its ending names, which appears whole or not at
  /// all.
  ///
  /// Nodes that were made by hand get the names of their arguments and what is known of their results.
  ///
  /// - Parameters:
  ///   - form: the form to write whatever the ending.
  ///   - weights: the archive that has the program's weights, where an archive is written from a
  ///     document that has none.
  /// - Throws: `document.unsuitableForm` where the form can't hold the document; `operator.*` for a
  ///   call by hand that no program can have; `schema.notSerializable`; `weight.unknown`,
  ///   `weight.mismatch`; `file.*`.
  public func write(
    toPath path: String, as form: DocumentForm? = nil, weights: PT2Archive? = nil
  ) throws {
    try [self].write(toPath: path, as: form, weights: weights)
  }

  /// Writes the document; the caller commits the output.
  ///
  /// - Throws: as `write(toPath:as:weights:)` does.
  public func write(
    to output: AtomicOutput, as form: DocumentForm, weights: PT2Archive? = nil
  ) throws {
    try completed(for: form).encode(to: output, as: form, weights: weights)
  }

  /// Writes the document to a sink, in any form but an archive.
  ///
  /// - Throws: as `write(toPath:as:weights:)` does.
  public func write(to sink: inout ByteSink, as form: DocumentForm) throws {
    try completed(for: form).encode(to: &sink, as: form)
  }

  /// Writes several programs of one archive back to it, with all that belongs to them.
  ///
  /// The archive that is written has the newest layout and schema, whatever it was read from.
  ///
  /// - Throws: as `write(toPath:as:weights:)` does.
  public static func write(_ documents: [Document], to output: AtomicOutput) throws {
    try package(of: documents).write(to: output)
  }

  /// Returns the archive that programs came from with them in it, as something to change and write.
  ///
  /// It has the newest layout and schema, whatever it was read from.
  ///
  /// - Throws: `document.unsuitableForm` for documents that came from no archive.
  public static func package(of documents: [Document]) throws -> PT2Package {
    try encodedPackage(of: documents.map { try $0.completed(for: .pt2) })
  }

  /// Returns the document with what programs of a form say of nodes that were made by hand.
  fileprivate func completed(for form: DocumentForm) throws -> Document {
    guard let program, form == .pt2 || form == .modelJSON else { return self }
    try program.completeNodes()
    giveKeywordDefaults()
    var result = self
    // Model JSON may lack what its schema did not have.
    if form == .pt2 { result.complete() }
    return result
  }
}

extension [Document] {
  /// Writes documents to a file of the form that its ending names, which appears whole or not at
  /// all; several documents are programs of one archive.
  ///
  /// - Throws: as `Document.write(toPath:as:weights:)` does.
  public func write(
    toPath path: String, as form: DocumentForm? = nil, weights: PT2Archive? = nil
  ) throws {
    let documents = try map { document in
      try document.completed(for: count > 1 ? .pt2 : form ?? DocumentForm(path: path) ?? .text)
    }
    try documents.encode(toPath: path, as: form, weights: weights)
  }
}

extension ExportedProgram {
  /// Writes the program as model JSON, byte for byte as PyTorch writes the same program.
  ///
  /// - Throws: `operator.*` for a call by hand that no program can have, `schema.notSerializable`
  ///   where a graph holds what model JSON has no place for, with the node.
  public func writeJSON(to sink: inout ByteSink) throws(FXError) {
    try completeNodes()
    try encode(to: &sink)
  }

  /// Returns the program as model JSON.
  ///
  /// - Throws: as `writeJSON(to:)` does.
  public func json() throws(FXError) -> [UInt8] {
    try ByteSink.collecting(capacity: expectedByteCount) { (sink) throws(FXError) in
      try writeJSON(to: &sink)
    }
  }

  /// Adds what operators tell of nodes that were made by hand.
  fileprivate func completeNodes() throws(FXError) {
    let library = OperatorLibrary(context: module.context)
    try NodeCompletion(library) { symbolRanges }.complete(module)
  }
}
