import FXCore
import FXGraph

/// By how many values a graph has more than its signature; a document may have been written so.
public struct SignatureArity: Hashable, Sendable {
  /// How many inputs the graph has more.
  public var inputs = 0
  /// How many outputs the graph has more.
  public var outputs = 0

  init() {}

  init(_ program: ExportedProgram) {
    inputs = program.graph.placeholders.count - program.signature.inputs.count
    outputs = program.outputArguments.count - program.signature.outputs.count
  }
}

extension ExportedProgram {
  /// Makes sure that changes of the graph left the signature behind in nothing.
  ///
  /// What was read with another number of entries can be written again as it is; `validate` tells.
  ///
  /// - Throws: `signature.arity`.
  func checkSignatureArity() throws(FXError) {
    if SignatureArity(self) != arityWhenRead, let error = signatureArityErrors.first { throw error }
  }
}

extension FXError.Code {
  /// The signature has more or fewer entries than the graph has inputs or outputs.
  public static let signatureArity = FXError.Code("signature.arity")
}
