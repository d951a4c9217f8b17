import FXCore
import FXSchemas
import FXTensor

/// What `torch.autocast` makes of operators on the CPU: the dtype to which arguments are converted.
///
/// Source: `ATen/autocast_mode.cpp`.
public enum Autocast {
  /// Says how the floating-point arguments of an operator are converted.
  enum Policy {
    /// To the lower dtype.
    case lower
    /// To float32.
    case single
    /// To float32 if one of them is that, else to the lower dtype.
    case widest
    /// Not at all; operators that it calls are looked at themselves.
    case transparent
    /// Not at all, and operators that its computation calls neither.
    case opaque
  }

  /// Tells whether a region changes an operator's arguments, so that it can't be replaced by others.
  public static func concerns(_ schema: OperatorSchema) -> Bool {
    switch policy(of: schema) {
    case .lower, .single, .widest: true
    case .transparent, .opaque: false
    }
  }

  /// Returns the policy of an overload, or of its call with some arguments.
  static func policy(of schema: OperatorSchema, _ arguments: [IValue]? = nil) -> Policy {
    guard schema.namespace == "aten" else { return .transparent }
    if schema.name == "lstm", schema.overload == "input" {
      return arguments.map(isProjected) ?? false ? .transparent : .lower
    }
    if lower.contains(schema.name) { return has(schema, lowerOverloads) ? .lower : .transparent }
    if widest.contains(schema.name) { return .widest }
    if single.contains(schema.name) || schema.name.hasPrefix("fft_") {
      return has(schema, singleOverloads) ? .single : .transparent
    }
    return composites.contains(schema.name) ? .transparent : .opaque
  }

  /// Tells whether an LSTM has projections, which oneDNN, of the first list, does not compute.
  private static func isProjected(_ arguments: [IValue]) -> Bool {
    guard arguments.count > 7, let weights = arguments[2].elements,
      case .int(let layers) = arguments[4],
      case .bool(let hasBiases) = arguments[3], case .bool(let isBidirectional) = arguments[7]
    else { return true }
    return weights.count != layers * (isBidirectional ? 2 : 1) * (hasBiases ? 4 : 2)
  }

  private static func has(_ schema: OperatorSchema, _ overloads: [String: Set<String>]) -> Bool {
    guard !schema.isMutable else { return false }
    return overloads[schema.name]?.contains(schema.overload) ?? true
  }

  /// Says what a region makes of a call.
  public enum Effect: Sendable {
    /// The call stays as it is, and so do those that it is made of.
    case nothing
    /// The operators that the call is made of are looked at themselves.
    case parts
    /// Arguments of floats are converted to a dtype, but for those of float64.
    case conversion(ScalarType)
  }

  /// Returns what a region that lowers to a dtype makes of a call.
  public static func effect(
    on schema: OperatorSchema, _ arguments: [IValue], to lower: ScalarType
  ) -> Effect {
    switch policy(of: schema, arguments) {
    case .lower: return .conversion(lower)
    case .single: return .conversion(.float32)
    case .widest:
      let hasSingle = arguments.contains { $0.hasTensor(of: .float32) }
      return .conversion(hasSingle ? .float32 : lower)
    case .transparent: return .parts
    case .opaque: return .nothing
    }
  }

  /// Reads what a region says: device type, dtype, and whether it switches autocast on or off.
  ///
  /// - Parameter before: the dtype outside of the region; nil where autocast is off.
  public static func dtype(
    inRegion arguments: [IValue], outside before: ScalarType?
  ) throws -> ScalarType? {
    guard arguments.count == 3, case .string(let device) = arguments[0] else {
      throw FXError(.argumentType, "an autocast region needs a device, a dtype and a switch")
    }
    guard device == "cpu" else { return before }
    if case .bool(false) = arguments[2] { return nil }
    if case .dtype(let given) = arguments[1] { return given }
    return .bfloat16
  }

  // MARK: Lists

