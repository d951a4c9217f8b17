import FXCore

extension GraphModule {
  /// Returns the Python code that PyTorch generates for the module (`GraphModule.code`).
  public var code: String {
    var sink = ByteSink()
    writeCode(to: &sink)
    return sink.string()
  }

  /// Writes the Python code that PyTorch generates for the module.
  public func writeCode(to sink: inout ByteSink) {
    var printer = CodePrinter(graph)
    printer.generate()
    sink.write("\n")
    sink.write(printer.wrapStatements)
    sink.write("\n\n")
    sink.write(printer.signature)
    sink.write("\n")
    var lines = IndentedLines(of: printer.bodyBytes)
    lines.write(indent: 4, keepsBlankLines: true, to: &sink)
  }

  /// Returns the module's and its submodules' code with shapes and sources (`print_readable`).
  public func readable(_ options: ReadableOptions = ReadableOptions()) -> String {
    var sink = ByteSink()
    writeReadable(options, to: &sink)
    return sink.string()
  }

  /// Writes the module's and its submodules' code with shapes and sources.
  public func writeReadable(_ options: ReadableOptions = ReadableOptions(), to sink: inout ByteSink)
  {
    let name = className.split(separator: ".").last.map(String.init) ?? className
    writeReadable(name: name, options, depth: 0, to: &sink)
  }

  private func writeReadable(
    name: String, _ options: ReadableOptions, depth: Int, to sink: inout ByteSink
  ) {
    var printer = CodePrinter(graph, annotations: options)
    printer.generate()
    let margin = String(repeating: " ", count: depth * 4)
    sink.write("\(margin)class \(name)(torch.nn.Module):\n")
    let wrapStatements = printer.wrapStatements
    if !wrapStatements.isEmpty {
      for line in wrapStatements.split(separator: "\n") { sink.write("\(margin)    \(line)\n") }
      sink.write("\n")
    }
    sink.write("\(margin)    \(printer.signature)\n")
    var lines = IndentedLines(of: printer.bodyBytes)
    lines.write(indent: depth * 4 + 8, keepsBlankLines: false, to: &sink)
    // A module held under several names is shown once, as `named_children` gives it.
    var seen: Set<ObjectIdentifier> = []
    for (name, child) in childGraphModules where seen.insert(ObjectIdentifier(child)).inserted {
      sink.write("\n")
      child.writeReadable(name: name, options, depth: depth + 1, to: &sink)
    }
  }
}

/// Indents text line by line.
struct IndentedLines {
  private let bytes: UnsafeRawBufferPointer

  /// Takes the lines of a text, without empty lines at its beginning.
  init(of text: UnsafeRawBufferPointer) {
    var start = 0
    while start < text.count, text[start] == 10 { start += 1 }
    bytes = UnsafeRawBufferPointer(rebasing: text[start...])
  }

  /// Writes every line with a margin, and no end of line behind the last.
  ///
  /// - Parameter keepsBlankLines: writes the margin of blank lines too; else they come out empty.
  mutating func write(indent: Int, keepsBlankLines: Bool, to sink: inout ByteSink) {
    let margin = [UInt8](repeating: 32, count: indent)
    var start = 0
    while true {
      let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
      let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      let isBlank = line.allSatisfy { $0 == 32 || ($0 >= 9 && $0 <= 13) }
      if keepsBlankLines || !isBlank {
        margin.withUnsafeBufferPointer { sink.write($0) }
        sink.write(line.bindMemory(to: UInt8.self))
      }
      guard end < bytes.count else { return }
      sink.write(byte: 10)
      start = end + 1
    }
  }
}
