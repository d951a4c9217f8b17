import FXCore

/// Keeps the parsed form of each text of a symbolic expression, or why it can't be parsed.
///
/// Sizes of a program repeat a few texts; each is parsed once. Not for sharing between threads.
public final class ExpressionTable {
  private var known: [String: Result<SymbolicExpression, FXError>] = [:]

  public init() {}

  /// Returns the expression that a text spells, as it is written.
  ///
  /// - Throws: `symbolic.*`, with the offset in the text.
  public func parse(_ text: String) throws(FXError) -> SymbolicExpression {
    if let result = known[text] { return try result.get() }
    let result = Result { () throws(FXError) in try SymbolicExpression(parsing: text) }
    known[text] = result
    return try result.get()
  }
}
