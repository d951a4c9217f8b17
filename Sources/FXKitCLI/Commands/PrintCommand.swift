import FXKit

extension Command {
  static let print = Command(
    name: "print",
    summary: "Print the graphs of a program, in FXKit's text form or as PyTorch does.",
    discussion: """
      graph, code, readable and table print what PyTorch prints for the program that torch.export.load
      returns: str(graph), graph_module.code, print_readable() and
      print_tabular().
      """,
    operands: [inputOperand],
    options: [
      .value(
        "format", short: "f", "FORMAT", "text (default), graph, code, readable or table.",
        choices: ["text", "graph", "code", "readable", "table"], isClosed: true, aliases: ["to"]),
      .value("module", "PATH", "Print this submodule only, by its path: submod_1."),
      .flag("metadata", "Show metadata such as stack traces in the text form."),
      .flag("no-values", "Leave out shapes and types in the text form."),
      .flag("stride", "Show strides in the readable form."),
      .flag("device", "Show devices in the readable form."),
      .flag("json", "Print a JSON array of modules, each with path and text."),
      noPagerOption,
      modelOption,
    ],
    examples: [
      ("fxkit print model.pt2", "Prints the graphs, on a terminal page by page."),
      ("fxkit print -f readable model.pt2", "Prints as print_readable() does."),
    ]
  ) { arguments, console in
    try arguments.withErrorObject(console) { try print(arguments, console) }
  }

  private static func print(_ arguments: Arguments, _ console: Console) throws -> Int32 {
    let document = try Document.read(arguments.operands[0], arguments, console)
    // Text is a form to be read again, with the names of the document.
    let isText = arguments.value("format") ?? "text" == "text"
    var module = isText ? document.module : document.program?.loadedModule ?? document.module
    if let path = arguments.value("module") {
      guard let found = module.graphModule(at: path) else {
        throw FXError(
          .missingAttribute,
          "no submodule '\(path)'" + hint(for: path, in: module))
      }
      module = found
    }
    if arguments.has("json") {
      var items: [JSONOutput] = []
      let root = arguments.value("module") ?? ""
      try module.forEachGraphModule { path, module in
        let path = [root, path].filter { !$0.isEmpty }.joined(separator: ".")
        var sink = ByteSink()
        try write(module, arguments, to: &sink)
        items.append(.object([("path", .string(path)), ("text", .string(sink.string()))]))
      }
      try console.write(JSONOutput.array(items).line)
      return 0
    }
    var sink = console.outputSink()
    try write(module, arguments, to: &sink)
    try sink.finish()
    return 0
  }

  private static func hint(for path: String, in module: GraphModule) -> String {
    var paths: [String] = []
    module.forEachGraphModule { path, _ in if !path.isEmpty { paths.append(path) } }
    return paths.isEmpty
      ? "; this program has no submodules" : Spelling.hint(for: path, among: paths)
  }

  private static func write(
    _ module: GraphModule, _ arguments: Arguments, to sink: inout ByteSink
  ) throws {
    switch arguments.value("format") ?? "text" {
    case "graph":
      module.graph.writeListing(to: &sink)
      sink.write("\n")
    case "code": module.writeCode(to: &sink)
    case "readable":
      let options = ReadableOptions(
        includesStride: arguments.has("stride"), includesDevice: arguments.has("device"))
      module.writeReadable(options, to: &sink)
      sink.write("\n")
    case "table":
      module.graph.writeTable(to: &sink)
      sink.write("\n")
    default:
      let options = TextOptions(
        includesMetadata: arguments.has("metadata"), includesValues: !arguments.has("no-values"))
      TextDocument(module: module).write(options, to: &sink)
    }
  }
}
