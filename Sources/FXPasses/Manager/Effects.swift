import FXCore
import FXGraph

/// What can be told of a node's effects from its target alone, without operator definitions.
///
/// The answers are on the safe side: what is not known is taken to have an effect. A caller that
/// has definitions of operators gives a `PassContext` better answers.
public enum Effects {
  /// Tells whether running a node may do more than compute its result from its arguments.
  public static func mayHaveEffect(_ node: Node) -> Bool {
    switch node.kind {
    case .placeholder, .output, .callMethod, .callModule: return true
    case .getAttr: return false
    case .callFunction: break
    }
    let target = node.target
    if target.hasPrefix("_operator.") || target.hasPrefix("math.") { return false }
    if target.hasPrefix("torch.sym_") { return false }
    guard let name = OperatorName(target: target),
      name.namespace == "aten" || name.namespace == "prims"
    else { return true }
    return isRandom(name.name) || writes(name) || checks(name.name)
  }

  /// Tells whether the result of a node may share memory with one of its arguments.
  public static func mayAlias(_ node: Node) -> Bool {
    guard node.kind == .callFunction else { return true }
    let target = node.target
    if target == Targets.getitem { return true }
    if target.hasPrefix("_operator.") || target.hasPrefix("math.") { return false }
    if target.hasPrefix("torch.sym_") { return false }
    guard let name = OperatorName(target: target),
      name.namespace == "aten" || name.namespace == "prims"
    else { return true }
    return writes(name) || views.contains(name.name)
  }

  /// An operator that ends in `_` or writes to an `out` argument changes its arguments.
  private static func writes(_ name: OperatorName) -> Bool {
    if name.name.hasSuffix("_"), !name.name.hasSuffix("__") { return true }
    // `__iand__`, `__ilshift__`, … are in place; `__and__` is not.
    if name.name.hasPrefix("__i"), name.name.hasSuffix("__") { return true }
    guard let overload = name.overload else { return false }
    if overload == "out" || overload.hasSuffix("_out") || overload.hasSuffix("out_") { return true }
    return writers.contains(name.name)
  }

  private static func isRandom(_ name: String) -> Bool {
    for part in ["rand", "dropout", "normal", "bernoulli", "multinomial", "poisson", "rrelu"]
    where name.contains(part) { return true }
    return randoms.contains(name)
  }

  private static func checks(_ name: String) -> Bool {
    name.hasPrefix("_assert") || name.hasPrefix("sym_constrain_range")
      || name.hasPrefix("_functional_assert") || name.hasPrefix("_print")
  }

  /// Random operators, and those whose result is whatever was in memory.
  private static let randoms: Set<String> = [
    "binomial", "_sample_dirichlet", "_standard_gamma", "gamma", "cauchy", "exponential",
    "geometric", "log_normal", "uniform", "random", "empty", "empty_like", "empty_strided",
    "empty_permuted", "new_empty", "new_empty_strided", "_fused_moving_avg_obs_fq_helper",
    "scaled_dot_product_attention", "_scaled_dot_product_flash_attention",
    "_scaled_dot_product_efficient_attention", "_scaled_dot_product_cudnn_attention",
    "_scaled_dot_product_flash_attention_for_cpu", "_scaled_dot_product_attention_math",
    "_flash_attention_forward", "_efficient_attention_forward", "lstm", "gru", "rnn_tanh",
    "rnn_relu", "_cudnn_rnn", "miopen_rnn", "_thnn_fused_lstm_cell",
  ]

  /// Operators that write to an argument though nothing in the name tells.
  private static let writers: Set<String> = [
    "batch_norm", "native_batch_norm", "_native_batch_norm_legit", "cudnn_batch_norm",
    "miopen_batch_norm", "_batch_norm_impl_index", "instance_norm", "_batch_norm_with_update",
    "set_data", "_amp_foreach_non_finite_check_and_unscale", "_fused_adam", "_fused_adamw",
    "_fused_sgd", "record_stream", "_backward", "backward", "item", "_local_scalar_dense",
  ]

  /// Operators whose result is, or can be, a view of an argument or the argument itself.
  private static let views: Set<String> = [
    "H", "T", "_conj", "_fw_primal", "_indices", "_make_dual", "_neg_view",
    "_nested_view_from_buffer", "_reshape_alias", "_to_cpu", "_unpack_dual", "_unsafe_view",
    "_values", "adjoint", "alias", "align_as", "align_to", "align_tensors", "as_strided",
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_in_dim", "broadcast_tensors",
    "broadcast_to", "ccol_indices", "chunk", "col_indices", "collapse_view", "conj",
    "conj_physical", "contiguous", "crow_indices", "detach", "diagonal", "dsplit", "expand",
    "expand_as", "flatten", "hsplit", "imag", "indices", "lift", "lift_fresh", "mH", "mT",
    "matrix_H", "meshgrid", "moveaxis", "movedim", "narrow", "numpy_T", "permute", "pin_memory",
    "positive", "ravel", "real", "refine_names", "rename", "reshape", "reshape_as", "resolve_conj",
    "resolve_neg", "row_indices", "select", "slice", "slice_inverse", "split", "split_dim",
    "split_with_sizes", "squeeze", "swapaxes", "swapdims", "t", "tensor_split", "to", "to_dense",
    "to_mkldnn", "transpose", "type_as", "unbind", "unflatten", "unflatten_dense_tensors", "unfold",
    "unsafe_chunk", "unsafe_split", "unsafe_split_with_sizes", "unsqueeze", "values", "view",
    "view_as", "view_as_complex", "view_as_real", "view_of", "view_of_dtype", "vsplit",
    "_autocast_to_full_precision", "_autocast_to_reduced_precision", "einsum", "sum_to_size",
    "interpolate", "pad",
  ]
}
