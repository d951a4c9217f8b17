import FXCore
import FXGraph
import FXKernels
import FXOperators
import FXTensor

/// Runs two programs on the same inputs and finds where their values diverge.
///
/// Nodes of the same name are compared, in the order of the second program; a program that was
/// transformed keeps the names of what it computes as before. Where one gives a tensor and the other
/// several, as a region that took a node's name does, nothing is compared.
public struct ModelComparison {
  /// A value that the two programs have and that differs.
  public struct Difference {
    /// The node's name, or the output's position.
    public let name: String
    /// What the node calls; nil for outputs.
    public let target: String?
    /// How far elements are apart; nil where the values can't be compared.
    public let difference: TensorDifference?
    /// What is not the same, in words.
    public let text: String
  }

  /// The user's outputs that differ, in order.
  public private(set) var outputs: [Difference] = []
  /// The first node of the second program whose value differs from that of the first.
  public private(set) var firstNode: Difference?
  /// How many nodes were compared.
  public private(set) var comparedCount = 0
  /// How many outputs there are.
  public private(set) var outputCount = 0

  /// Whether all outputs are the same within the tolerance.
  public var isSame: Bool { outputs.isEmpty }

  /// Runs both programs.
  ///
  /// Inputs are copied for each, since programs may write to them.
  ///
  /// - Parameters:
  ///   - tolerance: the bounds; nil for those of `torch.testing.assert_close` by dtype.
  ///   - allowsRounding: whether elements may be apart by what the relative bound makes of the
  ///     greatest of their tensor, as sums are that are rounded in other places; bounds are then
  ///     those of the lowest precision on the way from the inputs, as autocast makes it.
  ///   - files: where the programs come from, for errors of runs.
  /// - Throws: what a run throws.
  public init(
    _ a: ProgramRunner, _ b: ProgramRunner, inputs: [IValue],
    tolerance: TensorDifference.Tolerance? = nil, allowsRounding: Bool = false,
    files: (a: String, b: String)? = nil
  ) throws {
    let values = ValueComparison(tolerance: tolerance, allowsRounding: allowsRounding)
    var known: [String: (value: IValue, precision: ScalarType?)] = [:]
    var (ways, waysOfA) = (PrecisionTrace(b.program.graph), PrecisionTrace(a.program.graph))
    a.interpreter.hooks.observe = { node, value in
      waysOfA.observe(node, value)
      // Later writes must not change what was seen, and graphs inside have names of their own.
      guard node.graph === a.program.graph else { return }
      known[node.name] = (try value.copied(), waysOfA.precision(of: node))
    }
    let expected = try Self.run(a, inputs, files?.a)
    var first: Difference?
    var count = 0
    b.interpreter.hooks.observe = { node, value in
      ways.observe(node, value)
      guard node.graph === b.program.graph, first == nil, node.kind != .output,
        let other = known.removeValue(forKey: node.name), value.isSameKind(as: other.value)
      else { return }
      count += 1
      let precision = ScalarType.lower(ways.precision(of: node), other.precision)
      first = try values.difference(node.name, node.target, value, other.value, precision)
    }
    let actual = try Self.run(b, inputs, files?.b)
    a.interpreter.hooks.observe = nil
    b.interpreter.hooks.observe = nil
    firstNode = first
    comparedCount = count
    outputCount = expected.count
    guard actual.count == expected.count else {
      outputs = [
        Difference(
          name: "outputs", target: nil, difference: nil,
          text: "there are \(expected.count) and \(actual.count) outputs")
      ]
      return
    }
    let precisions = zip(
      waysOfA.userOutputs(of: a.program), ways.userOutputs(of: b.program)
    ).map { ScalarType.lower($0, $1) }
    for (index, pair) in zip(actual, expected).enumerated() {
      let precision = precisions.indices.contains(index) ? precisions[index] : nil
      if let found = try values.difference("\(index)", nil, pair.0, pair.1, precision) {
        outputs.append(found)
      }
    }
  }
}

extension ModelComparison {
  /// Runs a program on copies of inputs; errors name the file.
  private static func run(
    _ runner: ProgramRunner, _ inputs: [IValue], _ file: String?
  ) throws -> [IValue] {
    do {
      return try runner.run(inputs.map { try $0.copied() })
    } catch let error as FXError {
      throw file.map { error.inMember($0) } ?? error
    }
  }
}

/// Compares values within bounds.
private struct ValueComparison {
  typealias Difference = ModelComparison.Difference

  let tolerance: TensorDifference.Tolerance?
  let allowsRounding: Bool

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
    _ name: String, _ target: String?, _ actual: IValue, _ expected: IValue,
    _ precision: ScalarType?
  ) throws -> Difference? {
    func made(_ text: String, _ difference: TensorDifference? = nil) -> Difference {
      Difference(name: name, target: target, difference: difference, text: text)
    }
    switch (actual, expected) {
    case (.tensor(let a), .tensor(let b)):
      if a.dtype != b.dtype { return made("the dtypes are \(b.dtype.name) and \(a.dtype.name)") }
      if a.sizes != b.sizes {
        return made("the shapes are \(Geometry.text(b.sizes)) and \(Geometry.text(a.sizes))")
      }
      let found = try TensorDifference(a, expected: b, bounds(of: b, precision))
      return found.isClose ? nil : made(found.text, found)
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
      if a.count != b.count { return made("there are \(b.count) and \(a.count) parts") }
      for (index, pair) in zip(a, b).enumerated() {
        let part = try difference(name, target, pair.0, pair.1, precision)
        if let part { return made("part \(index): \(part.text)", part.difference) }
      }
      return nil
    default:
      let (left, right) = ("\(expected)", "\(actual)")
      return left == right ? nil : made("the values are \(left) and \(right)")
    }
  }
}

extension TensorDifference {
  /// The difference in words.
  var text: String {
    let place = firstMismatch.map { ", the first at \($0)" } ?? ""
    return "\(mismatches) of \(count) elements differ\(place); at most \(greatestAbsolute), "
      + "relatively \(greatestRelative)"
  }
}

extension IValue {
  /// Whether both values are tensors, or both are lists of as many parts, or neither.
  fileprivate func isSameKind(as other: IValue) -> Bool {
    if isTensor || other.isTensor { return isTensor && other.isTensor }
    return elements?.count == other.elements?.count
  }

  /// Returns the value with tensors of their own memory.
  func copied() throws -> IValue {
    switch self {
    case .tensor(let tensor): .tensor(try tensor.clone())
    case .list(let parts): .list(try parts.map { try $0.copied() })
    case .tuple(let parts): .tuple(try parts.map { try $0.copied() })
    default: self
    }
  }
}
