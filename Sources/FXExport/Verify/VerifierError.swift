import FXCore

/// Codes of what `ProgramVerifier` finds, beside those of the graph layer (`graph.*`).
extension FXError.Code {
  // MARK: The program as a whole

  /// The document follows another schema than this version knows in full.
  public static let programSchemaVersion = FXError.Code("program.schemaVersion")
  /// The version of the `aten` operators is not given.
  public static let programOpset = FXError.Code("program.opset")
  /// No verifier is named, or one that PyTorch does not have.
  public static let programVerifier = FXError.Code("program.verifier")
  /// The version of PyTorch that wrote the program is not given.
  public static let programTorchVersion = FXError.Code("program.torchVersion")

  // MARK: Graphs and calls

  /// Nothing is known of the result of a node that must have one.
  public static let missingValue = FXError.Code("graph.missingValue")
  /// The file gives a value for a name that no node has.
  public static let unclaimedValue = FXError.Code("graph.unclaimedValue")
  /// An exported program can't have `call_module` and `call_method` nodes.
  public static let forbiddenKind = FXError.Code("graph.forbiddenKind")
  /// A `get_attr` fetches something that an exported program can't have there.
  public static let attributeKind = FXError.Code("graph.attributeKind")
  /// A graph returns something that PyTorch can't read back.
  public static let outputKind = FXError.Code("graph.outputKind")
  /// A function is called that an exported program can't call.
  public static let operatorNotAllowed = FXError.Code("operator.notAllowed")
  /// The operator belongs to no library of PyTorch.
  public static let operatorCustom = FXError.Code("operator.custom")
  /// The operator writes to its arguments, in a dialect of functional operators.
  public static let operatorNotFunctional = FXError.Code("operator.notFunctional")
  /// An argument of a mode switch or of a higher-order operator is of the wrong kind.
  public static let callArgument = FXError.Code("call.argument")
  /// A higher-order operator is given something else than a subgraph.
  public static let callSubgraph = FXError.Code("call.subgraph")
  /// A subgraph has more or fewer inputs than the call gives it.
  public static let callOperands = FXError.Code("call.operands")
  /// A subgraph has more or fewer outputs than the call's value has parts.
  public static let callResults = FXError.Code("call.results")
  /// An autocast exit does not refer to an enter that is open.
  public static let regionExit = FXError.Code("region.exit")
  /// An autocast region ends after one that was entered before it.
  public static let regionCrossing = FXError.Code("region.crossing")
  /// An autocast region is never left.
  public static let regionOpen = FXError.Code("region.open")
  /// PyTorch can't load autocast switches; `replace-autocast` makes regions of them.
  public static let regionNotLoadable = FXError.Code("region.notLoadable")

  /// A text of a node's metadata is not of the form that PyTorch takes apart.
  public static let metadataText = FXError.Code("metadata.text")

  // MARK: Values

  /// A tensor has more or fewer strides than sizes.
  public static let tensorRank = FXError.Code("tensor.rank")
  /// A size, stride or offset is negative.
  public static let tensorNegative = FXError.Code("tensor.negative")
  /// A tensor takes more bytes than 64 bits can count.
  public static let tensorOverflow = FXError.Code("tensor.overflow")
  /// The layout is unknown.
  public static let tensorLayout = FXError.Code("tensor.layout")
  /// The device has no type, or none that PyTorch knows.
  public static let tensorDevice = FXError.Code("tensor.device")
  /// A tensor of integers or truth values can't require a gradient.
  public static let tensorGradient = FXError.Code("tensor.gradient")
  /// A symbol has no range.
  public static let symbolUnbounded = FXError.Code("symbol.unbounded")
  /// A symbol's range is empty.
  public static let symbolRange = FXError.Code("symbol.range")
  /// The example value of a symbol lies outside of its range.
  public static let symbolHint = FXError.Code("symbol.hint")

  // MARK: Signature and module calls

  /// An entry of the signature names something else than the graph has at its position.
  public static let signatureName = FXError.Code("signature.name")
  /// A value is of another kind than its entry in the signature says.
  public static let signatureKind = FXError.Code("signature.kind")
  /// Outputs must be tokens, then mutations, then the user's outputs, then gradients.
  public static let signatureOrder = FXError.Code("signature.order")
  /// An entry's target is empty, or names no parameter or buffer among the inputs.
  public static let signatureTarget = FXError.Code("signature.target")
  /// An output entry refers to something that is no user input.
  public static let signatureUserInput = FXError.Code("signature.userInput")
  /// Two entries have one target, or one value is written to two of them.
  public static let signatureDuplicate = FXError.Code("signature.duplicate")
  /// A constant in the signature is not the graph's.
  public static let signatureConstant = FXError.Code("signature.constant")
  /// A module call names a value that the graph does not have.
  public static let callGraphName = FXError.Code("callGraph.name")
  /// A tree spec has more or fewer leaves than there are values.
  public static let callGraphArity = FXError.Code("callGraph.arity")
  /// The fields of a namedtuple are not known, or disagree with the tree.
  public static let callGraphNamedTuple = FXError.Code("callGraph.namedTuple")
  /// A tree has a node of a type that must be registered before PyTorch can load it.
  public static let callGraphType = FXError.Code("callGraph.type")

  // MARK: Weights

  /// The archive has a tensor that nothing uses.
  public static let weightUnused = FXError.Code("weight.unused")
  /// A stored tensor's element type or sizes are not those of its input.
  public static let weightMetadata = FXError.Code("weight.metadata")
  /// A stored tensor has fewer bytes than its metadata needs, or a part of an element too many.
  public static let weightSize = FXError.Code("weight.size")
  /// A parameter is stored as a buffer, or a buffer as a parameter.
  public static let weightKind = FXError.Code("weight.kind")
  /// A buffer that is not persistent is stored among the weights.
  public static let weightPersistence = FXError.Code("weight.persistence")
  /// Tensors are stored without data, as those of an export under a fake mode or on the meta device.
  public static let weightData = FXError.Code("weight.data")
}
