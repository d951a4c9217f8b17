import FXCore

extension TreeSpec {
  /// One value.
  public static let leaf = TreeSpec(type: nil, context: nil, children: [])

  /// A dictionary without entries.
  public static let emptyDictionary = TreeSpec(
    type: "builtins.dict", context: "[]", children: [])

  /// Returns a tuple of parts.
  public static func tuple(of parts: [TreeSpec]) -> TreeSpec {
    TreeSpec(type: "builtins.tuple", context: "null", children: parts)
  }

  /// Returns a list of parts.
  public static func list(of parts: [TreeSpec]) -> TreeSpec {
    TreeSpec(type: "builtins.list", context: "null", children: parts)
  }

  /// Returns the text that `torch.utils._pytree.treespec_dumps` gives.
  public var text: String {
    var sink = ByteSink()
    sink.write("[\(Self.version), ")
    write(to: &sink)
    sink.write("]")
    return sink.string()
  }

  private func write(to sink: inout ByteSink) {
    sink.write("{\"type\": ")
    Self.write(type, to: &sink)
    sink.write(", \"context\": ")
    Self.write(context, to: &sink)
    sink.write(", \"children_spec\": ")
    sink.writeJSONArray(children) { sink, child in child.write(to: &sink) }
    sink.write("}")
  }

  private static func write(_ text: String?, to sink: inout ByteSink) {
    if let text { sink.writeJSON(text) } else { sink.write("null") }
  }
}
