import FXOperators

extension HigherOrderOperator {
  /// All operators that FXKit runs.
  static let all = regions + branches + loops + wrappers + [flexAttention]
}
