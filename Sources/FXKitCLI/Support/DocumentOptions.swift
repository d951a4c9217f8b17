import FXKit

/// Options and steps that all commands share which read a document.
extension Command {
  static let modelOption = Option.value(
    "model", "NAME", "Take the program of this name from an archive that has several.")

  static let operatorsOption = Option.value(
    "operators", "FILE",
    "Declare operators of other libraries by this .fx: their schemas, and graphs that compute them.",
    isRepeatable: true, isInput: true)

  static let inputOperand = Operand(
    name: "IN",
    help:
      "A .pt2 archive, model JSON, FX JSON or FX text, told by content; '-' reads standard input.")
}

extension Document {
  /// Reads the document that a command names, with progress on a terminal.
  static func read(_ path: String, _ arguments: Arguments, _ console: Console) throws -> Document {
    try read(MappedFile(path: path), model: arguments.value("model"), console)
  }

  /// Reads the documents to be written in a form: all programs of an archive that becomes another
  /// archive, unless one is named; otherwise the one that there is.
  static func readAll(
    _ path: String, for form: DocumentForm, _ arguments: Arguments, _ console: Console
  ) throws -> [Document] {
    try readAll(MappedFile(path: path), for: form, arguments, console)
  }

  /// Reads the documents of a file that is open.
  static func readAll(
    _ file: MappedFile, for form: DocumentForm, _ arguments: Arguments, _ console: Console
  ) throws -> [Document] {
    let model = arguments.value("model")
    if form == .pt2, model == nil, DocumentForm(content: file.bytes) == .pt2 {
      let names = try PT2Archive(file).modelNames
      if names.count > 1 { return try names.map { try read(file, model: $0, console) } }
    }
    return [try read(file, model: model, console)]
  }

  /// Returns what is known of the operators that the document calls: PyTorch's, and those that the
  /// files of `--operators` declare.
  func library(_ arguments: Arguments) throws -> OperatorLibrary {
    let library = OperatorLibrary(context: module.context)
    var declared = DeclaredOperators()
    for path in arguments.values["operators"] ?? [] {
      let file = try Document(path: path)
      do {
        try declared.add(file.module)
      } catch let error as FXError {
        throw error.inMember(path)
      }
    }
    try library.add(declared)
    return library
  }

  /// Reads a document of a file that is open, with progress on a terminal.
  static func read(_ file: MappedFile, model: String?, _ console: Console) throws
    -> Document
  {
    var lastPercent = -1
    var document = try Document(file, model: model) { done, all in
      let percent = done * 100 / max(all, 1)
      // Small documents are read before anybody could look.
      if all < 1 << 24 || percent == lastPercent { return }
      lastPercent = percent
      console.progress("reading \(file.path): \(percent) %")
    }
    if lastPercent >= 0 { console.progress("") }
    document.complete()
    return document
  }
}

/// Finds the form in which a command writes.
///
/// - Throws: `document.unsuitableForm` where the path's ending says nothing and there is no option.
func outputForm(
  _ path: String, option: String?, named name: String = "to", fallback: DocumentForm?
) throws -> DocumentForm {
  if let option, let form = DocumentForm(rawValue: option) { return form }
  if let form = DocumentForm(path: path) { return form }
  if let fallback { return fallback }
  throw FXError(
    .unsuitableForm,
    "the ending of '\(path)' names no form; use .pt2, .json, .fx.json or .fx, or --\(name)")
}

extension [Document] {
  /// Writes documents to a path, where nothing is replaced before all has been written, or through
  /// the console.
  func write(
    to path: String, as form: DocumentForm, weights: PT2Archive? = nil, _ console: Console
  ) throws {
    if path == "-", form != .pt2 {
      // What was printed can't be taken back, so that what can't be written is found out first.
      var trial = ByteSink { _ in }
      for document in self { try document.write(to: &trial, as: form) }
      var sink = console.outputSink()
      for document in self { try document.write(to: &sink, as: form) }
      try sink.finish()
      return
    }
    try console.whileShowing("writing \(path)") {
      try write(toPath: path, as: form, weights: weights)
    }
  }
}
