import FXCore

/// How a call that writes to arguments is made of calls that don't, where names do not tell it.
///
/// They do of `add_` and of `out` variants, whose functional overload has the same name
/// (`OperatorLibrary.functionalForm`).
public enum WriteRule: Sendable {
  /// The argument stays as it is: `detach_`.
  case argument
  /// Shows the argument by a view of this name from then on, with the same arguments: `squeeze_`.
  case view(String)
  /// The same, unless the argument has that geometry already: `resize_`.
  case resized(String)
  /// Gives the first argument another value: `fill_diagonal_`.
  case value(@Sendable (OperatorCall, any Emitter) throws -> IValue)
  /// Gives arguments results of a functional operator; nil for calls that write nothing: `batch_norm`.
  case call(@Sendable (_ arguments: [IValue]) -> FunctionalCall?)

  /// A call of a functional operator, and what becomes of its results.
  public struct FunctionalCall {
    /// What the call that writes gives.
    public enum Results: Sendable {
      /// The first result alone.
      case first
      /// As many results from the first on, as a tuple.
      case several(Int)
      /// The first argument that was written to.
      case written
    }

    /// The functional operator, by qualified name.
    public let name: String
    /// Its arguments.
    public let arguments: [IValue]
    /// The arguments of the call that writes, and the results that they get.
    public let writes: [(target: IValue, result: Int)]
    /// What the call that writes gives.
    public let results: Results

    /// Describes the call.
    public init(
      _ name: String, _ arguments: [IValue], writes: [(target: IValue, result: Int)] = [],
      results: Results = .first
    ) {
      self.name = name
      self.arguments = arguments
      self.writes = writes
      self.results = results
    }
  }

  /// Tells whether a call writes to something.
  public func concerns(_ arguments: [IValue]) -> Bool {
    if case .call(let rule) = self { rule(arguments) != nil } else { true }
  }
}

extension OperatorDefinition {
  /// Returns the definition with the way in which what it writes is made functional.
  public func writing(_ rule: WriteRule) -> OperatorDefinition {
    var copy = self
    copy.write = rule
    return copy
  }
}

extension ResolvedOperator {
  /// How what it writes is made functional; nil where names tell it, or it writes nothing.
  public var writeRule: WriteRule? { isDirect ? definition?.write : nil }
}
