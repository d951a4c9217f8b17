import FXCore
import Glibc

/// How all numbers of a tensor are printed: in one width, and floats in one notation.
///
/// The rules are those of PyTorch: scientific where the largest magnitude is above 1e8 or 1000
/// times the smallest, or the smallest is below 1e-4; without digits after the point where all
/// numbers are whole; else with four.
struct NumberFormat {
  /// The characters that each number takes at least.
  private(set) var width = 1
  private var isScientific = false
  private var isWhole = true

  /// Chooses the format for integers and booleans.
  init(texts: some Sequence<Scalar>) {
    for value in texts { width = max(width, value.description.utf8.count) }
  }

  /// Chooses the format for floats.
  init(floats: [Double]) {
    let values = floats.filter { $0.isFinite && $0 != 0 }
    guard let smallest = values.lazy.map(\.magnitude).min(),
      let largest = values.lazy.map(\.magnitude).max()
    else { return }
    isWhole = values.allSatisfy { $0 == $0.rounded(.up) }
    isScientific = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4
    // The point after a whole number counts.
    let point = isWhole && !isScientific ? 1 : 0
    for value in values { width = max(width, digits(value).utf8.count + point) }
  }

  /// Returns a number in the width.
  func text(_ value: Scalar) -> String {
    let text: String
    switch value {
    case .float(let number):
      text = digits(number) + (isWhole && !isScientific && number.isFinite ? "." : "")
    default: text = value.description
    }
    return String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }

  private func digits(_ value: Double) -> String {
    guard value.isFinite else { return PythonText.float(value) }
    let format = isScientific ? "%.4e" : isWhole ? "%.0f" : "%.4f"
    // The longest is the largest double with four digits after the point.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 336) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      _ = withVaList([value]) { vsnprintf(start, buffer.count, format, $0) }
      return String(cString: start)
    }
  }
}
