/// A device as PyTorch names it: `cpu`, `cuda:0`, `meta`.
public struct Device: Hashable, Sendable {
  /// The kind of device: `cpu`, `cuda`, `mps`, …
  public var type: String
  /// The ordinal among devices of the kind; nil for the current one.
  public var index: Int?

  /// Names a device by its kind and ordinal.
  public init(type: String, index: Int? = nil) {
    self.type = type
    self.index = index
  }

  /// Parses `cuda:1` or `cpu`; nil where the part after the colon is not a number.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, !first.isEmpty else { return nil }
    type = String(first)
    guard parts.count == 2 else { return }
    guard let number = Int(parts[1]) else { return nil }
    index = number
  }

  /// The processor, which has no ordinal.
  public static let cpu = Device(type: "cpu")
}

extension Device: CustomStringConvertible {
  public var description: String { index.map { "\(type):\($0)" } ?? type }
}
