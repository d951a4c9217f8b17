import FXCore
import FXTensor

extension FXError.Code {
  /// A tensor that is written to shares memory with an argument that is read meanwhile.
  public static let tensorOverlap = FXError.Code("tensor.overlap")
}

/// Which arguments may not share memory with a tensor that an in-place or `out` variant writes to.
///
/// What PyTorch computes in the place of the result it refuses to read from there, unless each element
/// is in its own place; what it computes apart and copies may overlap. Both are told by positions in
/// the functional overload. Source: `at::assert_no_partial_overlap`, `at::assert_no_overlap`.
package struct OverlapRule: Sendable {
  /// Some parameters of an operator.
  package enum Parameters: Sendable {
    case none
    case all
    case only(Set<Int>)

    func contains(_ index: Int) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .only(let indices): indices.contains(index)
      }
    }
  }

  /// Parameters of the in-place variant that share with the result all elements or none.
  let inPlace: Parameters
  /// The same of the `out` variant.
  let out: Parameters
  /// Parameters that share no element, in neither variant.
  let apart: Set<Int>
  /// Overloads whose `out` variant computes apart, whatever those of the others do.
  let computedApart: Set<String>
  /// Parameters that are expanded to the sizes of the result: where that repeats elements, PyTorch can't
  /// tell whether they overlap.
  let expanded: Set<Int>
  /// Tells of an argument of a call, by its position, that it is read before anything is written.
  let isReadBefore: (@Sendable (OperatorCall, Int) throws -> Bool)?

  /// Makes a rule of the parameters that may not overlap in each variant; the defaults allow all.
  package init(
    inPlace: Parameters = .none, out: Parameters = .none, apart: Set<Int> = [],
    computedApart: Set<String> = [], expanded: Set<Int> = [],
    isReadBefore: (@Sendable (OperatorCall, Int) throws -> Bool)? = nil
  ) {
    self.inPlace = inPlace
    self.out = out
    self.apart = apart
    self.computedApart = computedApart
    self.expanded = expanded
    self.isReadBefore = isReadBefore
  }

  /// All arguments may overlap.
  package static let allowed = OverlapRule()
  /// Results are computed in their place from all arguments.
  package static let elementwise = OverlapRule(inPlace: .all, out: .all)
  /// The same, but for the `out` variants of some overloads.
  package static func elementwise(but overloads: String...) -> OverlapRule {
    OverlapRule(inPlace: .all, out: .all, computedApart: Set(overloads))
  }

  /// The in-place variant computes in the place of the result, and `out` apart.
  package static let elementwiseInPlace = OverlapRule(inPlace: .all)

  /// Checks the arguments of a functional overload against the tensors that get its results.
  ///
  /// - Throws: `tensor.overlap`.
  package func check(_ call: OperatorCall, _ outputs: [Tensor], isInPlace: Bool) throws {
    if !isInPlace, computedApart.contains(call.schema.qualifiedName) { return }
    let own = isInPlace ? inPlace : out
    for (index, argument) in call.arguments.enumerated() where !isInPlace || index > 0 {
      let isApart = apart.contains(index)
      guard isApart || own.contains(index), try isReadBefore?(call, index) != true else { continue }
      for tensor in argument.tensorParts {
        for output in outputs {
          if expanded.contains(index), tensor.sizes != output.sizes { continue }
          let overlap = output.overlap(with: tensor)
          guard overlap == .partial || (isApart && overlap == .full) else { continue }
          throw FXError(
            .tensorOverlap,
            "argument '\(call.schema.parameters[index].name)' of \(call.schema.qualifiedName) shares "
              + "elements with the tensor that is written to; clone it first")
        }
      }
    }
  }
}

extension OperatorDefinition {
  /// Returns the definition with a rule for overlaps.
  package func overlapping(_ rule: OverlapRule) -> OperatorDefinition {
    var result = self
    result.overlap = rule
    return result
  }
}

extension [OperatorDefinition] {
  /// The definitions of a family that computes elements in their places, but for those with rules of
  /// their own.
  package var elementwise: [OperatorDefinition] {
    map { $0.overlap == nil ? $0.overlapping(.elementwise) : $0 }
  }
}

extension IValue {
  /// The tensors of an argument: one, those of a list, or none.
  fileprivate var tensorParts: [Tensor] {
    if case .tensor(let tensor) = self { return [tensor] }
    return elements?.compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } } ?? []
  }
}
