import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Special functions of two tensors: gamma functions, the zeta function, orthogonal polynomials.
enum SpecialBinaryFunctions {
  static let all: [OperatorDefinition] = [igamma, igammac, zeta] + polynomials

  /// `igamma(Tensor self, Tensor other) -> Tensor`
  static let igamma = OperatorDefinition.binary(
    "aten::igamma", with: .igamma, derivative: .elementwise(in: [0: unknown, 1: density])
  )
  .kept()

  /// `igammac(Tensor self, Tensor other) -> Tensor`
  static let igammac = OperatorDefinition.binary(
    "aten::igammac", with: .igammac,
    derivative: .elementwise(in: [0: unknown, 1: { x, y in try -density(x, y) }])
  )
  .kept()

  /// The density of the gamma distribution.
  private static let density: DerivativeRule.Slope = { x, _ in
    let (a, b) = (x[0], x[1])
    return try ((a - 1) * b.log() - b - a.applying("aten::lgamma")).exp()
  }

  private static let unknown: DerivativeRule.Slope = { x, _ in
    throw FXError(
      .notDifferentiable,
      "\(x.call.schema.qualifiedName): PyTorch has no derivative by the first argument")
  }

  /// `special_zeta(Tensor self, Tensor other) -> Tensor`
  static let zeta = OperatorDefinition.binary(
    "aten::special_zeta", "aten::special_zeta.self_scalar", "aten::special_zeta.other_scalar",
    as: .float, with: .zeta,
    derivative: .elementwise(in: [
      0: unknown,
      1: { x, _ in
        let order = try x.call[0].number.map { x[0].with(.float($0 + 1)) } ?? x[0] + 1
        let name = "aten::special_zeta" + (order.value.isTensor ? "" : ".self_scalar")
        return try -(x[0] * order.applying(name, x.call[1]))
      },
    ])
  )
  .kept("aten::special_zeta")

  /// `special_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`, and the other polynomials.
  private static let polynomials = kinds.map { name, kind in
    let name = "aten::special_\(name)"
    return OperatorDefinition.binary(
      name, "\(name).x_scalar", "\(name).n_scalar", as: .float, with: .polynomial(kind),
      derivative: .zero
    )
    .kept(name)
  }

  private static let kinds: [(String, PolynomialKind)] = [
    ("chebyshev_polynomial_t", .chebyshevT),
    ("chebyshev_polynomial_u", .chebyshevU),
    ("chebyshev_polynomial_v", .chebyshevV),
    ("chebyshev_polynomial_w", .chebyshevW),
    ("shifted_chebyshev_polynomial_t", .shiftedChebyshevT),
    ("shifted_chebyshev_polynomial_u", .shiftedChebyshevU),
    ("shifted_chebyshev_polynomial_v", .shiftedChebyshevV),
    ("shifted_chebyshev_polynomial_w", .shiftedChebyshevW),
    ("hermite_polynomial_h", .hermiteH),
    ("hermite_polynomial_he", .hermiteHe),
    ("laguerre_polynomial_l", .laguerreL),
    ("legendre_polynomial_p", .legendreP),
  ]
}
