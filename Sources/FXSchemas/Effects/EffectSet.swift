/// What running a node does beside giving its result.
public struct EffectSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Writes to an argument or to state of a module.
  public static let mutation = EffectSet(rawValue: 1)
  /// Draws from a random number generator, so that it gives another result each time.
  public static let random = EffectSet(rawValue: 2)
  /// Does something else that can be seen: a check, a message, a switch of a mode.
  public static let sideEffect = EffectSet(rawValue: 4)
  /// May do anything: nothing is known of what is called.
  public static let unknown = EffectSet(rawValue: 8)
}

extension EffectSet: CustomStringConvertible {
  public var description: String {
    let names: [(EffectSet, String)] = [
      (.mutation, "mutation"), (.random, "random"), (.sideEffect, "side effect"),
      (.unknown, "unknown"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }
}

/// What a call target tells of the effects of its calls, before a look at the arguments.
struct TargetEffects {
  /// Tells what of a call must be looked at besides its target.
  enum Inspection {
    case nothing
    /// Subgraphs and operators among the arguments run as part of the call.
    case callees
    /// As `callees`, but what the callee writes comes back as a result.
    case functionalizedCallees
    /// A Python function may have `inplace`, `out` or `training` among its arguments.
    case pythonArguments
    /// A normalization writes the running statistics that it gets while it trains.
    case runningStatistics
  }

  var effects: EffectSet
  var inspection = Inspection.nothing
}
