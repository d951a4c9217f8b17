/// The storage layout of a tensor, numbered as in PyTorch's export schema (`schema.Layout`).
public enum Layout: Int, Hashable, Sendable, CaseIterable {
  case unknown = 0
  case sparseCoo = 1
  case sparseCsr = 2
  case sparseCsc = 3
  case sparseBsr = 4
  case sparseBsc = 5
  case mkldnn = 6
  case strided = 7

  /// Returns the name in the `torch` namespace: `strided`, `sparse_coo`, `_mkldnn`.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .sparseCoo: "sparse_coo"
    case .sparseCsr: "sparse_csr"
    case .sparseCsc: "sparse_csc"
    case .sparseBsr: "sparse_bsr"
    case .sparseBsc: "sparse_bsc"
    case .mkldnn: "_mkldnn"
    case .strided: "strided"
    }
  }

  /// Finds the layout by its name in the `torch` namespace, with or without `torch.`.
  public init?(name: String) {
    let bare = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name
    guard let found = Self.allCases.first(where: { $0.name == bare }) else { return nil }
    self = found
  }
}

/// The memory format of a tensor, numbered as in PyTorch's export schema (`schema.MemoryFormat`).
public enum MemoryFormat: Int, Hashable, Sendable, CaseIterable {
  case unknown = 0
  case contiguous = 1
  case channelsLast = 2
  case channelsLast3d = 3
  case preserve = 4

  /// Returns the name in the `torch` namespace: `contiguous_format`, `channels_last`.
  public var name: String {
    switch self {
    case .unknown: "unknown"
    case .contiguous: "contiguous_format"
    case .channelsLast: "channels_last"
    case .channelsLast3d: "channels_last_3d"
    case .preserve: "preserve_format"
    }
  }

  /// Finds the format by its name in the `torch` namespace, with or without `torch.`.
  public init?(name: String) {
    let bare = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name
    guard let found = Self.allCases.first(where: { $0.name == bare }) else { return nil }
    self = found
  }
}
