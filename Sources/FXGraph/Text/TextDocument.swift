import FXCore

/// What the text form of a file holds: a module tree, and sections of other layers.
///
/// The grammar is described at `TextParser`. Writing and reading a document again gives the same
/// graphs: names, targets, arguments, values, metadata, members and unknown fields. Only Python's
/// `NaN` loses its payload, and a module held under two names comes back as two.
public struct TextDocument {
  /// The version that this library writes, and the only one that it reads.
  public static let version = 1

  /// The main module.
  public var module: GraphModule
  /// The sections of other layers, in order.
  public var sections: [TextSection]

  /// Makes a document of a module and sections.
  public init(module: GraphModule, sections: [TextSection] = []) {
    self.module = module
    self.sections = sections
  }

  /// Parses a document.
  ///
  /// - Parameter member: the file's name, for errors.
  /// - Throws: `text.*` with the line and the column.
  public init(
    parsing bytes: [UInt8], context: GraphContext = GraphContext(), member: String? = nil
  ) throws(FXError) {
    var parser = TextParser(bytes: bytes, context: context)
    do throws(FXError) {
      try Self.checkSize(bytes.count)
      self = try parser.document()
    } catch {
      throw member.map { error.inMember($0) } ?? error
    }
  }

  /// Parses a document.
  ///
  /// - Throws: `text.*` with the line and the column.
  public init(parsing text: String, context: GraphContext = GraphContext()) throws(FXError) {
    try self.init(parsing: Array(text.utf8), context: context)
  }

  /// Refuses texts that are too large, before they are copied.
  ///
  /// - Throws: `text.size`.
  public static func checkSize(_ byteCount: Int) throws(FXError) {
    if byteCount > Limits.textBytes.value {
      throw FXError(.textSize, "the text has \(byteCount) bytes", beyond: Limits.textBytes)
    }
  }

  /// Returns the document's text.
  public func text(_ options: TextOptions = TextOptions()) -> String {
    var sink = ByteSink()
    write(options, to: &sink)
    return sink.string()
  }

  /// Writes the document's text.
  public func write(_ options: TextOptions = TextOptions(), to sink: inout ByteSink) {
    var printer = TextPrinter(context: module.context, options: options)
    printer.write(self, to: &sink)
  }
}

/// What the text form shows.
public struct TextOptions: Hashable, Sendable {
  /// Shows the metadata of nodes and modules: stack traces and the like.
  public var includesMetadata: Bool
  /// Shows what is known of results.
  public var includesValues: Bool

  /// Chooses what is shown; by default all.
  public init(includesMetadata: Bool = true, includesValues: Bool = true) {
    self.includesMetadata = includesMetadata
    self.includesValues = includesValues
  }
}

extension GraphModule {
  /// Returns the module tree in FXKit's text form.
  public func text(_ options: TextOptions = TextOptions()) -> String {
    TextDocument(module: self).text(options)
  }
}
