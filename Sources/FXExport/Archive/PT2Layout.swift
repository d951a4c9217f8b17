/// How a file lays out its programs, by the version of PyTorch that wrote it.
public enum PT2Layout: String, Hashable, Sendable {
  /// Five members and the user's files, without a root folder: PyTorch 2.1 to 2.7.
  case flat
  /// An archive whose weights and constants are each pickled as a whole: PyTorch 2.8.
  case pickledWeights
  /// An archive with a member for each storage: PyTorch 2.9 and later.
  case current

  /// Tells the layout from the names of the members.
  init(_ zip: ZIPArchive) {
    if zip[FlatPath.program] != nil {
      self = .flat
    } else if zip.members.contains(where: { $0.name.hasSuffix(".pt") && Self.isPickled($0.name) }) {
      self = .pickledWeights
    } else {
      self = .current
    }
  }

  /// Tells whether a member has all weights or constants of a model.
  private static func isPickled(_ name: String) -> Bool {
    [PT2Path.weights, PT2Path.constants].contains { folder in
      // The folder stands at the start, or behind the root folder.
      name.hasPrefix(folder)
        || name.split(separator: "/", maxSplits: 1).last?.hasPrefix(folder) == true
    }
  }
}

/// Names the members of the flat layout.
enum FlatPath {
  static let program = "serialized_exported_program.json"
  static let stateDict = "serialized_state_dict.pt"
  static let constants = "serialized_constants.pt"
  static let exampleInputs = "serialized_example_inputs.pt"
  static let version = "version"
  static let extra = "extra_files/"
}
