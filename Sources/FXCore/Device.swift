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

  /// Tells whether the kind is a name as PyTorch takes one: letters and underscores.
  public var hasValidType: Bool {
    !type.isEmpty
      && type.utf8.allSatisfy { byte in
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
      }
  }

  /// The kinds of devices of PyTorch itself (`c10::DeviceType`).
  public static let knownTypes: Set<String> = [
    "cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia",
    "xla", "lazy", "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
  ]

  /// The processor, which has no ordinal.
  public static let cpu = Device(type: "cpu")
}

extension Device: CustomStringConvertible {
  public var description: String { index.map { "\(type):\($0)" } ?? type }
}
