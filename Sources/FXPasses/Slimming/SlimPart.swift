/// Something that a program can do without.
public enum SlimPart: String, Hashable, Sendable, CaseIterable {
  /// Where in the Python source each node was made.
  case stackTraces = "stack-traces"
  /// The modules in which each node was called, which `torch.export.unflatten` needs.
  case moduleStacks = "module-stacks"
  /// The functions and nodes that each node was made from.
  case origins
  /// The pickled inputs that the program was exported with.
  case sampleInputs = "sample-inputs"
  /// Weights that the program does not use, and members that no configuration names.
  case unusedWeights = "unused-weights"
  /// Members with the same bytes, as far as sharing one can't be observed.
  case duplicates

  /// Tells whether programs have the part, and not archives alone.
  var isInPrograms: Bool { self != .sampleInputs && self != .duplicates }

  /// Returns the keys of node metadata that the part is made of.
  var metadataKeys: [String] {
    switch self {
    case .stackTraces: ["stack_trace"]
    case .moduleStacks: ["nn_module_stack"]
    case .origins: ["torch_fn", "source_fn_stack", "from_node"]
    case .sampleInputs, .unusedWeights, .duplicates: []
    }
  }
}

/// What dropping a part has saved.
public struct SlimSaving: Hashable, Sendable {
  /// What was dropped.
  public var part: SlimPart
  /// How many things were dropped: nodes' texts, sample inputs, weights, members.
  public var count: Int
  /// The bytes that the file needs no more.
  public var byteCount: Int
}
