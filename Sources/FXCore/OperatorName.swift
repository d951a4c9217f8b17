/// The parts of an operator's qualified name, as FX targets spell it: `torch.ops.aten.add.Tensor`.
public struct OperatorName: Hashable, Sendable {
  /// The library: `aten`, `prims`, `higher_order`, a custom one.
  public var namespace: String
  /// The name without library and overload: `add`.
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

extension OperatorName {
  /// PyTorch's own spelling of the name: `aten::add.Tensor`.
  public var qualifiedName: String { Self.qualified(namespace, name, overload ?? "") }

  /// Returns PyTorch's own spelling of a name: `aten::add.Tensor`, `aten::relu` for a default overload.
  public static func qualified(
    _ namespace: some StringProtocol, _ name: some StringProtocol,
    _ overload: String = ""
  ) -> String {
    let base = namespace.isEmpty ? String(name) : "\(namespace)::\(name)"
    return overload.isEmpty || overload == "default" ? base : "\(base).\(overload)"
  }

  /// The library of the operators that call graphs.
  public static let higherOrderNamespace = "higher_order"

  /// Tells whether the operator calls graphs given as arguments.
  public var isHigherOrder: Bool { namespace == Self.higherOrderNamespace }

  /// Tells whether a target, as UTF-8, is a higher-order operator, without taking it apart.
  public static func isHigherOrder(target utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let prefix: StaticString = "torch.ops.higher_order."
    return utf8.starts(
      with: UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
  }
}

/// Names of call targets that FXKit itself gives meaning to.
public enum Targets {
  /// Takes one of several results.
  public static let getitem = "_operator.getitem"
  /// Switches the grad mode for what follows.
  public static let setGradEnabled = "torch._C._set_grad_enabled"
  /// Begins an autocast region.
  public static let enterAutocast = "torch.amp.autocast_mode._enter_autocast"
  /// Ends an autocast region.
  public static let exitAutocast = "torch.amp.autocast_mode._exit_autocast"
  /// Calls a graph under a grad mode.
  public static let wrapWithSetGradEnabled = "torch.ops.higher_order.wrap_with_set_grad_enabled"
  /// Calls a graph under autocast.
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
