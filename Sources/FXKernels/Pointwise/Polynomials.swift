import FXCore
import FXTensor

/// The orthogonal polynomials that PyTorch has.
public enum PolynomialKind: Sendable {
  case chebyshevT, chebyshevU, chebyshevV, chebyshevW
  case shiftedChebyshevT, shiftedChebyshevU, shiftedChebyshevV, shiftedChebyshevW
  case hermiteH, hermiteHe, laguerreL, legendreP
}

extension PointwiseFunction {
  /// Returns the polynomials of a kind: of the first operand, of the degree that the second tells.
  public static func polynomial(_ kind: PolynomialKind) -> PointwiseFunction {
    real(Polynomial(kind: kind))
  }
}

private struct Polynomial: RealBinary {
  let kind: PolynomialKind

  func real<Value: RealMath>(_ x: Value, _ degree: Value) -> Value {
    guard degree.isFinite else { return kind == .hermiteH ? 0 : .nan }
    let n = Int64(converting: degree)
    let shifted = x + x - 1
    switch kind {
    case .chebyshevT: return chebyshev(.first, x, n, 6)
    case .chebyshevU: return chebyshev(.second, x, n, 8)
    case .chebyshevV: return chebyshev(.third, x, n, 8)
    case .chebyshevW: return chebyshev(.fourth, x, n, 8)
    case .shiftedChebyshevT: return chebyshev(.first, shifted, n, 6)
    case .shiftedChebyshevU: return chebyshev(.second, shifted, n, 6)
    case .shiftedChebyshevV: return chebyshev(.third, shifted, n, 6)
    case .shiftedChebyshevW: return chebyshev(.fourth, shifted, n, 4)
    case .hermiteH: return OrthogonalPolynomials.hermiteH(x, n)
    case .hermiteHe: return OrthogonalPolynomials.hermiteHe(x, n)
    case .laguerreL: return OrthogonalPolynomials.laguerre(x, n)
    case .legendreP: return OrthogonalPolynomials.legendre(x, n)
    }
  }

  private func chebyshev<Value: RealMath>(
    _ kind: OrthogonalPolynomials.Chebyshev, _ x: Value, _ n: Int64, _ limit: Int64
  ) -> Value {
    OrthogonalPolynomials.chebyshev(kind, x, n, angleLimit: limit)
  }
}
