import FXCore
import FXTensor

/// Polynomials of one square matrix that come near to its exponential, with few products.
///
/// A complex number is two parts, since all coefficients are real.
struct MatrixPolynomial<Part: TensorElement & BinaryFloatingPoint> {
  private let size: Int
  private let dtype: ScalarType

  init(size: Int, _ dtype: ScalarType) {
    self.size = size
    self.dtype = dtype
  }

  /// Returns the largest sum of magnitudes in a column.
  func norm(_ matrix: Tensor) throws -> Double {
    let parts = try parts(of: matrix)
    let width = dtype.isComplex ? 2 : 1
    var sums = [Part](repeating: 0, count: size)
    for index in 0..<size * size {
      let magnitude =
        width == 1
        ? parts[index].magnitude
        : (parts[2 * index] * parts[2 * index] + parts[2 * index + 1] * parts[2 * index + 1])
          .squareRoot()
      sums[index % size] += magnitude
    }
    // Other than `max`, this keeps NaN.
    return sums.reduce(0) { $1 <= Part($0) ? $0 : Double($1) }
  }

  /// Returns a sum of matrices with factors, and of the identity matrix with another.
  func combined(_ matrices: [Tensor], identity: Double, _ factors: [Double]) throws -> Tensor {
    let result = try Tensor.zeros([size, size], dtype)
    let count = size * size * (dtype.isComplex ? 2 : 1)
    let sum = try result.mutableBytes().assumingMemoryBound(to: Part.self)
    for index in 0..<size { sum[index * (size + 1) * (count / (size * size))] = Part(identity) }
    for (matrix, factor) in zip(matrices, factors) where factor != 0 {
      let (parts, factor) = (try parts(of: matrix), Part(factor))
      for index in 0..<count { sum[index] += factor * parts[index] }
    }
    return result
  }

  /// Returns the polynomial of a degree.
  func exponential(_ matrix: Tensor, degree: Int) throws -> Tensor {
    if degree == 1 { return try combined([matrix], identity: 1, [1]) }
    let square = try product(matrix, matrix)
    switch degree {
    case 2: return try combined([matrix, square], identity: 1, [1, 0.5])
    case 4:
      let inner = try combined([matrix, square], identity: 1 / 2, [1 / 6, 1 / 24])
      return try combined([matrix, product(square, inner)], identity: 1, [1, 1])
    case 8: return try degree8(matrix, square)
    case 12: return try degree12(matrix, square)
    default: return try degree18(matrix, square)
    }
  }

  private func degree8(_ matrix: Tensor, _ square: Tensor) throws -> Tensor {
    let root = 177.0.squareRoot()
    let third = 2.0 / 3
    let fourth = try product(
      square,
      combined(
        [matrix, square], identity: 0, [third * (1 + root) / 88, third * (1 + root) / 352]))
    let eighth = try product(
      combined([square, fourth], identity: 0, [third, 1]),
      combined(
        [matrix, square, fourth], identity: (-271 + 29 * root) / (315 * third),
        [
          11 * (-1 + root) / (1260 * third), 11 * (-9 + root) / (5040 * third),
          (89 - root) / (5040 * third * third),
        ]))
    return try combined(
      [matrix, square, eighth], identity: 1, [1, (857 - 58 * root) / 630, 1])
  }

  private func degree12(_ matrix: Tensor, _ square: Tensor) throws -> Tensor {
    let powers = try [matrix, square, product(matrix, square)]
    let sums = try Self.factors12.map { try combined(powers, identity: $0[0], Array($0[1...])) }
    let half = try add(sums[2], product(sums[3], sums[3]))
    return try add(sums[0], product(add(sums[1], half), half))
  }

  private func degree18(_ matrix: Tensor, _ square: Tensor) throws -> Tensor {
    let cube = try product(matrix, square)
    let powers = try [matrix, square, cube, product(cube, cube)]
    let sums = try Self.factors18.map { try combined(powers, identity: $0[0], Array($0[1...])) }
    let ninth = try add(product(sums[0], sums[4]), sums[3])
    return try add(sums[1], product(add(sums[2], ninth), ninth))
  }

  /// Multiplies matrices as PyTorch does, which has batches of them.
  func product(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try MatrixProduct.product(a.unsqueeze(0), b.unsqueeze(0)).select(0, 0)
  }

  private func add(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try combined([a, b], identity: 0, [1, 1])
  }

  private func parts(of matrix: Tensor) throws -> UnsafePointer<Part> {
    UnsafePointer(try matrix.mutableBytes().assumingMemoryBound(to: Part.self))
  }

  /// The factors of the identity and of the powers of a matrix in each sum.
  private static var factors12: [[Double]] {
    [
      [9.0198e-16, 0.46932117595418237389, -0.20099424927047284052, -0.04623946134063071740],
      [
        5.31597895759871264183, 1.19926790417132231573, 0.01179296240992997031,
        0.01108844528519167989,
      ],
      [
        0.18188869982170434744, 0.05502798439925399070, 0.09351590770535414968,
        0.00610700528898058230,
      ],
      [-2.0861320e-13, -0.13181061013830184015, -0.02027855540589259079, -0.00675951846863086359],
    ]
  }

  private static var factors18: [[Double]] {
    [
      [
        0, -1.00365581030144618291e-01, -8.02924648241156932449e-03, -8.92138498045729985177e-04, 0,
      ],
      [
        0, 3.97849749499645077844e-01, 1.36783778460411720168e+00, 4.98289622525382669416e-01,
        -6.37898194594723280150e-04,
      ],
      [
        -1.09676396052962061844e+01, 1.68015813878906206114e+00, 5.71779846478865511061e-02,
        -6.98210122488052056106e-03, 3.34975017086070470649e-05,
      ],
      [
        -9.04316832390810593223e-02, -6.76404519071381882256e-02, 6.75961301770459654925e-02,
        2.95552570429315521194e-02, -1.39180257516060693404e-05,
      ],
      [
        0, 0, -9.23364619367118555360e-02, -1.69364939002081722752e-02, -1.40086798182036094347e-05,
      ],
    ]
  }
}
