import FXATen
import FXGraph
import FXOperators
import Testing

@testable import FXSchemas

/// How operators are called once for a whole batch, as their definitions say.
@Suite struct BatchRuleTests {
  @Test func operatorsHaveTheirRules() throws {
    let library = OperatorLibrary(context: GraphContext())
    var expected: [String: String] = [:]
    for (rule, names) in Self.rules {
      for name in names.split(whereSeparator: \.isWhitespace) { expected["aten::\(name)"] = rule }
    }
    var differences: [String] = []
    try OperatorTable.forEachLine { line in
      let schema = try OperatorSchema(parsing: line)
      let found = try library.resolved(named: schema.qualifiedName).batchRule.map(Self.text)
      let name = schema.qualifiedName
      // Elementwise operators say so in their schemas.
      let fallback = schema.tags.contains("pointwise") ? "elementwise" : nil
      if found != expected.removeValue(forKey: name) ?? fallback {
        differences.append("\(name): \(found ?? "none")")
      }
    }
    #expect(differences == [])
    #expect(expected == [:])
  }

  @Test func positionsAreThoseOfTheSchemas() throws {
    let library = OperatorLibrary(context: GraphContext())
    try OperatorTable.forEachLine { line in
      let resolved = try library.resolved(named: OperatorSchema(parsing: line).qualifiedName)
      let schema = resolved.schema
      switch resolved.batchRule {
      case .dimensions(let dimensions):
        for position in dimensions.positions {
          let type = schema.parameters[position].type.description
          #expect(
            type.hasPrefix("int") || type.hasPrefix("SymInt"),
            "\(schema.qualifiedName) \(position) is \(type)")
        }
        for position in dimensions.tensors {
          let type = schema.parameters[position].type.description
          #expect(type.hasPrefix("Tensor"), "\(schema.qualifiedName) \(position) is \(type)")
        }
      case .flattened(by: let name):
        #expect(try library.resolved(named: name).isRunnable)
      default: break
      }
    }
  }

  private static func text(_ rule: BatchRule) -> String {
    switch rule {
    case .elementwise: "elementwise"
    case .filling: "filling"
    case .samples(let rank): "samples \(rank)"
    case .trailing: "trailing"
    case .dimensions(let dimensions):
      "dimensions \(dimensions.positions) of \(dimensions.tensors) and \(dimensions.extra)"
    case .flattened(let name): "flattened by \(name)"
    }
  }

  private static let rules: [String: String] = [
    "dimensions [1] of [0] and 0": """
    _fft_c2c _fft_c2r _fft_r2c _log_softmax _safe_softmax _softmax all.dim all.dims amax amin
    aminmax any.dim any.dims argsort cat count_nonzero.dim_IntList cummax cummin cumprod cumsum
    flip glu log_softmax.int logcumsumexp logsumexp max.dim mean.dim median.dim min.dim mode
    nanmedian.dim nansum prod.dim_int select.int slice.Tensor softmax.int sort
    special_log_softmax special_softmax squeeze.dim squeeze.dims std.correction
    std_mean.correction sum.dim_IntList unbind.int unfold var.correction var_mean.correction
    """,
    "flattened by aten::argmax": "argmax",
    "flattened by aten::argmin": "argmin",
    "dimensions [2] of [0] and 0": """
    chunk kthvalue linalg_vector_norm norm.ScalarOpt_dim sort.stable split.Tensor
    split_with_sizes topk
    """,
    "dimensions [1, 2] of [0] and 0": "movedim.int transpose.int",
    "dimensions [2, 3] of [0] and 0": "diagonal",
    "dimensions [1] of [0] and 1": "stack unsqueeze",
    "dimensions [1] of [0, 2] and 0": "gather scatter.value scatter.value_reduce",
    "dimensions [1] of [0, 2, 3] and 0": """
    scatter.reduce scatter.src scatter_add scatter_reduce.two
    """,
    "dimensions [2] of [0, 1] and 0": "linalg_cross select_scatter slice_scatter",
    "dimensions [3, 4] of [0, 1] and 0": "diagonal_scatter",
    "flattened by aten::sum.dim_IntList": "sum",
    "flattened by aten::mean.dim": "mean",
    "flattened by aten::prod.dim_int": "prod",
    "flattened by aten::amax": "max",
    "flattened by aten::amin": "min",
    "flattened by aten::any.dim": "any",
    "flattened by aten::all.dim": "all",
    "flattened by aten::median.dim": "median",
    "flattened by aten::nanmedian.dim": "nanmedian",
    "samples 2": """
    _upsample_nearest_exact1d _upsample_nearest_exact1d.vec adaptive_avg_pool1d
    adaptive_max_pool1d avg_pool1d col2im max_pool1d max_pool1d_with_indices reflection_pad1d
    replication_pad1d upsample_linear1d upsample_linear1d.vec upsample_nearest1d
    upsample_nearest1d.vec
    """,
    "samples 3": """
    _adaptive_avg_pool2d _upsample_bicubic2d_aa _upsample_bicubic2d_aa.vec
    _upsample_bilinear2d_aa _upsample_bilinear2d_aa.vec _upsample_lanczos2d_aa
    _upsample_lanczos2d_aa.vec _upsample_nearest_exact2d _upsample_nearest_exact2d.vec
    adaptive_max_pool2d avg_pool2d channel_shuffle grid_sampler_2d im2col max_pool2d
    max_pool2d_with_indices reflection_pad2d replication_pad2d upsample_bicubic2d
    upsample_bicubic2d.vec upsample_bilinear2d upsample_bilinear2d.vec upsample_nearest2d
    upsample_nearest2d.vec
    """,
    "samples 4": """
    _adaptive_avg_pool3d _upsample_nearest_exact3d _upsample_nearest_exact3d.vec
    adaptive_max_pool3d avg_pool3d grid_sampler_3d max_pool3d max_pool3d_with_indices
    reflection_pad3d replication_pad3d upsample_nearest3d upsample_nearest3d.vec
    upsample_trilinear3d upsample_trilinear3d.vec
    """,
    "trailing": """
    _cdist_forward _linalg_det _linalg_eigh _linalg_slogdet _linalg_solve_ex _linalg_svd
    cholesky_inverse cholesky_solve constant_pad_nd det linalg_cholesky_ex linalg_det linalg_eig
    linalg_householder_product linalg_inv_ex linalg_ldl_factor_ex linalg_lu linalg_lu_factor_ex
    linalg_lu_solve linalg_matrix_exp linalg_pinv.atol_rtol_tensor linalg_qr
    linalg_solve_triangular lu_unpack pixel_shuffle pixel_unshuffle triangular_solve tril triu
    view.dtype view_as_complex view_as_real
    """,
    "elementwise": """
    _conj _conj_physical _neg_view _to_copy alias bernoulli clone copy detach empty_like
    fill.Scalar fill.Tensor full_like lerp.Scalar lerp.Tensor lift_fresh lift_fresh_copy
    masked_fill.Scalar masked_fill.Tensor native_dropout ones_like where.self zeros_like
    """,
    "filling": """
    bernoulli.p exponential normal_functional rand_like randint_like randint_like.low_dtype
    randn_like uniform
    """,
  ]
}