  private static let lower: Set<String> = [
    "conv1d", "conv2d", "conv3d", "bmm", "mm", "linalg_vecdot", "baddbmm", "addmm",
    "_addmm_activation", "addbmm", "linear", "_convolution", "matmul", "conv_tbc",
    "mkldnn_rnn_layer", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "prelu",
    "scaled_dot_product_attention", "_native_multi_head_attention",
  ]

  private static let lowerOverloads: [String: Set<String>] = ["_convolution": ["deprecated"]]

  private static let widest: Set<String> = ["stack", "cat", "index_copy"]

  private static let single: Set<String> = [
    "avg_pool3d", "binary_cross_entropy", "grid_sampler", "polar", "prod", "quantile",
    "nanquantile", "stft", "cdist", "grid_sampler_2d", "_grid_sampler_2d_cpu_fallback",
    "grid_sampler_3d", "trace", "view_as_complex", "cholesky_inverse", "cholesky_solve", "inverse",
    "lu_solve", "orgqr", "ormqr", "pinverse", "max_pool3d", "max_unpool2d", "max_unpool3d",
    "adaptive_avg_pool3d", "reflection_pad1d", "reflection_pad2d", "replication_pad1d",
    "replication_pad2d", "replication_pad3d", "mse_loss", "cosine_embedding_loss", "nll_loss",
    "nll_loss2d", "hinge_embedding_loss", "poisson_nll_loss", "smooth_l1_loss",
    "cross_entropy_loss", "l1_loss", "huber_loss", "margin_ranking_loss", "soft_margin_loss",
    "triplet_margin_loss", "multi_margin_loss", "ctc_loss", "kl_div", "multilabel_margin_loss",
    "multilabel_margin_loss_forward", "binary_cross_entropy_with_logits", "linalg_cond",
    "linalg_matrix_rank", "linalg_matrix_sqrth", "linalg_solve", "linalg_cholesky",
    "linalg_cholesky_ex", "linalg_svdvals", "linalg_eigvals", "linalg_eigvalsh", "linalg_inv",
    "linalg_inv_ex", "linalg_householder_product", "linalg_tensorinv", "linalg_tensorsolve",
    "linalg_qr", "linalg_svd", "linalg_eig", "linalg_eigh", "linalg_lstsq", "geqrf",
    "_lu_with_info", "svd", "triangular_solve", "fractional_max_pool2d", "fractional_max_pool3d",
    "adaptive_max_pool3d", "fake_quantize_per_tensor_affine",
  ]

  private static let singleOverloads: [String: Set<String>] = [
    "prod": ["", "dim_int"], "stft": ["center"],
    "fft_fftshift": [], "fft_ifftshift": [], "fft_fftfreq": [], "fft_rfftfreq": [],
    "fft_hfft2": [], "fft_hfftn": [], "fft_ihfft2": [], "fft_ihfftn": [],
  ]

  /// Composite operators of PyTorch that call operators of the lists.
  private static let composites: Set<String> = [
    "einsum", "tensordot", "inner", "chain_matmul", "linalg_multi_dot", "linalg_matmul",
    "linalg_matrix_power", "matrix_power", "lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell",
    "gru_cell", "rnn_tanh_cell", "rnn_relu_cell", "_scaled_dot_product_attention_math", "cov",
    "corrcoef", "linalg_pinv", "linalg_norm", "linalg_matrix_norm", "nuclear_norm", "pad",
    "_pad_enum", "nll_loss_nd", "hstack", "vstack", "dstack", "row_stack", "column_stack",
    "concat", "concatenate", "cartesian_prod", "combinations", "diff", "gradient", "vander",
    "linalg_vander", "istft", "pad_sequence", "bilinear", "_trilinear",
  ]
}

extension IValue {
  /// Whether the value is, or a list contains, a tensor of a dtype.
  fileprivate func hasTensor(of dtype: ScalarType) -> Bool {
    switch self {
    case .tensor(let tensor): tensor.dtype == dtype
    case .fake(let tensor): tensor.dtype == dtype
    case .list(let parts), .tuple(let parts): parts.contains { $0.hasTensor(of: dtype) }
    default: false
    }
  }
}
