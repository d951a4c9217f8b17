import FXCore
import FXTensor

/// Returns the rows of a table, each cut at its first ` = `.
func rows(of table: String) -> [(given: [String], expected: String)] {
  table.split(separator: "\n").map { line in
    let text = line.drop { $0 == " " }
    let parts = text.split(separator: " = ", maxSplits: 1, omittingEmptySubsequences: false)
    return (
      parts[0].split(separator: " ", omittingEmptySubsequences: true).map(String.init),
      parts.count > 1 ? String(parts[1]) : ""
    )
  }
}

/// Reads numbers with commas between them, in brackets or not.
func integers(_ text: some StringProtocol) -> [Int] {
  text.filter { $0 != "[" && $0 != "]" }.split(separator: ",").compactMap { Int(String($0)) }
}

func scalarType(_ name: String) -> ScalarType { ScalarType(name: name) ?? .unknown }
