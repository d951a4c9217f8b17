import FXCore

/// Keeps the parsed form of each text of a symbolic expression, or why it can't be parsed.
///
/// Sizes of a program repeat a few texts; each is parsed once. Threads that run a program share it.
public final class ExpressionTable: Sendable {
  private let known = Locked<[String: Result<SymbolicExpression, FXError>]>([:])

  public init() {}

  /// Returns the expression that a text spells, as it is written.
  ///
  /// - Throws: `symbolic.*`, with the offset in the text.
  public func parse(_ text: String) throws(FXError) -> SymbolicExpression {
    if let result = known.withLock({ $0[text] }) { return try result.get() }
    let result = Result { () throws(FXError) in try SymbolicExpression(parsing: text) }
    known.withLock { $0[text] = result }
    return try result.get()
  }
}
