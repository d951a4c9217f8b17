import FXCore
import FXOperators
import FXTensor

/// Operators that name dimensions, which all come one later in whole tensors.
extension BatchingRules {
  /// Where an operator has its tensors and its dimensions.
  struct Axes: Sendable {
    /// The arguments that are tensors, or lists of them.
    var tensors = [0]
    /// The arguments that are dimensions, or lists of them.
    var axes: [Int]
    /// How many dimensions more than its tensors the operator counts.
    var extra = 0
  }

  static let shifting: [(String, Axes)] =
    first(
      1,
      [
        "select.int", "slice.Tensor", "squeeze.dim", "squeeze.dims", "unbind.int", "unfold", "flip",
        "prod.dim_int", "argmax", "argmin", "max.dim", "min.dim", "median.dim", "nanmedian.dim",
        "mode", "any.dim", "all.dim", "any.dims", "all.dims", "sum.dim_IntList", "mean.dim", "amax",
        "amin", "var.correction", "std.correction", "var_mean.correction", "std_mean.correction",
        "cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "logsumexp", "_softmax",
        "_log_softmax", "_safe_softmax", "softmax.int", "log_softmax.int", "glu", "nansum",
        "_fft_r2c", "_fft_c2r", "_fft_c2c", "count_nonzero.dim_IntList", "sort", "argsort",
        "aminmax",
      ])
    + first(
      2,
      [
        "split.Tensor", "split_with_sizes", "topk", "kthvalue", "sort.stable",
        "linalg_vector_norm", "norm.ScalarOpt_dim", "chunk",
      ])
    + [
      ("aten::transpose.int", Axes(axes: [1, 2])), ("aten::diagonal", Axes(axes: [2, 3])),
      ("aten::unsqueeze", Axes(axes: [1], extra: 1)), ("aten::cat", Axes(axes: [1])),
      ("aten::stack", Axes(axes: [1], extra: 1)), ("aten::roll", Axes(axes: [2])),
      ("aten::movedim.int", Axes(axes: [1, 2])),
      ("aten::gather", Axes(tensors: [0, 2], axes: [1])),
      ("aten::scatter.src", Axes(tensors: [0, 2, 3], axes: [1])),
      ("aten::scatter.value", Axes(tensors: [0, 2], axes: [1])),
      ("aten::scatter.reduce", Axes(tensors: [0, 2, 3], axes: [1])),
      ("aten::scatter.value_reduce", Axes(tensors: [0, 2], axes: [1])),
      ("aten::scatter_add", Axes(tensors: [0, 2, 3], axes: [1])),
      ("aten::scatter_reduce.two", Axes(tensors: [0, 2, 3], axes: [1])),
      ("aten::select_scatter", Axes(tensors: [0, 1], axes: [2])),
      ("aten::slice_scatter", Axes(tensors: [0, 1], axes: [2])),
      ("aten::diagonal_scatter", Axes(tensors: [0, 1], axes: [3, 4])),
      ("aten::linalg_cross", Axes(tensors: [0, 1], axes: [2])),
    ]

  private static func first(_ place: Int, _ names: [String]) -> [(String, Axes)] {
    names.map { ("aten::\($0)", Axes(axes: [place])) }
  }

