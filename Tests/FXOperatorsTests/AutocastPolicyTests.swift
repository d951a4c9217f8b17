import FXATen
import FXCore
import FXGraph
import FXTensor
import Testing

@testable import FXOperators
@testable import FXSchemas

/// What autocast makes of operators is what PyTorch makes of them on the CPU.
@Suite struct AutocastPolicyTests {
  /// The overloads of PyTorch's lists: those that have kernels for the dispatch key `AutocastCPU`.
  private static let lists: [(policy: Autocast.Policy, overloads: Set<String>)] = [
    (.lower, words(lower)), (.single, words(single)), (.widest, words(widest)),
  ]

  private static func words(_ text: String) -> Set<String> {
    Set(text.split { $0 == " " || $0 == "\n" }.map { "aten::\($0)" })
  }

  private static func library() -> OperatorLibrary { OperatorLibrary(context: GraphContext()) }

  @Test func policiesAreThoseOfPyTorch() throws {
    let library = Self.library()
    let composites = Self.words(Self.composites)
    var listed = 0
    var differences: [String] = []
    try OperatorTable.forEachLine { line in
      let schema = try OperatorSchema(parsing: line)
      guard schema.namespace == "aten", schema.qualifiedName != "aten::lstm.input" else { return }
      let resolved = try library.resolved(named: schema.qualifiedName)
      let found = Autocast.policy(of: resolved)
      var expected = Autocast.Policy.opaque
      if let list = Self.lists.first(where: { $0.overloads.contains(schema.qualifiedName) }) {
        listed += 1
        expected = list.policy
      } else if let form = resolved.functionalForm, !form.isInPlace {
        // The variant with `out` is on no list.
        let functional = try library.resolved(named: form.schema.qualifiedName)
        if Autocast.policy(of: functional) != .opaque { expected = .transparent }
      } else if composites.contains("aten::\(schema.name)") {
        // Of what has no definition there are no parts to look at.
        expected = resolved.isRunnable ? .transparent : .opaque
      }
      if found != expected {
        differences.append("\(schema.qualifiedName) is \(found) and should be \(expected)")
      }
    }
    #expect(listed == Self.lists.reduce(0) { $0 + $1.overloads.count })
    #expect(differences == [])
  }

  @Test func longShortTermMemoryIsLoweredWhereOneDNNHasIt() throws {
    let lstm = try Self.library().resolved(named: "aten::lstm.input")
    let x = IValue.tensor(try .of([Float(1)]))
    func policy(weights: Int) -> Autocast.Policy {
      let weights = IValue.list([IValue](repeating: x, count: weights))
      return Autocast.policy(of: lstm, [x, [x, x], weights, true, 1, 0.0, false, false, false])
    }
    #expect(policy(weights: 4) == .lower)
    #expect(policy(weights: 5) == .transparent)
  }

  /// Who computes an operator of PyTorch otherwise does not change what the operator is.
  @Test func otherKernelsLeaveThePolicy() throws {
    let library = Self.library()
    try library.register(OperatorDefinition("aten::mm") { $0[0] })
    #expect(try Autocast.policy(of: library.resolved(named: "aten::mm")) == .lower)
    try library.register(OperatorDefinition("aten::mm") { $0[0] }.autocast(.single))
    #expect(try Autocast.policy(of: library.resolved(named: "aten::mm")) == .single)
  }

  // MARK: PyTorch's lists

  private static let lower = """
    _addmm_activation _convolution.deprecated _native_multi_head_attention addbmm addmm baddbmm
    bmm conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding conv_tbc
    conv_transpose1d conv_transpose2d.input conv_transpose3d.input linalg_vecdot linear matmul
    mkldnn_rnn_layer mm prelu scaled_dot_product_attention
    """

  private static let single = """
    _grid_sampler_2d_cpu_fallback _lu_with_info adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d
    binary_cross_entropy binary_cross_entropy_with_logits cdist cholesky_inverse cholesky_solve
    cosine_embedding_loss cross_entropy_loss ctc_loss.IntList ctc_loss.Tensor
    fake_quantize_per_tensor_affine fft_fft fft_fft2 fft_fftn fft_hfft fft_ifft fft_ifft2
    fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn fft_rfft fft_rfft2 fft_rfftn
    fractional_max_pool2d fractional_max_pool3d geqrf grid_sampler grid_sampler_2d grid_sampler_3d
    hinge_embedding_loss huber_loss inverse kl_div l1_loss linalg_cholesky linalg_cholesky_ex
    linalg_cond linalg_cond.p_str linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh
    linalg_householder_product linalg_inv linalg_inv_ex linalg_lstsq linalg_matrix_rank
    linalg_matrix_rank.atol_rtol_float linalg_matrix_rank.atol_rtol_tensor
    linalg_matrix_rank.tol_tensor linalg_matrix_sqrth linalg_qr linalg_solve linalg_svd
    linalg_svdvals linalg_tensorinv linalg_tensorsolve lu_solve margin_ranking_loss max_pool3d
    max_unpool2d max_unpool3d mse_loss multi_margin_loss multilabel_margin_loss
    multilabel_margin_loss_forward nanquantile nanquantile.scalar nll_loss nll_loss2d orgqr ormqr
    pinverse poisson_nll_loss polar prod prod.dim_int quantile quantile.scalar reflection_pad1d
    reflection_pad2d replication_pad1d replication_pad2d replication_pad3d smooth_l1_loss
    soft_margin_loss stft stft.center svd trace triangular_solve triplet_margin_loss
    view_as_complex
    """

  private static let widest = """
    cat index_copy stack
    """

  /// Composite operators that call operators of the lists, by names without overloads.
  private static let composites = """
    _convolution _pad_enum _scaled_dot_product_attention_math _trilinear bilinear cartesian_prod
    chain_matmul column_stack combinations concat concatenate diff dstack einsum fft_hfft2
    fft_hfftn fft_ihfft2 fft_ihfftn gradient gru gru_cell hstack inner istft linalg_matmul
    linalg_matrix_norm linalg_matrix_power linalg_multi_dot linalg_norm linalg_pinv linalg_vander
    lstm lstm_cell matrix_power nll_loss_nd nuclear_norm pad pad_sequence rnn_relu rnn_relu_cell
    rnn_tanh rnn_tanh_cell row_stack tensordot vander vstack
    """
}
