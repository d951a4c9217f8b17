import FXCore

/// Generates the Python code of one graph (torch.fx's `CodeGen`).
struct CodePrinter: ~Copyable {
  let graph: Graph
  /// What `readable` adds; nil for plain code.
  let annotations: ReadableOptions?
  private let strings: StringTable
  private let names: CodeNames
  private let arguments: ArgumentPrinter
  private let lastUses: LastUses
  private var body = ByteSink()
  private var parameters: [String] = []
  private var returnType = ""
  private var wrapped: [String] = []
  private var summaries: TraceSummaries

  init(_ graph: Graph, annotations: ReadableOptions? = nil) {
    self.graph = graph
    self.annotations = annotations
    strings = graph.context.strings
    names = CodeNames(graph: graph)
    arguments = ArgumentPrinter(graph: graph)
    lastUses = LastUses(of: graph)
    summaries = TraceSummaries(context: graph.context)
  }

  /// Writes the statements; the pieces of the function can be asked for afterwards.
  mutating func generate() {
    if graph.count == 0 { body.write("pass\n") }
    for node in graph.nodes {
      if annotations != nil, node.kind != .placeholder, node.kind != .output,
        let summary = summaries.newSummary(of: node)
      {
        body.write(summary)
      }
      write(node)
    }
  }

  /// Returns the statements that mark wrapped functions.
  var wrapStatements: String {
    wrapped.map { "torch.fx._symbolic_trace.wrap(\"\($0)\")" }.joined(separator: "\n")
  }

  /// Returns the line that begins the function.
  var signature: String {
    let all = parameters.first == "self" ? parameters : ["self"] + parameters
    return "def forward(\(all.joined(separator: ", ")))\(returnType):"
  }

  /// Returns the body's text, not indented.
  var bodyBytes: UnsafeRawBufferPointer { body.bytes }

  private mutating func write(_ node: Node) {
    let record = node.record
    let type = typeAnnotation(of: node)
    switch record.kind {
    case .placeholder: return writePlaceholder(node, type)
    case .output:
      if !record.type.isNone { returnType = " -> \(names.type(record.type))" }
      body.write("return ")
      if record.args.count > 0 {
        arguments.write(
          graph.storage.pointee.cells[record.args.start], .code, names: names, to: &body)
      }
      return body.write("\n")
    case .callFunction: writeFunctionCall(node, type)
    case .callMethod:
      writeTarget(node, type)
      var receiver = ByteSink()
      if record.args.count > 0 {
        let cell = graph.storage.pointee.cells[record.args.start]
        arguments.write(cell, .code, names: names, to: &receiver)
      }
      body.write(Self.attribute(node.target, of: receiver.string()))
      let rest = CellRange(start: record.args.start + 1, count: max(record.args.count - 1, 0))
      writeCallArguments(rest, record.kwargs)
    case .callModule:
      writeTarget(node, type)
      body.write(Self.attribute(node.target, of: "self"))
      writeCallArguments(record.args, record.kwargs)
    case .getAttr:
      writeTarget(node, type)
      body.write(Self.attribute(node.target, of: "self"))
    }
    writeDeletions(behind: node)
  }

  private mutating func writePlaceholder(_ node: Node, _ type: String) {
    var parameter = ByteSink()
    parameter.write(node.target)
    parameter.write(type)
    if node.record.args.count > 0 {
      parameter.write(" = ")
      let cell = graph.storage.pointee.cells[node.record.args.start]
      arguments.write(cell, .code, names: names, to: &parameter)
    }
    parameters.append(parameter.string())
    let local = names.local(node.id.rawValue)
    let target = node.target
    let raw = target.utf8.contains(UInt8(ascii: "*")) ? target.filter { $0 != "*" } : target
    if raw != strings[local] {
      body.write(strings.utf8(local))
      body.write(" = \(raw)\n")
    }
  }

  /// Writes `name: type = `.
  private mutating func writeTarget(_ node: Node, _ type: String) {
    body.write(strings.utf8(names.local(node.id.rawValue)))
    body.write(type)
    body.write(" = ")
  }

