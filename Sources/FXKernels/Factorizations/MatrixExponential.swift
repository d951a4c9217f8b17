import FXCore
import FXTensor

/// Exponentials of batches of square matrices.
///
/// The method is that of Bader, Blanes and Casas ("Computing the Matrix Exponential with an Optimized
/// Taylor Polynomial Approximation", 2019), which PyTorch has too: errors of large results are those
/// of the dtype, so that only the same steps give the same numbers.
public enum MatrixExponential {
  /// Returns the exponentials (`linalg_matrix_exp`).
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public static func exponential(_ matrices: Tensor) throws -> Tensor {
    guard matrices.rank >= 2, matrices.rows == matrices.columns else {
      throw FXError(.tensorShape, "exponentials are of square matrices")
    }
    guard matrices.dtype.isFloatingPoint || matrices.dtype.isComplex else {
      throw noKernel(for: matrices.dtype)
    }
    let wider = matrices.dtype.computeType
    let result = try matrices.converted(to: wider).clone(format: .contiguous)
    let size = matrices.rows
    if result.elementCount > 0 {
      let flat = try result.view([-1, size, size])
      for index in 0..<flat.sizes[0] {
        let matrix = try flat.select(0, index)
        let value =
          switch wider.partType {
          case .float64: try exponential(of: matrix, bounds: doubleBounds, Double.self)
          default: try exponential(of: matrix, bounds: floatBounds, Float.self)
          }
        try matrix.copy(from: value)
      }
    }
    return try result.converted(to: matrices.dtype)
  }

  /// The polynomials, and up to which norm each of them is exact enough.
  private static let degrees = [1, 2, 4, 8, 12, 18]
  private static let floatBounds = [
    1.192092800768788e-07, 5.978858893805233e-04, 5.116619363445086e-02, 5.800524627688768e-01,
    1.461661507209034e+00, 3.010066362817634e+00,
  ]
  private static let doubleBounds = [
    2.220446049250313e-16, 2.580956802971767e-08, 3.397168839976962e-04, 4.991228871115323e-02,
    2.996158913811580e-01, 1.090863719290036e+00,
  ]

  private static func exponential<Part: TensorElement & BinaryFloatingPoint>(
    of matrix: Tensor, bounds: [Double], _: Part.Type
  ) throws -> Tensor {
    let polynomial = MatrixPolynomial<Part>(size: matrix.rows, matrix.dtype)
    let norm = try polynomial.norm(matrix)
    if let place = bounds.dropLast().firstIndex(where: { norm <= $0 }) {
      return try polynomial.exponential(matrix, degree: degrees[place])
    }
    var squarings = 0
    if let bound = bounds.last, norm > bound, norm.isFinite {
      // The least number of halves that leaves the norm below the bound.
      let ratio = norm / bound
      squarings = Int(ratio.exponent) + (ratio.significand == 1 ? 0 : 1)
    }
    let scale = Double(sign: .plus, exponent: -squarings, significand: 1)
    var sum = try polynomial.exponential(
      polynomial.combined([matrix], identity: 0, [scale]), degree: 18)
    for _ in 0..<squarings { sum = try polynomial.product(sum, sum) }
    return sum
  }
}
