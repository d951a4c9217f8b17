/// The parts of an operator's qualified name, as FX targets spell it: `torch.ops.aten.add.Tensor`.
public struct OperatorName: Hashable, Sendable {
  /// The library: `aten`, `prims`, `higher_order`, a custom one.
  public var namespace: String
  public var name: String
  /// The overload, `default` for the unnamed one; nil for a higher-order operator.
  public var overload: String?

  /// Parses a target of the form `torch.ops.NAMESPACE.NAME[.OVERLOAD]`; nil for any other target.
  public init?(target: String) {
    guard target.hasPrefix("torch.ops.") else { return nil }
    let parts = target.dropFirst(10).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts.count <= 3 else { return nil }
    namespace = String(parts[0])
    name = String(parts[1])
    overload = parts.count == 3 ? String(parts[2]) : nil
  }

  /// Returns the target's spelling in a graph.
  public var target: String {
    "torch.ops.\(namespace).\(name)" + (overload.map { ".\($0)" } ?? "")
  }
}

/// Names of call targets that FXKit itself gives meaning to.
public enum Targets {
  public static let getitem = "_operator.getitem"
  public static let setGradEnabled = "torch._C._set_grad_enabled"
  public static let enterAutocast = "torch.amp.autocast_mode._enter_autocast"
  public static let exitAutocast = "torch.amp.autocast_mode._exit_autocast"
  public static let wrapWithSetGradEnabled = "torch.ops.higher_order.wrap_with_set_grad_enabled"
  public static let wrapWithAutocast = "torch.ops.higher_order.wrap_with_autocast"

  /// Returns a callable's `__name__`, from which torch.fx makes node names: `add.Tensor`, `getitem`.
  public static func pythonName(of target: String) -> Substring {
    guard target.hasPrefix("torch.ops.") else {
      guard let dot = target.lastIndex(of: ".") else { return target[...] }
      return target[target.index(after: dot)...]
    }
    let rest = target.dropFirst(10)
    guard let dot = rest.firstIndex(of: ".") else { return rest }
    return rest[rest.index(after: dot)...]
  }
}
