import FXCore

/// What Python shows for the callable that a target names.
///
/// Python shows the address of most functions, which differs from run to run. Here it is always
/// twelve zeros, as wide as an address usually is.
struct PythonCallable {
  let target: String

  private static let address = "0x000000000000"

  /// Tells whether the target is an operator of `torch.ops`.
  var isOperator: Bool { target.hasPrefix("torch.ops.") }

  /// Returns `str(callable)`: `aten.add.Tensor`, `cond`, `<built-in function getitem>`.
  var str: String {
    guard let name = OperatorName(target: target) else { return repr }
    if name.isHigherOrder { return name.name }
    return "\(name.namespace).\(name.name)" + (name.overload.map { ".\($0)" } ?? "")
  }

  /// Returns `repr(callable)`.
  var repr: String {
    if let name = OperatorName(target: target) {
      if name.isHigherOrder { return name.name }
      guard let overload = name.overload else {
        return "<OpOverloadPacket(op='\(name.namespace).\(name.name)')>"
      }
      return "<OpOverload(op='\(name.namespace).\(name.name)', overload='\(overload)')>"
    }
    let name = Targets.pythonName(of: target)
    if isBuiltin { return "<built-in function \(name)>" }
    if target.hasPrefix("torch.Tensor.") {
      return "<method '\(name)' of 'torch._C.TensorBase' objects>"
    }
    if target == "torch.\(name)", !name.hasPrefix("sym_") {
      return "<built-in method \(name) of type object at \(Self.address)>"
    }
    return "<function \(name) at \(Self.address)>"
  }

  private var isBuiltin: Bool {
    target.hasPrefix("_operator.") || target.hasPrefix("math.") || target.hasPrefix("torch._C.")
      || target.hasPrefix("builtins.") || !target.contains(".")
  }

  /// Returns torch.fx's spelling of the target in listings: `operator.getitem`.
  static func listingName(of target: String) -> String {
    if target.hasPrefix("_operator.") { return String(target.dropFirst()) }
    return target.contains(".") ? target : "builtins.\(target)"
  }
}