  /// Calls an operator with its dimensions one later; all dimensions are those of the faces.
  static func shifted(_ call: BatchedCall, _ axes: Axes) throws -> IValue? {
    var changes: [Int: IValue] = [:]
    for place in axes.tensors {
      if let parts = call.call[place].elements {
        changes[place] = .list(try parts.map { try call.whole(of: $0) })
      } else if call.call[place].isTensor {
        changes[place] = try call.whole(place)
      }
    }
    let tensor = call.call[axes.tensors[0]]
    let rank = try (tensor.elements?.first ?? tensor).rank + axes.extra
    // A face without dimensions has dimension 0 by courtesy only.
    guard rank > 0 else { return nil }
    for place in axes.axes {
      switch call.call[place] {
      case .int(let axis): changes[place] = .int(try Geometry.axis(axis, of: rank) + 1)
      case .list(let parts) where !parts.isEmpty:
        changes[place] = .list(
          try parts.map { part in
            guard case .int(let axis) = part else { throw call.call.wrong(place, "a list of ints") }
            return .int(try Geometry.axis(axis, of: rank) + 1)
          })
      case .none, .list:
        // All dimensions are meant.
        guard case .list = call.call.schema.parameters[place].type.base, call.name != "aten::roll"
        else { return nil }
        changes[place] = .list((1...rank).map { .int($0) })
      default: return nil
      }
    }
    return try call.onWhole(changes)
  }

  /// Operators on all elements, and those that do the same along a dimension.
  static let flattening: [(String, String)] = [
    ("aten::sum", "aten::sum.dim_IntList"), ("aten::mean", "aten::mean.dim"),
    ("aten::prod", "aten::prod.dim_int"), ("aten::max", "aten::amax"),
    ("aten::min", "aten::amin"), ("aten::any", "aten::any.dim"), ("aten::all", "aten::all.dim"),
    ("aten::median", "aten::median.dim"), ("aten::nanmedian", "aten::nanmedian.dim"),
    ("aten::argmax", "aten::argmax"), ("aten::argmin", "aten::argmin"),
  ]

  /// Calls an operator along the one dimension into which all are made.
  static func flattened(_ call: BatchedCall, _ other: String) throws -> IValue? {
    let isSearch = other == "aten::argmax" || other == "aten::argmin"
    if isSearch, !call.call[1].isNone {
      return try shifted(call, Axes(axes: [1]))
    }
    let count = try SymbolicSize.product(call.call[0].sizes)
    let rows = try call.e.call("aten::reshape", call.plain(0), .sizes([call.batch.size, count]))
    let keeps = isSearch && !call.call[2].isNone
    if keeps, try call.call.bool(2) { return nil }
    let isList = ["aten::sum.dim_IntList", "aten::mean.dim", "aten::amax", "aten::amin"]
    let axis: IValue = isList.contains(other) ? [1] : 1
    let dtype = call.call.named("dtype")
    let keywords = dtype.isNone ? [] : [(name: "dtype", value: dtype)]
    let result = try call.e.apply(other, [rows, axis], keywords)
    if case .tuple(let parts) = result { return parts.first }
    return result
  }

  /// Operators on the last dimensions, which take any number before them.
  static let passing = [
    "tril", "triu", "constant_pad_nd", "view_as_real", "view_as_complex", "_linalg_det", "det",
    "linalg_det", "_linalg_slogdet", "linalg_inv_ex", "linalg_cholesky_ex", "_linalg_svd",
    "_linalg_eigh", "linalg_qr", "linalg_lu_factor_ex", "linalg_matrix_exp", "linalg_eig",
    "_linalg_solve_ex", "linalg_solve_triangular", "triangular_solve", "cholesky_solve",
    "cholesky_inverse", "_cdist_forward", "linalg_lu", "lu_unpack", "linalg_lu_solve",
    "linalg_householder_product", "linalg_ldl_factor_ex", "bucketize.Tensor", "_trilinear_all",
    "view.dtype", "linalg_pinv.atol_rtol_tensor", "pixel_shuffle", "pixel_unshuffle",
    "repeat_interleave_all",
  ].map { "aten::\($0)" }

  /// Calls an operator on the wholes of all its tensors.
  static func passed(_ call: BatchedCall) throws -> IValue? {
    if call.name == "aten::bucketize.Tensor" {
      if call.isBatched(1) { return nil }
      return try call.onWhole()
    }
    let tensors = call.call.arguments.indices.filter { call.call[$0].isTensor }
    return try call.onWhole(
      Dictionary(uniqueKeysWithValues: try tensors.map { ($0, try call.whole($0)) }))
  }
}
