import FXCore
import FXExport

extension ExportedProgram {
  /// The ranges of the program's symbols, by name; expressions of several parts are left out.
  public var symbolRanges: [String: ValueRange] {
    var ranges: [String: ValueRange] = [:]
    for (text, range) in rangeConstraints {
      guard case .symbol(let name, _)? = try? SymbolicExpression(text) else { continue }
      ranges[name] = ValueRange(min: range.min, max: range.max)
    }
    return ranges
  }
}
