import FXCore
import FXGraph

extension ExportedProgram {
  /// How the signature and the graph differ in how many inputs and outputs they have; empty as a
  /// rule.
  ///
  /// Such a program can't be written: each input and output has an entry that says what it is.
  public var signatureArityErrors: [FXError] {
    var errors: [FXError] = []
    func compare(_ count: Int, _ graphCount: Int, _ what: String) {
      if count == graphCount { return }
      let path = "graph_module.signature.\(what)_specs"
      errors.append(
        FXError(
          .signatureArity, "the signature has \(count) \(what)s, the graph \(graphCount)",
          at: SourcePlace(path: path)))
    }
    compare(signature.inputs.count, graph.placeholders.count, "input")
    compare(signature.outputs.count, outputArguments.count, "output")
    return errors
  }
}
