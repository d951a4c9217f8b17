import FXGraph
import FXSchemas

extension Document {
  /// Writes the defaults out without which PyTorch can't load a call: those of parameters whose
  /// names are words of Python's own, such as `from` of `uniform_`.
  package func giveKeywordDefaults() {
    let library = SchemaLibrary(for: module.context)
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes { library.giveKeywordDefaults(to: node) }
    }
  }
}
