import FXCore
import FXSchemas
import FXTensor

/// What `torch.autocast` makes of operators on the CPU: the dtype to which arguments are converted.
///
/// Source: `ATen/autocast_mode.cpp`. What becomes of an operator is a field of its definition.
public enum Autocast {
  /// Says how the floating-point arguments of an operator are converted.
  public enum Policy: Sendable {
    /// To the lower dtype.
    case lower
    /// To float32.
    case single
    /// To float32 if one of them is that, else to the lower dtype.
    case widest
    /// Not at all; operators that it calls are looked at themselves.
    case transparent
    /// Not at all, and operators that its computation calls neither.
    case opaque
  }

  /// A policy, and the calls that don't have it.
  struct Rule: Sendable {
    let policy: Policy
    /// Tells of the arguments of a call that it is transparent.
    let isTransparent: @Sendable ([IValue]) -> Bool
  }

  /// Tells whether a region changes an operator's arguments, so that it can't be replaced by others.
  public static func concerns(_ resolved: ResolvedOperator) -> Bool {
    switch policy(of: resolved) {
    case .lower, .single, .widest: true
    case .transparent, .opaque: false
    }
  }

  /// Returns the policy of an overload, or of its call with some arguments.
  static func policy(of resolved: ResolvedOperator, _ arguments: [IValue]? = nil) -> Policy {
    // Kernels of PyTorch call no operators that autocast would see; others may be made of some.
    let unsaid: Policy = resolved.schema.namespace == "aten" ? .opaque : .transparent
    func said(of schema: OperatorSchema) -> Policy {
      guard let rule = resolved.definition?.autocast[schema.qualifiedName] else { return unsaid }
      return arguments.map(rule.isTransparent) ?? false ? .transparent : rule.policy
    }
    switch resolved.variant {
    case .direct: return said(of: resolved.schema)
    // PyTorch's lists have functional overloads alone.
    case .writing(_, _, isInPlace: true): return unsaid
    case .writing(let functional, _, _):
      if case .opaque = said(of: functional) { return .opaque }
      return .transparent
    }
  }

  /// Says what a region makes of a call.
  public enum Effect: Sendable {
    /// The call stays as it is, and so do those that it is made of.
    case nothing
    /// The operators that the call is made of are looked at themselves.
    case parts
    /// Arguments of floats are converted to a dtype, but for those of float64.
    case conversion(ScalarType)
  }

  /// Returns what a region that lowers to a dtype makes of a call.
  public static func effect(
    on resolved: ResolvedOperator, _ arguments: [IValue], to lower: ScalarType
  ) -> Effect {
    switch policy(of: resolved, arguments) {
    case .lower: return .conversion(lower)
    case .single: return .conversion(.float32)
    case .widest:
      let hasSingle = arguments.contains { $0.hasTensor(of: .float32) }
      return .conversion(hasSingle ? .float32 : lower)
    case .transparent: return .parts
    case .opaque: return .nothing
    }
  }

  /// Reads what a region says: device type, dtype, and whether it switches autocast on or off.
  ///
  /// - Parameter before: the dtype outside of the region; nil where autocast is off.
  /// - Throws: `operator.argumentType` where the arguments are not those of a region.
  public static func dtype(
    inRegion arguments: [IValue], outside before: ScalarType?
  ) throws -> ScalarType? {
    guard arguments.count == 3, case .string(let device) = arguments[0] else {
      throw FXError(.argumentType, "an autocast region needs a device, a dtype and a switch")
    }
    let isEnabled = if case .bool(false) = arguments[2] { false } else { true }
    let given: ScalarType? = if case .dtype(let dtype) = arguments[1] { dtype } else { nil }
    return dtype(inRegionOf: device, given, isEnabled: isEnabled, outside: before)
  }

  /// Returns what operators on the CPU are lowered to in a region; nil where they are not.
  ///
  /// - Parameters:
  ///   - device: the type of the device that the region is for, which leaves others as they are outside.
  ///   - given: the dtype that the region names; nil for the CPU's default, bfloat16.
  package static func dtype(
    inRegionOf device: String, _ given: ScalarType?, isEnabled: Bool, outside before: ScalarType?
  ) -> ScalarType? {
    guard device == "cpu" else { return before }
    return isEnabled ? given ?? .bfloat16 : nil
  }
}

extension OperatorDefinition {
  /// Returns the definition with what autocast makes of calls of some of its overloads, or of all.
  ///
  /// - Parameters:
  ///   - overloads: the qualified names of the overloads; none for all that nothing was said of.
  ///   - isTransparent: tells of the arguments of a call that the operators that it is made of are looked
  ///     at instead.
  public func autocast(
    _ policy: Autocast.Policy, only overloads: String...,
    unless isTransparent: @escaping @Sendable ([IValue]) -> Bool = { _ in false }
  ) -> OperatorDefinition {
    var copy = self
    copy.autocast.say(
      Autocast.Rule(policy: policy, isTransparent: isTransparent), of: overloads)
    return copy
  }
}

extension IValue {
  /// Whether the value is, or a list contains, a tensor of a dtype.
  fileprivate func hasTensor(of dtype: ScalarType) -> Bool {
    switch self {
    case .tensor(let tensor): tensor.dtype == dtype
    case .fake(let tensor): tensor.dtype == dtype
    case .list(let parts), .tuple(let parts): parts.contains { $0.hasTensor(of: dtype) }
    default: false
    }
  }
}
