import FXKit

extension Command {
  static let weights = Command(
    name: "weights",
    summary: "List, extract, replace, split off or join a model's weights.",
    discussion: """
      Without an option that says what to do, parameters, buffers and constants are listed with the
      storages that hold them: those that share one are aliases.

      --extract writes weights, contiguous, to a .safetensors file, to NAME.npy files in a folder, or
      one weight to an .npy file. --replace takes tensors of the same names, dtypes and shapes from
      such a file or an .npz; for aliases one is enough. A weight of the meta device is then on the CPU,
      since PyTorch loads no data of the device.

      --external moves the data to a .safetensors file; --join puts them back, each weight with the
      bytes that it had. In between, FXKit's commands work on the archive, but PyTorch refuses it. Data
      that the file can't hold unchanged stay in the archive: pickled weights, and storages of which
      weights cover only a part.

      Several archives can be listed at once, each below its name; with --json each object has it as
      "file". With --json a file that can't be read is an object with "file" and "error".
      """,
    operands: [
      Operand(
        name: "MODEL", help: "A .pt2 archive of any version; '-' is standard input.",
        isRepeatable: true)
    ],
    options: [
      .flag("json", "List as one JSON object per model, one per line."),
      .value(
        "only", "NAME", "Only these weights: names, or patterns with * and ?.",
        isRepeatable: true),
      .value(
        "extract", "OUT",
        "Write the weights to this file, or to this folder if OUT ends in '/' or is one."),
      .value(
        "to", "FORM", "Extract to this form whatever the ending of OUT: safetensors or npy.",
        choices: ["safetensors", "npy"], isClosed: true, aliases: ["form"]),
      .value(
        "replace", "FILE", "Replace weights by the tensors of this .safetensors, .npz or .npy.",
        isInput: true),
      .flag(
        "partial",
        "With --replace: weights that FILE lacks stay as they are. With --join: tensors of FILE that "
          + "MODEL has already are ignored."),
      .value(
        "external", "FILE", "Move the data of all weights to this .safetensors.", isOutput: true),
      .value(
        "join", "FILE", "Put back the data that --external moved to this .safetensors.",
        isInput: true),
      .value("output", short: "o", "OUT", "Write the changed archive here."),
      noPagerOption,
      modelOption,
    ],
    examples: [
      ("fxkit weights model.pt2", "Lists weights and shared storages."),
      ("fxkit weights model.pt2 --extract all.safetensors", "Extracts all weights."),
      (
        "fxkit weights model.pt2 --extract - --only head.bias --to npy | …",
        "Pipes one weight to a program that reads .npy."
      ),
      (
        "fxkit weights model.pt2 --replace new.safetensors --partial -o out.pt2",
        "Replaces the weights that are in the file."
      ),
      ("fxkit weights model.pt2 --external w.safetensors -o small.pt2", "Splits the data off."),
      ("fxkit weights small.pt2 --join w.safetensors -o model.pt2", "Joins them again."),
    ]
  ) { arguments, console in
    let actions = ["extract", "replace", "external", "join"].filter { arguments.has($0) }
    guard actions.count <= 1 else {
      throw arguments.usage("--\(actions[0]) and --\(actions[1]) can't be used together")
    }
    let action = actions.first
    try checkOptions(of: action, arguments)
    let extraction = try WeightExtraction(arguments, console)
    let files = InputFiles(arguments)
    guard let action else {
      return try files.forEach(console) { path in
        try list(path, of: files, arguments, console)
        return 0
      }
    }
    guard !files.areSeveral else { throw arguments.usage("--\(action) takes one archive") }
    let document = try Document.read(files.paths[0], arguments, console)
    console.progress("writing \(arguments.value("output") ?? arguments.value("extract") ?? "")")
    switch action {
    case "extract": try extraction?.write(document, only: arguments.values["only"] ?? [])
    case "external": try split(document, arguments)
    default: try replace(document, arguments, extent: extent(action, arguments))
    }
    console.progress("")
    return 0
  }

