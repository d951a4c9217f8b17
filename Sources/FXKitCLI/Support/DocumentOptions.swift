import FXKit

/// Options and steps that all commands share which read a document.
extension Command {
  static let modelOption = Option.value(
    "model", "NAME", "Use the program of this name of an archive that has several.")

  static let operatorsOption = Option.value(
    "operators", "FILE",
    "Declare operators of other libraries with this .fx: their schemas, and graphs that compute them.",
    isRepeatable: true, isInput: true)

  /// The names of the options that say in which form a document is written.
  static let formOptions = ["to", "form"]

  /// Says in which form a document is written.
  static let toOption = formOption("to", aliases: ["form"])

  /// Makes the option of a name that says in which form a document is written.
  static func formOption(_ name: String, aliases: [String] = []) -> Option {
    .value(
      name, "FORM", "Write this format whatever the ending of OUT: pt2, json, fx.json or fx.",
      choices: DocumentForm.allCases.map(\.rawValue), isClosed: true, aliases: aliases)
  }

  static let weightsOption = Option.value(
    "weights", "ARCHIVE", "Take weights from this .pt2 if IN has none and OUT needs them.",
    isInput: true)

  static let inputOperand = Operand(
    name: "IN",
    help:
      "A .pt2 archive, model JSON, FX JSON or FX text, detected from the content; '-' reads standard input."
  )
}

extension Arguments {
  /// Finds the form in which the command writes tensors to the file of an option.
  ///
  /// - Throws: `UsageError` where the path's ending says nothing and no option does, or where the
  ///   tensors would go to a terminal.
  func tensorForm(
    of option: String, _ console: Console
  ) throws(UsageError) -> TensorFile.Form? {
    guard let path = value(option) else { return nil }
    let named =
      ["mutations", "trace-values"].contains(option)
      ? nil : value("to").flatMap { TensorFile.Form(rawValue: $0) }
    if path == "-" {
      try refuseTerminal("binary data", console, "use --\(option) FILE or redirect")
    }
    if let form = named ?? TensorFile.Form(path: path) { return form }
    if path == "-" { return .safetensors }
    throw usage(
      "can't tell the output format from '\(path)' of --\(option); use .safetensors, .npz or .npy")
  }
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
    if form != .pt2 || model != nil { return [try read(file, model: model, console)] }
    return try reading(file, console) { try all(file, progress: $0) }
  }

  /// Returns what is known of the operators that the document calls: PyTorch's, and those that the
  /// files of `--operators` declare.
  func library(_ arguments: Arguments) throws -> OperatorLibrary {
    let library = OperatorLibrary(context: module.context)
    guard let paths = arguments.values["operators"] else { return library }
    var declared = DeclaredOperators()
    for path in paths {
      do {
        try declared.add(Document(declaringOperatorsAt: path).module)
      } catch let error as FXError {
        throw error.inMember(path)
      }
    }
    try library.add(declared)
    return library
  }

  /// Reads a document of a file that is open, with progress on a terminal.
  static func read(_ file: MappedFile, model: String?, _ console: Console) throws -> Document {
    try reading(file, console) { [try Document(file, model: model, progress: $0)] }[0]
  }

  /// Reads a program of an archive that is open, with progress on a terminal.
  static func read(_ archive: PT2Archive, model: String?, _ console: Console) throws -> Document {
    try reading(archive.zip.file, console) {
      [try Document(archive, model: model, progress: $0)]
    }[0]
  }

  /// Shows progress while documents are read, and completes them.
  private static func reading(
    _ file: MappedFile, _ console: Console,
    _ body: (_ progress: @escaping (Int, Int) -> Void) throws -> [Document]
  ) throws -> [Document] {
    var lastPercent = -1
    var documents = try body { done, all in
      let percent = done * 100 / max(all, 1)
      // Small documents are read before anybody could look.
      if all < 1 << 24 || percent == lastPercent { return }
      lastPercent = percent
      console.progress("reading \(file.path): \(percent) %")
    }
    if lastPercent >= 0 { console.progress("") }
    for index in documents.indices { documents[index].complete() }
    return documents
  }
}

extension Arguments {
  /// Finds the form in which the command writes to a path, before anything is read.
  ///
  /// - Parameter fallback: the form of standard output, and of what is in a folder.
  /// - Throws: `UsageError` where the path's ending says nothing and no option does, or where what a
  ///   terminal can't show would go to one.
  func outputForm(
    _ path: String, fallback: DocumentForm?, _ console: Console
  ) throws(UsageError) -> DocumentForm {
    // Of extract, --to names nodes.
    let option = command.options.first { Command.formOptions.contains($0.name) && $0.isClosed }?
      .name
    let named = option.flatMap { value($0) }.flatMap { DocumentForm(rawValue: $0) }
    guard let form = named ?? DocumentForm(path: path) ?? fallback else {
      throw usage(
        "can't tell the output format from '\(path)'; use .pt2, .json, .fx.json or .fx, or "
          + "--\(option ?? "to")")
    }
    let file = command.operands.contains(where: \.isOutput) ? "name a file" : "use -o FILE"
    switch form {
    case _ where path != "-": break
    case .pt2: try refuseTerminal("binary data", console, "\(file) or redirect")
    case .modelJSON, .fxJSON:
      try refuseTerminal("JSON", console, "\(file), --\(option ?? "to") fx for text, or redirect")
    case .text: break
    }
    return form
  }

  /// Throws where standard output is a terminal, on which nobody can read what is to be written.
  func refuseTerminal(
    _ content: String, _ console: Console, _ advice: String
  ) throws(UsageError) {
    guard console.isInteractive else { return }
    throw usage("refusing to write \(content) to a terminal; \(advice)")
  }
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
