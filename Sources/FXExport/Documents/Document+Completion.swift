import FXGraph
import FXSchemas

extension Document {
  /// Fills in what the document of an old schema lacks and operators' schemas tell.
  public mutating func complete() {
    guard case .program(var program) = content else { return }
    program.deriveArgumentKinds()
    content = .program(program)
  }

  /// Writes the defaults out without which PyTorch can't load a call: those of parameters whose
  /// names are words of Python's own, such as `from` of `uniform_`.
  package func giveKeywordDefaults() {
    let library = SchemaLibrary(for: module.context)
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes { library.giveKeywordDefaults(to: node) }
    }
  }
}
