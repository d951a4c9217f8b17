import FXCore

/// How what is written to a view gets back to the tensor that is viewed.
///
/// One rule serves functionalisation, which makes a write to a view a new value of its base, and the
/// derivative of the view, which puts a gradient in the place of the view in zeros.
public struct ViewRule: Sendable {
  /// A view with a new value.
  public struct Write {
    /// The call that makes the view; its first argument is the base, as it is before the write.
    public let call: OperatorCall
    /// The position of the view among several results; nil for the only one.
    public let part: Int?
    /// The new value of the view, of its shape.
    public let value: IValue

    /// Describes a write to a view.
    public init(_ call: OperatorCall, part: Int? = nil, value: IValue) {
      self.call = call
      self.part = part
      self.value = value
    }

    /// The base.
    public var base: IValue { call[0] }
    /// All arguments of the call but the base.
    public var rest: [IValue] { Array(call.arguments.dropFirst()) }

    /// The error of a view of which what is written can't be put back.
    public var unsupported: FXError { ViewRule.unsupported(call.schema.qualifiedName) }
  }

  /// The error of a view by an operator of which what is written can't be put back.
  public static func unsupported(_ name: String) -> FXError {
    FXError(.operatorUnsupported, "a write to a view by \(name) can't be functionalized")
  }

  /// Returns the base's value that goes with the new value of the view.
  ///
  /// It throws `operator.unsupported` where elements of the view share a place.
  public let scatter: @Sendable (Write, any Emitter) throws -> IValue

  /// Whether the base has elements that the view does not show, which stay as they are.
  public let keepsBase: Bool

  /// Whether the result is a copy where no view can show the base so: `reshape`.
  public private(set) var mayCopy = false

  /// Makes a rule of what puts a value back.
  public init(
    keepsBase: Bool = true, _ scatter: @escaping @Sendable (Write, any Emitter) throws -> IValue
  ) {
    self.keepsBase = keepsBase
    self.scatter = scatter
  }

  /// The rule of an operator that copies where no view can show the base so.
  public var orCopy: ViewRule {
    var rule = self
    rule.mayCopy = true
    return rule
  }

  /// The view has all elements at their places: `alias`.
  public static let whole = ViewRule(keepsBase: false) { write, _ in write.value }

  /// The view has all elements in order in another shape: `view`.
  public static let reshaped = ViewRule(keepsBase: false) { write, e in
    try e.call("aten::reshape", write.value, .sizes(write.base.sizes))
  }

  /// The view of the view, with the same arguments, is the base: `transpose.int`.
  public static let involution = ViewRule(keepsBase: false) { write, e in
    try e.apply(write.call.schema.qualifiedName, [write.value] + write.rest)
  }

  /// An operator puts the value back, with the arguments of the view: `select_scatter`.
  public static func scattered(by name: String) -> ViewRule {
    ViewRule { write, e in try e.apply(name, [write.base, write.value] + write.rest) }
  }
}

extension OperatorDefinition {
  /// Returns the definition of a view with the rule for what is written to it.
  public func viewing(_ rule: ViewRule) -> OperatorDefinition {
    var result = self
    result.view = rule
    return result
  }
}
