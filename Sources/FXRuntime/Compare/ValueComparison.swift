import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Compares values within bounds.
struct ValueComparison {
  typealias Difference = ModelComparison.Difference

  /// What is compared.
  struct Subject {
    let kindName: String
    let name: String
    var target: String?

    init(_ kindName: String, _ name: String, target: String? = nil) {
      (self.kindName, self.name, self.target) = (kindName, name, target)
    }

    func difference(_ text: String, _ difference: TensorDifference? = nil) -> Difference {
      Difference(
        kindName: kindName, name: name, target: target, difference: difference, text: text)
    }
  }

  let tolerance: TensorDifference.Tolerance?
  let allowsRounding: Bool
  let sides: ModelComparison.Sides

  private func bounds(
    of expected: Tensor, _ precision: ScalarType?
  ) throws -> TensorDifference.Tolerance {
    var bounds = tolerance ?? .standard(for: expected.dtype)
    guard allowsRounding, expected.dtype.isFloatingPoint else { return bounds }
    if tolerance == nil, let precision {
      let lower = TensorDifference.Tolerance.standard(for: precision)
      bounds.relative = max(bounds.relative, lower.relative)
      bounds.absolute = max(bounds.absolute, lower.absolute)
    }
    let summary = try TensorSummary(expected)
    let greatest = max(abs(summary.min ?? 0), abs(summary.max ?? 0))
    if greatest.isFinite { bounds.absolute += bounds.relative * greatest }
    return bounds
  }

  func difference(
    _ subject: Subject, _ actual: IValue, _ expected: IValue, _ precision: ScalarType?
  ) throws -> Difference? {
    switch (actual, expected) {
    case (.tensor(let a), .tensor(let b)):
      if a.dtype != b.dtype {
        return subject.difference("the dtypes are \(b.dtype.name) and \(a.dtype.name)")
      }
      if a.sizes != b.sizes {
        return subject.difference(
          "the shapes are \(Geometry.text(b.sizes)) and \(Geometry.text(a.sizes))")
      }
      let found = try TensorDifference(a, expected: b, bounds(of: b, precision))
      return found.isClose ? nil : subject.difference(found.text(sides), found)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      if a.count != b.count {
        return subject.difference("there are \(b.count) and \(a.count) parts")
      }
      for (index, pair) in zip(a, b).enumerated() {
        let part = try difference(subject, pair.0, pair.1, precision)
        if let part { return subject.difference("part \(index): \(part.text)", part.difference) }
      }
      return nil
    default:
      let (left, right) = ("\(expected)", "\(actual)")
      return left == right ? nil : subject.difference("the values are \(left) and \(right)")
    }
  }
}

extension TensorDifference {
  /// The difference in words, numbers with six significant digits.
  fileprivate func text(_ sides: ModelComparison.Sides) -> String {
    func short(_ value: Double) -> String { PythonText.float(value, digits: 6) }
    let range = "at most \(short(greatestAbsolute)), relatively \(short(greatestRelative))"
    let kinds: [(count: Int, one: String, many: String, rest: String)] = [
      (finiteMismatches, "differs", "differ", "by \(range)"),
      (nanInActual, "is", "are", "NaN \(sides.b) only"),
      (nanInExpected, "is", "are", "NaN \(sides.a) only"),
      (infiniteMismatches, "differs", "differ", "by infinity"),
    ].filter { $0.count > 0 }
    let place = firstMismatch.map { ", the first at \($0)" } ?? ""
    let total = "\(mismatches) of \(count) elements"
    if kinds.count == 1 {
      if finiteMismatches > 0 { return "\(total) differ\(place); \(range)" }
      return "\(total) \(kinds[0].many) \(kinds[0].rest)" + (mismatches < count ? place : "")
    }
    return "\(total) differ\(place): "
      + kinds.map { "\($0.count) \($0.count == 1 ? $0.one : $0.many) \($0.rest)" }
      .joined(separator: ", ")
  }
}
