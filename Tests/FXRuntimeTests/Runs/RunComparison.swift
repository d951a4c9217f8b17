import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Compares results of a run with those of PyTorch, as `torch.testing.assert_close` does.
enum RunComparison {
  /// Returns how a tensor differs in dtype, sizes, elements and, where given, strides.
  static func difference(
    _ actual: Tensor, _ expected: Tensor, strides: [Int]? = nil, comparesElements: Bool = true
  ) throws -> String? {
    if actual.dtype != expected.dtype { return "\(actual.dtype) instead of \(expected.dtype)" }
    if actual.sizes != expected.sizes {
      return "the sizes \(actual.sizes) instead of \(expected.sizes)"
    }
    if let strides, !areSame(actual.strides, strides, sizes: actual.sizes) {
      return "the strides \(actual.strides) instead of \(strides) of sizes \(actual.sizes)"
    }
    guard comparesElements else { return nil }
    let found = try TensorDifference(
      actual, expected: expected, TensorDifference.Tolerance.standard(for: expected.dtype))
    if found.isClose { return nil }
    return "\(found.mismatches) of \(found.count) elements differ, by up to "
      + "\(found.greatestAbsolute), the first at \(found.firstMismatch ?? 0)"
  }

  /// Strides of dimensions with one element, and of empty tensors, mean nothing.
  private static func areSame(_ a: [Int], _ b: [Int], sizes: [Int]) -> Bool {
    if a.count != b.count || sizes.contains(0) { return a.count == b.count }
    return sizes.indices.allSatisfy { sizes[$0] <= 1 || a[$0] == b[$0] }
  }

  /// Returns how a value differs from one that is spelled: `int` and `3`.
  static func difference(_ actual: IValue, _ kind: Substring, _ text: Substring) -> String? {
    let isSame: Bool
    switch (actual, kind) {
    case (.none, "none"): isSame = true
    case (.int(let value), "int"): isSame = value == Int(text)
    case (.bool(let value), "bool"): isSame = value == (text == "True")
    case (.float(let value), "float"):
      let expected = Double(text) ?? .infinity
      isSame =
        value == expected || value.isNaN && expected.isNaN
        || abs(value - expected) <= 1e-7 + 1.3e-6 * abs(expected)
    default: isSame = false
    }
    return isSame ? nil : "\(actual) instead of \(kind) \(text)"
  }
}
