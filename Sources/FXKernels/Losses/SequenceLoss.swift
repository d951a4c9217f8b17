import FXCore
import FXTensor
import Glibc

/// The loss of sequences without alignment: connectionist temporal classification.
///
/// Source: A. Graves et al., "Connectionist Temporal Classification", 2006; equations 6 to 8.
public enum SequenceLoss {
  /// Returns the negative logarithm of each target's probability, and the logarithms of the forward
  /// variables, of shape (batch, time, 2 · target + 1).
  ///
  /// - Parameters:
  ///   - logarithms: those of probabilities: (time, batch, classes).
  ///   - targets: one row a sample, or all of them one after the other.
  /// - Throws: `tensor.shape`, `tensor.index` for classes that are not there, or `tensor.dtype`.
  public static func run(
    _ logarithms: Tensor, targets: Tensor, inputLengths: [Int], targetLengths: [Int], blank: Int
  ) throws -> (losses: Tensor, alpha: Tensor) {
    guard logarithms.dtype.isFloatingPoint else { throw noKernel(for: logarithms.dtype) }
    guard logarithms.rank == 3 else {
      throw FXError(.tensorShape, "probabilities have 3 dimensions: time, batch and classes")
    }
    let (time, batch, classes) = (
      logarithms.sizes[0], logarithms.sizes[1], logarithms.sizes[2]
    )
    guard inputLengths.count == batch, targetLengths.count == batch,
      inputLengths.allSatisfy({ $0 >= 0 && $0 <= time }), targetLengths.allSatisfy({ $0 >= 0 }),
      blank >= 0, blank < classes
    else { throw FXError(.tensorShape, "lengths or the blank do not fit the probabilities") }
    let rows = try labels(targets, targetLengths)
    for label in rows.joined() where label < 0 || label >= classes {
      throw FXError(.tensorIndex, "there is no class \(label)")
    }
    let source = try logarithms.converted(to: .float64).permute([1, 0, 2]).contiguous()
    let values = try source.pointer(Double.self)
    let width = 2 * (targetLengths.max() ?? 0) + 1
    let alpha = try Tensor.full([batch, time, width], .float(-.infinity), .float64)
    let losses = try Tensor.empty([batch], .float64)
    let (variables, results) = (
      try alpha.mutablePointer(Double.self), try losses.mutablePointer(Double.self)
    )
    for sample in 0..<batch {
      let sequence = LabelSequence(
        labels: rows[sample], blank: blank, values: values + sample * time * classes,
        classes: classes, alpha: variables + sample * time * width, width: width)
      results[sample] = sequence.loss(inputLengths[sample])
    }
    return try withExtendedLifetime(source) {
      (try losses.converted(to: logarithms.dtype), try alpha.converted(to: logarithms.dtype))
    }
  }

  private static func labels(_ targets: Tensor, _ lengths: [Int]) throws -> [[Int]] {
    let all = try targets.elements(as: Int64.self).map { Int($0) }
    let width = targets.rank == 2 ? targets.sizes[1] : nil
    var start = 0
    return try lengths.enumerated().map { sample, length in
      if let width { start = sample * width }
      guard start + length <= all.count, length <= width ?? length else {
        throw FXError(.tensorShape, "the targets are shorter than their lengths say")
      }
      defer { start += length }
      return Array(all[start..<(start + length)])
    }
  }
}

/// One sample: its labels with blanks around them.
private struct LabelSequence {
  let labels: [Int]
  let blank: Int
  let values: UnsafePointer<Double>
  let classes: Int
  let alpha: UnsafeMutablePointer<Double>
  let width: Int

  private func label(_ place: Int) -> Int { place % 2 == 0 ? blank : labels[place / 2] }

  func loss(_ time: Int) -> Double {
    let count = 2 * labels.count + 1
    // Without time only an empty target is certain.
    if time == 0 { return labels.isEmpty ? 0 : .infinity }
    alpha[0] = values[blank]
    if count > 1 { alpha[1] = values[labels[0]] }
    for step in 1..<max(time, 1) {
      let (last, next) = (alpha + (step - 1) * width, alpha + step * width)
      for place in 0..<count {
        var sum = last[place]
        if place > 0 { sum = LogSum.add(sum, last[place - 1]) }
        // Equal labels need a blank between them.
        if place > 1, label(place) != label(place - 2) { sum = LogSum.add(sum, last[place - 2]) }
        next[place] = sum + values[step * classes + label(place)]
      }
    }
    let end = alpha + (time - 1) * width
    return -(count > 1 ? LogSum.add(end[count - 1], end[count - 2]) : end[0])
  }
}
