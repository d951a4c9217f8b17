import FXCore
import FXGraph

/// The text form of whole programs: the graphs, and a section `program` for all else.
///
/// The section holds the program's part of model JSON, spelled as text: `signature: {input_specs:
/// [{parameter: {arg: {name: "p_w"}, parameter_name: "w"}}], …}`.
enum ProgramText {
  static let section = "program"

  /// Makes a text document of a program.
  static func document(of program: ExportedProgram) throws -> TextDocument {
    let entries = try program.envelope().withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      return try tree(&reader).entries ?? []
    }
    return TextDocument(module: program.module, sections: [TextSection(section, entries)])
  }

  /// Reads the program of a text document; nil where the document has only graphs.
  static func program(of document: TextDocument) throws -> ExportedProgram? {
    guard let found = document.sections.first(where: { $0.name == section }) else {
      if let other = document.sections.first {
        throw FXError(
          .textSyntax, "unknown section '\(other.name)'", at: SourcePlace(line: other.line))
      }
      return nil
    }
    var sink = ByteSink()
    write(.map(found.entries), to: &sink)
    do {
      return try ExportedProgram(envelope: sink.bytes, module: document.module)
    } catch {
      // Offsets are those of a text that nobody has seen; the path and the line tell the place.
      var located = error
      located.place.offset = nil
      located.place.line = line(of: error.place.path ?? "", in: found)
      throw located
    }
  }

  /// Returns the line of the first part of a path in the section.
  private static func line(of path: String, in section: TextSection) -> Int {
    var entries = section.entries
    var line = section.line
    for part in path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
      guard let entry = entries.first(where: { $0.key == part }) else { break }
      line = max(line, entry.line)
      entries = entry.value.entries ?? []
    }
    return line
  }

  // MARK: JSON to text

  private static func tree(_ reader: inout JSONReader) throws(FXError) -> TextTree {
    var isFirst = true
    switch try reader.peek() {
    case .object:
      var entries: [TextTree.Entry] = []
      try reader.beginObject()
      while let key = try reader.nextKey(&isFirst) {
        entries.append(TextTree.Entry(key.string, try tree(&reader)))
      }
      return .map(entries)
    case .array:
      var parts: [TextTree] = []
      try reader.beginArray()
      while try reader.nextElement(&isFirst) { parts.append(try tree(&reader)) }
      return .list(parts)
    case .string: return .string(try reader.readString())
    case .bool: return .word(try reader.readBool() ? "true" : "false")
    case .null:
      try reader.readNull()
      return .word("null")
    case .number:
      var ahead = reader
      let span = try ahead.skipValue()
      let isFloat = span.contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
      do throws(FXError) {
        return isFloat ? .float(try reader.readDouble()) : .int(try reader.readInt())
      } catch {
        // Only a field that this version does not know may hold such a number.
        reader = ahead
        return .number(String(decoding: span, as: UTF8.self))
      }
    }
  }

  // MARK: Text to JSON

  private static func write(_ tree: TextTree, to sink: inout ByteSink) {
    switch tree {
    case .word(let word) where ["true", "false", "null"].contains(word): sink.write(word)
    case .word(let text), .string(let text): sink.writeJSON(text)
    case .int(let value): sink.write(value)
    case .float(let value): sink.writeJSON(value)
    // What is no number makes JSON that is refused.
    case .number(let text): sink.write(text)
    case .list(let parts): sink.writeJSONArray(parts) { sink, part in write(part, to: &sink) }
    case .map(let entries):
      sink.writeJSONObject(entries, key: \.key) { sink, entry in write(entry.value, to: &sink) }
    }
  }
}
