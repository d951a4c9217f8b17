/// Texts, told by how they begin.
extension ForeignContent {
  /// Tells what a text is; nil where the bytes are none.
  static func text(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    // Enough to tell by; a letter that the end cuts in two is left out.
    var head = bytes.prefix(4096)
    while let last = head.last, last >= 0x80, bytes.count > 4096 { head = head.dropLast() }
    guard !head.contains(where: isControl), let text = String(validating: head, as: UTF8.self)
    else { return nil }
    let lines = text.split(whereSeparator: \.isNewline).lazy.map(trimmed).filter { !$0.isEmpty }
    guard let first = lines.first else {
      return ForeignContent("white space", "the file was not written; get it anew")
    }
    for (start, content) in beginnings where first.hasPrefix(start) { return content }
    if text.contains("func.func") || text.contains("stablehlo.") { return mlir }
    if text.contains("GraphModule(torch.nn.Module)") || text.contains("def forward(self") {
      return printed
    }
    if isPython(lines.prefix(40)) {
      return ForeignContent("Python source", "run it; then \(exporting)")
    }
    return json(bytes, first) ?? yaml(lines.prefix(8)) ?? ForeignContent("plain text", exporting)
  }

  private static func isControl(_ byte: UInt8) -> Bool {
    byte < 0x20 && !(0x09...0x0D).contains(byte) || byte == 0x7F
  }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop { $0.isWhitespace }
    while line.last?.isWhitespace == true { line.removeLast() }
    return line
  }

  private static let mlir = ForeignContent("MLIR text, such as StableHLO", exportingItself)

  private static let printed = ForeignContent(
    "what PyTorch or 'fxkit print' shows of a graph",
    "it can't be read back; 'fxkit convert MODEL.pt2 OUT.fx' writes text that can")

  private static let page = ForeignContent(
    "a web page", "look at what it says, and download the file itself")

  private static let beginnings: [(String, ForeignContent)] = [
    (
      "version https://git-lfs",
      ForeignContent("a pointer of Git LFS", "'git lfs pull' gets the file that it stands for")
    ),
    ("<!DOCTYPE", page), ("<!doctype", page), ("<html", page), ("<HTML", page),
    ("<net ", ForeignContent("a model of OpenVINO (.xml)", exportingItself)),
    ("<?xml", ForeignContent("XML, such as OpenVINO's models", exportingItself)),
    ("ExportedProgram:", printed), ("graph():", printed), ("class GraphModule(", printed),
    ("opcode ", printed),
    ("module @", mlir), ("module {", mlir), ("module attributes", mlir), ("#loc", mlir),
    ("HloModule", ForeignContent("HLO text of XLA", exportingItself)),
    ("; ModuleID", ForeignContent("LLVM's text", exportingItself)),
    ("ir_version:", ForeignContent("an ONNX model as text", exportingItself)),
    ("node {", ForeignContent("a TensorFlow graph as text", exportingItself)),
    ("(dp0", pickled), ("(lp0", pickled),
    ("#!", ForeignContent("a script", exporting)),
    ("%YAML", ForeignContent("YAML", exporting)),
    ("---", ForeignContent("YAML", exporting)),
  ]

  private static func isPython(_ lines: some Sequence<Substring>) -> Bool {
    lines.contains { line in
      let starts = ["import ", "from ", "def ", "class ", "@", "async def "]
      return starts.contains { line.hasPrefix($0) } && !line.hasSuffix(";")
    }
  }

  /// Tells what JSON is that is no object.
  private static func json(
    _ bytes: UnsafeRawBufferPointer, _ first: Substring
  ) -> ForeignContent? {
    var reader = JSONReader(bytes)
    guard let kind = try? reader.peek(), (try? reader.skipValue()) != nil,
      (try? reader.finish()) != nil
    else { return nil }
    switch kind {
    case .array: return ForeignContent("a JSON list", modelJSON)
    case .string: return ForeignContent("a JSON string", modelJSON)
    case .number: return ForeignContent("a number", exporting)
    default: return ForeignContent("a JSON value that is not an object", modelJSON)
    }
  }

  /// Tells YAML by lines that are all keys with values, entries of lists or comments.
  private static func yaml(_ lines: some Sequence<Substring>) -> ForeignContent? {
    var hasKey = false
    for line in lines {
      if line.hasPrefix("#") || line.hasPrefix("- ") { continue }
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return nil }
      let key = line[..<colon]
      let rest = line[line.index(after: colon)...]
      guard !key.contains(" "), rest.isEmpty || rest.hasPrefix(" ") else { return nil }
      hasKey = true
    }
    return hasKey ? ForeignContent("YAML", exporting) : nil
  }

  static let modelJSON = "model JSON is an object with 'graph_module'"
}
