import FXGraph

/// How `GraphModule.splitModule` names and orders what it makes.
///
/// The first six are torch.fx's parameters of `split_module`.
public struct SplitOptions: Sendable {
  /// Calls the partitions in the order of their first nodes instead of one by dependencies.
  public var keepOriginalOrder = false
  /// Names nodes of the submodules as in the original, instead of by their targets.
  public var keepOriginalNodeName = false
  /// Names placeholders of the submodules as the nodes they stand for, instead of `arg_0`, ….
  public var keepOriginalInputName = true
  /// Goes into the names of submodules: `submod_AFFIX_0`.
  public var partitionAffix: String?
  /// Makes submodules return a tuple even where there is one result.
  public var tupleReturn = false
  /// Keeps the names of the module's own placeholders exactly. torch.fx renames those that are
  /// words of Python (`input` becomes `input_1`), which a signature does not survive.
  public var keepPlaceholderNames = true

  /// Creates the options that torch.fx has by default.
  public init() {}
}

/// What splitting makes.
public struct SplitResult {
  /// The new module, which calls one submodule for each partition.
  public var module: GraphModule
  /// The names of the submodules that are partitions, in the order of the calls.
  public var partitionNames: [String]
  /// The path in the old module of each submodule that a partition calls, by its new path.
  public var qualifiedNames: [String: String]
}
