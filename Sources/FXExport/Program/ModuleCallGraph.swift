import FXCore
import FXGraph

/// An argument in the signature of a module call: a name or a constant, with its schema tag.
public enum CallArgument: Hashable, Sendable {
  /// A value of the graph; the tag is one of `as_tensor`, `as_sym_int`, `as_sym_float`, ….
  case value(name: String, tag: ArgumentTag)
  case customObject(name: String, className: String)
  /// Anything else, exactly as read.
  case raw(json: String)
}

/// How a module was called (`schema.ModuleCallSignature`).
public struct ModuleCallSignature: Hashable, Sendable {
  /// The arguments, flattened.
  public var inputs: [CallArgument]
  /// The results, flattened.
  public var outputs: [CallArgument]
  /// The structure of the inputs, as `torch.utils._pytree.treespec_dumps` writes it.
  public var inSpec: String
  /// The structure of the outputs.
  public var outSpec: String
  /// The names of the arguments; nil where they are not kept.
  public var forwardArgNames: [String]?
  /// Fields that this version does not know.
  public var unknownFields: [RawField] = []

  /// Describes a call.
  public init(
    inputs: [CallArgument] = [], outputs: [CallArgument] = [], inSpec: String, outSpec: String,
    forwardArgNames: [String]? = nil
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.inSpec = inSpec
    self.outSpec = outSpec
    self.forwardArgNames = forwardArgNames
  }
}

/// One module of the original model, and how it was called where that is kept.
public struct ModuleCallEntry: Hashable, Sendable {
  /// The qualified name; empty for the model itself.
  public var fqn: String
  /// How it was called; nil where that is not kept.
  public var signature: ModuleCallSignature?
  /// Fields that this version does not know.
  public var unknownFields: [RawField] = []

  /// Makes an entry of a module's name.
  public init(fqn: String, signature: ModuleCallSignature? = nil) {
    self.fqn = fqn
    self.signature = signature
  }
}
