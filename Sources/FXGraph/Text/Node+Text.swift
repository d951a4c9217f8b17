import FXCore

extension Node {
  /// Returns the node's line in the text form, without metadata.
  public func text(_ options: TextOptions = TextOptions()) -> String {
    var sink = ByteSink()
    TextNodePrinter(graph: graph, options: options).write(self, to: &sink)
    return sink.string()
  }
}

extension GraphContext {
  /// Returns what the text form shows of a value: `f32[2, 3]`.
  public func text(of value: ValueID) -> String {
    var sink = ByteSink()
    TextValuePrinter(context: self).write(value, to: &sink)
    return sink.string()
  }
}

extension TensorMeta {
  /// Returns what the text form shows of a tensor: `f32[2, 3]`.
  public var text: String {
    var sink = ByteSink()
    TextValuePrinter(context: GraphContext()).write(self, to: &sink)
    return sink.string()
  }
}
