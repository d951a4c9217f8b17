/// The arguments of a call as formulas.
///
///     OperatorDefinition.formula("aten::square_root_of_sum") { x in try (x[0] + x[1]).sqrt() }
public struct Operands {
  /// The call.
  public let call: OperatorCall
  /// What computes or records operations on the arguments.
  public let emitter: any Emitter
  /// How numbers are handed on.
  public let numbers: Formula.Numbers

  /// Makes formulas of a call's arguments.
  public init(
    _ call: OperatorCall, _ emitter: any Emitter, numbers: Formula.Numbers = .scalars
  ) {
    self.call = call
    self.emitter = emitter
    self.numbers = numbers
  }

  /// The argument at a position.
  public subscript(index: Int) -> Formula { Formula(call[index], emitter, numbers: numbers) }

  /// The argument at a position; nil where it is None.
  public func optional(_ index: Int) -> Formula? { call[index].isNone ? nil : self[index] }
}

extension OperatorDefinition {
  /// Makes the one result of a call from its arguments.
  public typealias FormulaRule = @Sendable (Operands) throws -> Formula

  /// Defines the overloads of these names by a formula alone.
  public static func formula(
    _ names: String..., rule: @escaping FormulaRule
  ) -> OperatorDefinition {
    var definition = OperatorDefinition { call, e in try rule(Operands(call, e)).value }
    definition.names = names
    return definition
  }
}
