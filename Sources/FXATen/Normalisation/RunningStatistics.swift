import FXOperators

/// Running statistics as results of functional operators, where normalisations write to them.
enum RunningStatistics {
  /// Of `batch_norm`, which writes nothing where there is nothing.
  static let ofOutput = WriteRule.call { arguments in
    if (try? arguments[0].sizes.contains(0)) == true { return nil }
    return call(arguments, results: .first)
  }

  /// Of `native_batch_norm`, which gives statistics of the batch as well.
  static let ofThree = WriteRule.call { call($0, results: .several(3)) }

  /// Of `_batch_norm_with_update`.
  static let ofUpdate = WriteRule.call { arguments in
    guard arguments.count == 7, !arguments[3].isNone, !arguments[4].isNone else { return nil }
    return WriteRule.FunctionalCall(
      "aten::_batch_norm_with_update_functional", arguments,
      writes: [(arguments[3], 4), (arguments[4], 5)], results: .several(4))
  }

  private static func call(
    _ arguments: [IValue], results: WriteRule.FunctionalCall.Results
  ) -> WriteRule.FunctionalCall? {
    guard arguments.count >= 8, case .bool(let isTraining) = arguments[5] else { return nil }
    guard isTraining else {
      return WriteRule.FunctionalCall(
        "aten::_native_batch_norm_legit_no_training",
        Array(arguments[..<5] + arguments[6..<8]), results: results)
    }
    guard !arguments[3].isNone, !arguments[4].isNone else {
      return WriteRule.FunctionalCall(
        "aten::_native_batch_norm_legit.no_stats",
        Array(arguments[..<3] + arguments[5..<8]), results: results)
    }
    return WriteRule.FunctionalCall(
      "aten::_native_batch_norm_legit_functional", Array(arguments[..<8]),
      writes: [(arguments[3], 3), (arguments[4], 4)], results: results)
  }
}
