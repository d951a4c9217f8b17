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
  var line: String { text + "\n" }

  /// Returns the value on one line.
  var text: String {
    var sink = ByteSink()
    write(to: &sink)
    return sink.string()
  }

  private func write(to sink: inout ByteSink) {
    switch self {
    case .null: sink.write("null")
    case .bool(let value): sink.writeJSON(value)
    case .int(let value): sink.write(value)
    case .float(let value): sink.writeJSON(value)
    case .string(let text): sink.writeJSON(text)
    case .array(let parts): sink.writeJSONArray(parts) { sink, part in part.write(to: &sink) }
    case .object(let entries):
      sink.writeJSONObject(entries, key: \.0) { sink, entry in entry.1.write(to: &sink) }
    }
  }
}
