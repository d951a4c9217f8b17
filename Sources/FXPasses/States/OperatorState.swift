import FXCore
import FXGraph
import FXOperators

/// The settings of one autocast region: what `torch.amp.autocast` was called with.
public struct AutocastRegion: Hashable, Sendable {
  /// The kind of device whose operators are cast: `cuda`.
  public var deviceType: String
  /// The type to compute in; nil for the device's default.
  public var dtype: ScalarType?
  /// Whether the region casts.
  public var isEnabled: Bool
  /// Whether casts of weights are kept; nil for the ambient setting.
  public var isCacheEnabled: Bool?

  /// Makes settings; by default the region casts.
  public init(
    deviceType: String, dtype: ScalarType? = nil, isEnabled: Bool = true,
    isCacheEnabled: Bool? = nil
  ) {
    self.deviceType = deviceType
    self.dtype = dtype
    self.isEnabled = isEnabled
    self.isCacheEnabled = isCacheEnabled
  }

  /// Returns what operators on the CPU are lowered to in the region; nil where they are not.
  func loweredDType(outside around: ScalarType?) -> ScalarType? {
    Autocast.dtype(inRegionOf: deviceType, dtype, isEnabled: isEnabled, outside: around)
  }

  /// The names of the arguments in order.
  private static let names = ["device_type", "dtype", "enabled", "cache_enabled"]

  /// Reads the settings of an `_enter_autocast` or a `wrap_with_autocast`.
  ///
  /// - Throws: `regions.badSwitch` where they are no such settings.
  init(of node: Node) throws {
    func setting(_ index: Int) -> Argument {
      node.arg(index) ?? node.kwarg(Self.names[index]) ?? .none
    }
    func wrong(_ index: Int) -> FXError {
      FXError(
        .badSwitch, "\(Self.names[index]) of autocast can't be \(setting(index))",
        at: SourcePlace(node: node.name))
    }
    switch setting(0) {
    case .string(let type): deviceType = type
    case .device(let device): deviceType = device.type
    default: throw wrong(0)
    }
    switch setting(1) {
    case .none: dtype = nil
    case .dtype(let type): dtype = type
    default: throw wrong(1)
    }
    switch setting(2) {
    case .none: isEnabled = true
    case .bool(let flag): isEnabled = flag
    default: throw wrong(2)
    }
    switch setting(3) {
    case .none: isCacheEnabled = nil
    case .bool(let flag): isCacheEnabled = flag
    default: throw wrong(3)
    }
  }

  /// Returns the settings as the arguments of `wrap_with_autocast`.
  var arguments: [Argument] {
    [
      .string(deviceType), dtype.map { .dtype($0) } ?? .none, .bool(isEnabled),
      isCacheEnabled.map { .bool($0) } ?? .none,
    ]
  }
}

/// The grad mode and the autocast regions under which an operator runs.
public struct OperatorState: Hashable, Sendable {
  /// Whether gradients are recorded.
  public var isGradEnabled: Bool
  /// The regions around the operator, outermost first.
  public var autocasts: [AutocastRegion]

  /// Makes a state; by default that of a fresh thread.
  public init(isGradEnabled: Bool = true, autocasts: [AutocastRegion] = []) {
    self.isGradEnabled = isGradEnabled
    self.autocasts = autocasts
  }
}
