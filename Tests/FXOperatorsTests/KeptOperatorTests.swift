import FXATen
import FXGraph
import FXOperators
import Testing

@testable import FXSchemas

/// What decompositions leave whole is what PyTorch's leave.
@Suite struct KeptOperatorTests {
  @Test func operatorsAreKeptThatPyTorchKeeps() throws {
    let library = OperatorLibrary(context: GraphContext())
    let kept = Set(Self.kept.split { $0 == " " || $0 == "\n" }.map { "aten::\($0)" })
    var found: Set<String> = []
    try OperatorTable.forEachLine { line in
      let schema = try OperatorSchema(parsing: line)
      let resolved = try library.resolved(named: schema.qualifiedName)
      #expect(resolved.isKeptByDecompositions == (schema.isCore || resolved.isKept))
      if resolved.isKept, schema.namespace == "aten" { found.insert(schema.qualifiedName) }
      // Quantizers look for the operators of this namespace.
      if schema.namespace == "quantized_decomposed", !schema.isMutable {
        #expect(resolved.isKept == resolved.isRunnable, "\(schema.qualifiedName)")
      }
    }
    #expect(found.subtracting(kept) == [])
    #expect(kept.subtracting(found) == [])
  }

  @Test func variantsThatWriteAreNotKept() throws {
    let library = OperatorLibrary(context: GraphContext())
    for name in ["aten::erfc_", "aten::erfc.out", "aten::normal_", "aten::resize_"] {
      #expect(try !library.resolved(named: name).isKept)
    }
    try library.register(OperatorDefinition("aten::erfc") { call, _ in call[0] })
    #expect(try library.resolved(named: "aten::erfc").isKept)
  }

  /// The operators beyond core ATen that `run_decompositions` of PyTorch 2.15 leaves.
  private static let kept = """
    _assert_async _assert_async.msg _assert_scalar _assert_tensor_metadata
    _batch_norm_with_update_functional _conj _conj_physical _embedding_bag_forward_only
    _fake_quantize_per_tensor_affine_cachemask_tensor_qparams _fft_c2c _histogramdd_bin_edges
    _histogramdd_from_bin_cts _histogramdd_from_bin_tensors _linalg_det _linalg_eigh
    _linalg_slogdet _linalg_solve_ex _linalg_svd _native_batch_norm_legit_functional _neg_view
    _trilinear _unique2 _upsample_bilinear2d_aa adaptive_max_pool2d adaptive_max_pool3d addbmm
    addmv angle as_strided_copy as_strided_scatter bincount bitwise_left_shift.Tensor
    bitwise_right_shift.Tensor bucketize.Tensor cauchy cholesky_inverse cholesky_solve complex
    copysign.Scalar copysign.Tensor cummax cummin cumprod digamma dist embedding_renorm
    empty_permuted erfc erfinv exp2 exponential fake_quantize_per_channel_affine_cachemask
    fake_quantize_per_tensor_affine_cachemask fmax fmin fractional_max_pool2d
    fractional_max_pool3d frexp.Tensor gcd geometric grid_sampler_3d hash_tensor histc hypot i0
    igamma igammac index_reduce kthvalue lcm ldexp.Tensor lgamma linalg_cholesky_ex linalg_eig
    linalg_householder_product linalg_inv_ex linalg_ldl_factor_ex linalg_ldl_solve linalg_lu
    linalg_lu_factor_ex linalg_lu_solve linalg_matrix_exp linalg_matrix_sqrth
    linalg_pinv.atol_rtol_tensor linalg_polar linalg_qr linalg_solve_triangular log_normal
    logcumsumexp lu_unpack masked_select max median median.dim min mode multinomial nanmedian
    nanmedian.dim narrow_copy new_empty_strided nextafter nonzero_static normal.Tensor_Tensor
    normal.Tensor_float normal.float_float normal_functional ormqr permute_copy polar polygamma
    put rand_like randint randint.low randint_like randint_like.low_dtype randn_like
    repeat_interleave.Tensor resize round.decimals rrelu_with_noise_functional scatter.reduce
    scatter.value_reduce searchsorted.Tensor segment_reduce signbit sort.stable special_airy_ai
    special_bessel_j0 special_bessel_j1 special_bessel_y0 special_bessel_y1
    special_chebyshev_polynomial_t special_chebyshev_polynomial_u special_chebyshev_polynomial_v
    special_chebyshev_polynomial_w special_erfcx special_hermite_polynomial_h
    special_hermite_polynomial_he special_i0e special_i1 special_i1e special_laguerre_polynomial_l
    special_legendre_polynomial_p special_modified_bessel_i0 special_modified_bessel_i1
    special_modified_bessel_k0 special_modified_bessel_k1 special_ndtri
    special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1
    special_shifted_chebyshev_polynomial_t special_shifted_chebyshev_polynomial_u
    special_shifted_chebyshev_polynomial_v special_shifted_chebyshev_polynomial_w
    special_spherical_bessel_j0 special_zeta sym_constrain_range sym_constrain_range_for_size
    triangular_solve tril_indices triu_indices unbind_copy.int unfold uniform unique_consecutive
    unique_dim var_mean.correction view_as_complex view_as_real view_copy
    """
}
