import FXCore

/// JSON objects that are no programs, told by their keys.
extension ForeignContent {
  /// Tells what a JSON object is that is no program; nil where it is one, or can't be read.
  init?(json bytes: UnsafeRawBufferPointer) {
    var reader = JSONReader(bytes)
    var keys: Set<String> = []
    var isFirst = true
    do throws(FXError) {
      try reader.beginObject()
      while let key = try reader.nextKey(&isFirst) {
        let name = key.string
        if keys.count < 1000 { keys.insert(name) }
        // The format of FX JSON stands first and says all.
        if name == "format", keys.count == 1, try reader.peek() == .string {
          if try reader.readString() == "fx-graph-module" { return nil }
        } else {
          try reader.skipValue()
        }
      }
    } catch { return nil }
    if keys.contains("graph_module") { return nil }
    self =
      Self.objects.first { $0.keys.isSubset(of: keys) }?.content
      ?? ForeignContent("JSON of another kind", Self.modelJSON)
  }

  private static let objects: [(keys: Set<String>, content: ForeignContent)] = [
    (
      ["weight_map"],
      ForeignContent("the index of a sharded file of weights", Self.exportingItself)
    ),
    (
      ["config"],
      ForeignContent(
        "a configuration of an archive's weights", "name the .pt2 archive that has the program")
    ),
    (["architectures"], configuration), (["model_type"], configuration),
    (["traceEvents"], ForeignContent("a trace of a profiler", nil)),
    (["cells", "nbformat"], ForeignContent("a Jupyter notebook", "run it; \(Self.exporting)")),
    (["modelTopology"], ForeignContent("a model of TensorFlow.js", Self.exportingItself)),
    (["arg_nodes"], ForeignContent("a graph of MXNet or TVM", Self.exportingItself)),
    (["model", "truncation"], ForeignContent("a tokenizer", Self.exportingItself)),
    (
      ["graph", "irVersion"], ForeignContent("an ONNX model as JSON", Self.exportingItself)
    ),
    (["nodes", "inputs", "outputs"], ForeignContent("a graph without the program", modelJSON)),
  ]

  private static let configuration = ForeignContent(
    "the configuration of a model, without its graph", Self.exportingItself)
}
