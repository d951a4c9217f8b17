import FXOperators

/// Derivatives of operators that choose one of their arguments for each element.
///
/// Where two are equal PyTorch gives each of them half of the gradient; a limit that is a number takes
/// all of it.
extension DerivativeRule {
  /// The greater or the less of two elements, where NaN wins (`maximum`, `clamp_min`).
  ///
  /// - Parameter isFirst: tells where the first element is strictly the one.
  static func choice(
    _ isFirst: @escaping @Sendable (Formula, Formula) throws -> Formula
  ) -> DerivativeRule {
    choice(isFirst, isNotFirst: { a, b in try isFirst(b, a) })
  }

  /// The greater or the less of two elements, where NaN loses (`fmax`).
  ///
  /// - Parameter isFirst: tells where the first element is strictly the one.
  static func certainChoice(
    _ isFirst: @escaping @Sendable (Formula, Formula) throws -> Formula
  ) -> DerivativeRule {
    let isChosen: @Sendable (Formula, Formula) throws -> Formula = { a, b in
      try isFirst(a, b) .| b.isNaN()
    }
    return choice(isChosen, isNotFirst: { a, b in try .!(isChosen(a, b) .| (a .== b)) })
  }

  private static func choice(
    _ isFirst: @escaping @Sendable (Formula, Formula) throws -> Formula,
    isNotFirst: @escaping @Sendable (Formula, Formula) throws -> Formula
  ) -> DerivativeRule {
    .custom(
      vjp: { call, _ in
        guard let gradient = call.gradient(of: 0) else { return [.none, .none] }
        let (a, b) = (call.argument(0), call.argument(1))
        guard b.value.isTensor else {
          return [try gradient.where(isFirst(a, b), else: 0).value, .none]
        }
        let shared = try (gradient / 2).where(a .== b, else: gradient)
        return [
          try call.wanted[0] ? shared.masked(isNotFirst(a, b)).value : .none,
          try call.wanted[1] ? shared.masked(isFirst(a, b)).value : .none,
        ]
      },
      jvp: { call, _ in
        let (a, b) = (call.argument(0), call.argument(1))
        let zero = a.with(try call.call.emitter.call("aten::zeros_like", call.results[0]))
        let first = call.tangent(of: 0) ?? zero
        guard b.value.isTensor else { return [try first.where(isFirst(a, b), else: 0).value] }
        let second = call.tangent(of: 1) ?? zero
        let chosen = try first.where(isFirst(a, b), else: second)
        return [try ((first + second) / 2).where(a .== b, else: chosen).value]
      })
  }

  /// Elements between two limits, of which each may be left out (`clamp`).
  static let limited = DerivativeRule.selfAdjoint(in: [
    0: { change, x, _ in
      switch (x.optional(1), x.optional(2)) {
      case (let least?, let most?) where least.value.isTensor && most.value.isTensor:
        let isEdge = try ((x[0] .== least) .| (x[0] .== most)) .& (least .< most)
        let shared = try (change / 2).where(isEdge, else: change)
        return try shared.masked((x[0] .< least) .| (x[0] .> most))
      case (let least?, let most?):
        return try change.where((x[0] .> least) .& (x[0] .< most), else: 0)
      case (let least?, nil): return try limited(change, x[0], least) { try $0 .> $1 }
      case (nil, let most?): return try limited(change, x[0], most) { try $0 .< $1 }
      case (nil, nil): return change
      }
    },
    1: { change, x, _ in
      guard let most = x.optional(2) else {
        return try limited(change, x[1], x[0]) { try $0 .> $1 }
      }
      let isEdge = try (x[0] .== x[1]) .& (x[1] .< most)
      let isBelow = try (x[0] .< x[1]) .& (x[1] .<= most)
      return try change.where(isBelow, else: (change / 2).where(isEdge, else: 0))
    },
    2: { change, x, _ in
      guard let least = x.optional(1) else {
        return try limited(change, x[2], x[0]) { try $0 .< $1 }
      }
      let isEdge = try (x[0] .== x[2]) .& (least .< x[2])
      let isAbove = try ((x[0] .> x[2]) .& (least .<= x[2])) .| (least .> x[2])
      return try change.where(isAbove, else: (change / 2).where(isEdge, else: 0))
    },
  ])

  /// What the change of an element gives that one limit, or the element that it limits, may replace.
  private static func limited(
    _ change: Formula, _ own: Formula, _ other: Formula,
    _ isFirst: (Formula, Formula) throws -> Formula
  ) throws -> Formula {
    guard other.value.isTensor else { return try change.where(isFirst(own, other), else: 0) }
    let shared = try (change / 2).where(own .== other, else: change)
    return try shared.masked(isFirst(other, own))
  }
}

extension Formula {
  /// The elements with 0 where a condition holds.
  func masked(_ condition: Formula) throws -> Formula { try with(0).where(condition, else: self) }
}
