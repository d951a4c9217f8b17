import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Special functions of two tensors: gamma functions, the zeta function, orthogonal polynomials.
enum SpecialBinaryFunctions {
  static let all: [OperatorDefinition] = [igamma, igammac, zeta] + polynomials

  /// `igamma(Tensor self, Tensor other) -> Tensor`
  static let igamma = OperatorDefinition.binary("aten::igamma", with: .igamma)
    .kept()

  /// `igammac(Tensor self, Tensor other) -> Tensor`
  static let igammac = OperatorDefinition.binary("aten::igammac", with: .igammac)
    .kept()

  /// `special_zeta(Tensor self, Tensor other) -> Tensor`
  static let zeta = OperatorDefinition.binary(
    "aten::special_zeta", "aten::special_zeta.self_scalar", "aten::special_zeta.other_scalar",
    as: .float, with: .zeta
  )
  .kept("aten::special_zeta")

  /// `special_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`, and the other polynomials.
  private static let polynomials = kinds.map { name, kind in
    let name = "aten::special_\(name)"
    return OperatorDefinition.binary(
      name, "\(name).x_scalar", "\(name).n_scalar", as: .float, with: .polynomial(kind)
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
