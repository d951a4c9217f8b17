import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Eigenvalues and singular values, and functions of matrices by way of them.
enum SpectralOperators {
  static let all: [OperatorDefinition] = factoring.requiring(.openBLAS)

  private static let factoring: [OperatorDefinition] = [
    eig, eigvalsParts, eigvals, eighParts, eigh, eigvalsh, svdParts, svd, svdvals, svdLegacy, polar,
    squareRoot,
  ]

  /// `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)`
  static let eig = OperatorDefinition("aten::linalg_eig", shape: ShapeRules.eigenvectors) { call in
    let result = try Eigenvalues.general(call.tensor(0), wantsVectors: true)
    return .tuple([.tensor(result.values), .optional(result.vectors)])
  }
  .autocast(.single)
  .kept()
  .batched(.trailing)

  /// `_linalg_eigvals(Tensor self) -> Tensor`
  static let eigvalsParts = OperatorDefinition(
    "aten::_linalg_eigvals", shape: ShapeRules.eigenvalues,
    decomposition: { call, e in try e.result(0, of: "aten::linalg_eig", [call[0]]) },
    kernel: { call in
      .tensor(try Eigenvalues.general(call.tensor(0), wantsVectors: false).values)
    })

  /// `linalg_eigvals(Tensor self) -> Tensor`
  static let eigvals = OperatorDefinition("aten::linalg_eigvals") { call, e in
    try e.call("aten::_linalg_eigvals", call[0])
  }
  .autocast(.single)

  /// `_linalg_eigh(Tensor A, str UPLO="L", bool compute_v=True) -> (Tensor eigenvalues, Tensor
  /// eigenvectors)`
  static let eighParts = OperatorDefinition(
    "aten::_linalg_eigh", shape: ShapeRules.symmetricEigenvectors
  ) { call in
    guard let triangle = try call.optionalString(1)?.uppercased(),
      triangle == "L" || triangle == "U"
    else { throw call.error("UPLO is neither 'L' nor 'U'") }
    let matrices = try call.tensor(0)
    let result = try Eigenvalues.symmetric(
      matrices, usesUpper: triangle == "U", wantsVectors: call.bool(2))
    let vectors = try result.vectors ?? .empty([0], matrices.dtype, device: matrices.device)
    return .tuple([.tensor(result.values), .tensor(vectors)])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)`
  static let eigh = OperatorDefinition("aten::linalg_eigh") { call, e in
    try e.call("aten::_linalg_eigh", call[0], call[1], true)
  }
  .autocast(.single)

  /// `linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor`
  static let eigvalsh = OperatorDefinition("aten::linalg_eigvalsh") { call, e in
    try e.result(0, of: "aten::_linalg_eigh", [call[0], call[1], false])
  }
  .autocast(.single)

  /// `_linalg_svd(Tensor A, bool full_matrices=False, bool compute_uv=True, *, str? driver=None) ->
  /// (Tensor U, Tensor S, Tensor Vh)`
  static let svdParts = OperatorDefinition("aten::_linalg_svd", shape: ShapeRules.singularValues) {
    call in
    let matrices = try call.tensor(0)
    let result = try SingularValues.decompose(
      matrices, isFull: call.bool(1), wantsVectors: call.bool(2))
    func present(_ vectors: Tensor?) throws -> IValue {
      .tensor(try vectors ?? .empty([0], matrices.dtype, device: matrices.device))
    }
    return .tuple([try present(result.u), .tensor(result.values), try present(result.v)])
  }
  .kept()
  .batched(.trailing)

  /// `linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S,
  /// Tensor Vh)`
  static let svd = OperatorDefinition("aten::linalg_svd") { call, e in
    try e.call("aten::_linalg_svd", call[0], call[1], true, keywords: [("driver", call[2])])
  }
  .autocast(.single)

  /// `linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor`
  static let svdvals = OperatorDefinition("aten::linalg_svdvals") { call, e in
    try e.result(1, of: "aten::_linalg_svd", [call[0], false, false], [("driver", call[1])])
  }
  .autocast(.single)

  /// `svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)`
  static let svdLegacy = OperatorDefinition("aten::svd") { call, e in
    let wantsVectors = try call.bool(2)
    let parts =
      try e.call(
        "aten::_linalg_svd", call[0], .bool(!call.bool(1)), .bool(wantsVectors)
      ).elements ?? []
    guard parts.count == 3 else { throw call.wrong(0, "a matrix") }
    if wantsVectors { return .tuple([parts[0], parts[1], try e.adjoint(parts[2])]) }
    let sizes = try call[0].sizes
    func zeros(_ size: SymbolicSize) throws -> IValue {
      try e.call("aten::new_zeros", call[0], .sizes(sizes.dropLast(2) + [size, size]))
    }
    return .tuple([
      try zeros(sizes[sizes.count - 2]), parts[1], try zeros(sizes[sizes.count - 1]),
    ])
  }
  .autocast(.single)

  /// `linalg_polar(Tensor A) -> (Tensor U, Tensor H)`
  ///
  /// A = U H with an orthogonal U and a Hermitian H without negative eigenvalues.
  static let polar = OperatorDefinition("aten::linalg_polar") { call, e in
    let parts = try e.call("aten::_linalg_svd", call[0], false, true).elements ?? []
    guard parts.count == 3 else { throw call.wrong(0, "a matrix") }
    let rotation = try e.call("aten::matmul", parts[0], parts[2])
    let stretch = try e.call(
      "aten::mul.Tensor", e.adjoint(parts[2]), e.call("aten::unsqueeze", parts[1], -2))
    return .tuple([rotation, try e.call("aten::matmul", stretch, parts[2])])
  }
  .kept()

  /// `linalg_matrix_sqrth(Tensor self) -> Tensor`
  ///
  /// The root of a Hermitian matrix without negative eigenvalues.
  static let squareRoot = OperatorDefinition("aten::linalg_matrix_sqrth") { call, e in
    let parts = try e.call("aten::_linalg_eigh", call[0], "L", true).elements ?? []
    guard parts.count == 2 else { throw call.wrong(0, "a matrix") }
    let roots = try e.call("aten::sqrt", e.call("aten::clamp_min", parts[0], 0))
    let scaled = try e.call("aten::mul.Tensor", parts[1], e.call("aten::unsqueeze", roots, -2))
    return try e.call("aten::matmul", scaled, e.adjoint(parts[1]))
  }
  .autocast(.single)
  .kept()
}