  private mutating func writeFunctionCall(_ node: Node, _ type: String) {
    let record = node.record
    let target = strings.utf8(record.target)
    if target.starts(with: "_operator.".utf8) {
      let name = strings[record.target].dropFirst(10)
      if let parts = OperatorFormats.expression(name), record.args.count >= parts.count - 1 {
        writeTarget(node, type)
        return writeFormat(parts, record.args)
      }
      if let parts = OperatorFormats.statement(name), record.args.count >= parts.count - 1 {
        writeFormat(parts, record.args)
        body.write(";  ")
        writeTarget(node, type)
        return arguments.write(
          graph.storage.pointee.cells[record.args.start], .code, names: names, to: &body)
      }
    }
    let global = names.global(record.target)
    if strings.utf8(global).elementsEqual("getattr".utf8), record.args.count == 2 {
      let attribute = graph.storage.pointee.cells[record.args.start + 1]
      if attribute.tag == .string, Self.isIdentifier(strings[attribute.atom]) {
        writeTarget(node, type)
        arguments.write(
          graph.storage.pointee.cells[record.args.start], .code, names: names, to: &body)
        body.write(".")
        return body.write(strings.utf8(attribute.atom))
      }
    }
    // Values named first keep their names: the arguments before the call's own result.
    node.forEachInput { _ = names.local($0.id.rawValue) }
    writeTarget(node, type)
    body.write(strings.utf8(global))
    writeCallArguments(record.args, record.kwargs)
    if node.metadata("is_wrapped") == "True" {
      let name = strings[global]
      if !wrapped.contains(name) { wrapped.append(name) }
    }
  }

  private mutating func writeFormat(_ parts: [String], _ range: CellRange) {
    for (index, part) in parts.enumerated() {
      if index > 0 {
        let cell = graph.storage.pointee.cells[range.start + Int32(index - 1)]
        arguments.write(cell, .code, names: names, to: &body)
      }
      body.write(part)
    }
  }

  private mutating func writeCallArguments(_ args: CellRange, _ kwargs: CellRange) {
    body.write(byte: UInt8(ascii: "("))
    arguments.writeList(args, .code, names: names, to: &body)
    for index in kwargs.indices {
      if index > kwargs.start || args.count > 0 { body.write(", ") }
      let cell = graph.storage.pointee.cells[index]
      body.write(strings.utf8(cell.key))
      body.write(" = ")
      arguments.write(cell, .code, names: names, to: &body)
    }
    body.write(byte: UInt8(ascii: ")"))
  }

  /// Writes `;  a = b = None` for the values that nothing uses from here on.
  private mutating func writeDeletions(behind node: Node) {
    let values = lastUses.values(at: node.id.rawValue)
    let isUnused = node.userCount == 0
    if !values.isEmpty || isUnused {
      body.write(";  ")
      for value in values {
        body.write(strings.utf8(names.local(value)))
        body.write(" = ")
      }
      if isUnused {
        body.write(strings.utf8(names.local(node.id.rawValue)))
        body.write(" = ")
      }
      body.write("None")
    }
    body.write(byte: 10)
  }

  private func typeAnnotation(of node: Node) -> String {
    if let annotations, let text = annotations.annotation(of: node) { return ": \"\(text)\"" }
    return node.record.type.isNone ? "" : " : \(names.type(node.record.type))"
  }

  /// Returns an attribute access; parts that are no identifiers are fetched by `getattr`.
  static func attribute(_ path: String, of base: String) -> String {
    var result = base
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      if isIdentifier(part) {
        result += ".\(part)"
      } else {
        result = "getattr(\(result), \"\(part)\")"
      }
    }
    return result
  }

  /// Tells what Python's `str.isidentifier` tells.
  static func isIdentifier(_ text: some StringProtocol) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    guard first == "_" || first.properties.isXIDStart else { return false }
    return text.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
  }
}
