import FXExport
import FXGraph
import FXOperators

extension Document {
  /// Writes the defaults out without which PyTorch can't load a call: those of parameters whose
  /// names are words of Python's own, such as `from` of `uniform_`.
  public func giveKeywordDefaults() {
    let library = OperatorLibrary(context: module.context)
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes { library.giveKeywordDefaults(to: node) }
    }
  }
}

extension [Document] {
  /// Writes such defaults out where documents are written in a form that PyTorch loads.
  public func giveKeywordDefaults(for form: DocumentForm?) {
    guard form == .pt2 || form == .modelJSON else { return }
    for document in self { document.giveKeywordDefaults() }
  }
}