  private static func list(
    _ path: String, of files: InputFiles, _ arguments: Arguments, _ console: Console
  ) throws {
    let documents = try Document.readAll(path, for: .pt2, arguments, console)
    let reports = try documents.map {
      try WeightsReport($0, only: arguments.values["only"] ?? [])
    }
    if arguments.has("json") {
      for report in reports { try console.write(files.labelled(report.json, path).line) }
      return
    }
    try files.writeTitle(path, console)
    for (index, report) in reports.enumerated() {
      if documents.count > 1 {
        try console.write("\(index > 0 ? "\n" : "")model \(documents[index].modelName)\n")
      }
      try console.write(report.text)
    }
  }

  /// Throws where an option says nothing without another, or another is needed.
  private static func checkOptions(of action: String?, _ arguments: Arguments) throws(UsageError) {
    let needs: [(option: String, actions: [String?])] = [
      ("to", ["extract"]), ("partial", ["replace", "join"]), ("json", [nil]),
      ("only", [nil, "extract", "replace"]), ("output", ["replace", "external", "join"]),
    ]
    for (option, actions) in needs where arguments.has(option) && !actions.contains(action) {
      let others = actions.compactMap { $0.map { "--\($0)" } }.joined(separator: ", ")
      throw arguments.usage(
        others.isEmpty ? "--\(option) is for listing alone" : "--\(option) goes with \(others)")
    }
    if let action, action != "extract", !arguments.has("output") {
      throw arguments.usage("--\(action) needs -o, where the archive is written")
    }
  }

  private static func extent(_ action: String, _ arguments: Arguments) -> WeightReplacement.Extent {
    if action == "join" { return .external }
    return arguments.has("partial") || arguments.has("only") ? .some : .all
  }

  // MARK: Actions

  private static func replace(
    _ document: Document, _ arguments: Arguments, extent: WeightReplacement.Extent
  ) throws {
    guard let path = arguments.value("replace") ?? arguments.value("join"),
      let output = arguments.value("output")
    else { return }
    let archive = try document.weightArchive()
    let entries = try archive.weightEntries(of: document.modelName)
    if extent == .external, !entries.contains(where: \.isExternal) {
      throw FXError(
        .weightUnknown, "the archive has the data of all its weights; --replace replaces them",
        at: SourcePlace(member: archive.zip.file.path))
    }
    var names: Set<String>?
    if let patterns = arguments.values["only"] {
      names = Set(try entries.matching(patterns).map(\.name))
    }
    let onlyName = names?.count == 1 ? names?.first : nil
    let replacement: WeightReplacement
    do {
      var tensors = try WeightFiles.read(path: path, npyName: onlyName)
      if extent == .external, arguments.has("partial") {
        let lacking = Set(entries.filter(\.isExternal).map(\.name))
        tensors.removeAll { !lacking.contains($0.name) }
      }
      if let names {
        tensors.removeAll { !names.contains($0.name) }
        if let missing = names.subtracting(tensors.map(\.name)).min() {
          throw FXError(.weightMissing, "the file has no tensor '\(missing)'")
        }
      }
      replacement = try WeightReplacement(
        of: document.modelName, in: archive, with: tensors, extent: extent)
    } catch let error as FXError {
      throw error.inMember(path)
    }
    var package = try Document.package(of: [document])
    try replacement.apply(to: &package)
    try package.write(toPath: output)
  }

  private static func split(_ document: Document, _ arguments: Arguments) throws {
    guard let path = arguments.value("external"), let output = arguments.value("output") else {
      return
    }
    let split = try WeightSplit(of: document.modelName, in: try document.weightArchive())
    var package = try Document.package(of: [document])
    split.apply(to: &package)
    let weights = try AtomicOutput(path: path)
    let small = try AtomicOutput(path: output)
    // The archive follows the data that it lacks.
    try SafetensorsWriter.write(split.tensors, to: weights)
    try package.write(to: small)
    try weights.commit()
    try small.commit()
  }
}

extension Document {
  /// Returns the archive that has the weights.
  ///
  /// - Throws: `document.unsuitableForm` where the document is none.
  func weightArchive() throws -> PT2Archive {
    guard let archive else {
      throw FXError(
        .unsuitableForm, "only an archive has weights; 'fxkit info' lists those a program uses")
    }
    return archive
  }
}
