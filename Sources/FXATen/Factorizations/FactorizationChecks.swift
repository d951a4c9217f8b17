import FXCore
import FXOperators
import FXTensor

extension OperatorCall {
  /// Checks LAPACK's codes of a batch of matrices.
  ///
  /// - Parameter problem: what a positive code means, after the matrix: `is singular`.
  /// - Throws: `operator.domain` for the first one that is not 0.
  func check(_ info: Tensor, _ problem: String) throws {
    for (index, code) in try info.elements(as: Int32.self).enumerated() where code != 0 {
      let place = info.rank == 0 ? "the matrix" : "the matrix \(index) of the batch"
      throw error("\(place) \(problem) (\(code))")
    }
  }
}

extension Emitter {
  /// Calls an operator and returns one of its results.
  func result(
    _ index: Int, of name: String, _ arguments: [IValue],
    _ keywords: [(name: String, value: IValue)] = []
  ) throws -> IValue {
    let results = try apply(name, arguments, keywords).elements ?? []
    guard results.indices.contains(index) else {
      throw FXError(.operatorDomain, "\(name) has no result \(index)")
    }
    return results[index]
  }

  /// Returns the adjoint of matrices: transposed, and conjugate where they are complex.
  func adjoint(_ value: IValue) throws -> IValue {
    let transposed = try call("aten::transpose.int", value, -2, -1)
    return try value.dtype.isComplex ? call("aten::conj_physical", transposed) : transposed
  }
}
