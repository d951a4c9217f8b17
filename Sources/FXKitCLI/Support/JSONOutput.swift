import FXKit

/// A JSON value that a command prints for scripts.
indirect enum JSONOutput {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  case array([JSONOutput])
  case object([(String, JSONOutput)])

  /// Returns the value on one line, with its end.
  var line: String {
    var sink = ByteSink()
    write(to: &sink)
    sink.write("\n")
    return sink.string()
  }

  private func write(to sink: inout ByteSink) {
    switch self {
    case .null: sink.write("null")
    case .bool(let value): sink.writeJSON(value)
    case .int(let value): sink.write(value)
    case .float(let value): sink.writeJSON(value)
    case .string(let text): sink.writeJSON(text)
    case .array(let parts):
      sink.write("[")
      for (index, part) in parts.enumerated() {
        if index > 0 { sink.write(", ") }
        part.write(to: &sink)
      }
      sink.write("]")
    case .object(let entries):
      sink.write("{")
      for (index, entry) in entries.enumerated() {
        if index > 0 { sink.write(", ") }
        sink.writeJSON(entry.0)
        sink.write(": ")
        entry.1.write(to: &sink)
      }
      sink.write("}")
    }
  }
}
