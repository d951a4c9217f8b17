/// A part of a document that a comparison looks at, or ignores.
public enum DifferencePart: String, Hashable, Sendable, CaseIterable {
  /// The names of nodes and inputs.
  case names
  /// The order of nodes.
  case order
  /// What is known of results: dtypes, shapes, constants.
  case values
  /// The annotations of nodes (torch.fx's `type`).
  case types
  /// Stack traces and other texts of nodes and modules, and fields that FXKit does not know.
  case metadata
  /// The classes and members of modules beside their graphs.
  case modules
  /// What the inputs and outputs of a program are.
  case signature
  /// The ranges of symbols and the guards.
  case constraints
  /// The versions of schema, PyTorch and operator sets, and the dialects.
  case versions
  /// The module call graph with its tree specs.
  case calls
  /// The weights and constants in an archive.
  case weights
  /// The other members of an archive: sample inputs, the user's files.
  case members

  /// Returns what the part is, in a few words.
  public var summary: String {
    switch self {
    case .names: "names of nodes and inputs"
    case .order: "order of nodes"
    case .values: "shapes, dtypes and other values"
    case .types: "annotations"
    case .metadata: "stack traces and other texts"
    case .modules: "classes and members of modules"
    case .signature: "kinds of inputs and outputs"
    case .constraints: "ranges and guards"
    case .versions: "versions and dialects"
    case .calls: "module call graph"
    case .weights: "weights and constants"
    case .members: "other members of archives"
    }
  }
}
