import FXCore
import FXGraph

extension SchemaLibrary {
  /// Tells whether a node's result may share memory with one of its arguments.
  ///
  /// Operators say so in their schemas; some return an argument, or a view of it, though their
  /// schemas do not tell. What is not known may do so.
  public func mayAlias(_ node: Node) -> Bool {
    guard node.kind == .callFunction else { return true }
    if let schema = schema(of: node) {
      return schema.isView || schema.isMutable || Self.silentViews.contains(schema.name)
    }
    let target = node.target
    if target == Targets.getitem { return true }
    return !["_operator.", "math.", "torch.sym_"].contains { target.hasPrefix($0) }
  }

  /// Operators that may return an argument or a view of it, which their schemas do not tell.
  private static let silentViews: Set<String> = [
    "_to_cpu", "_unsafe_view", "_autocast_to_full_precision", "_autocast_to_reduced_precision",
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors", "meshgrid", "einsum",
    "sum_to_size", "interpolate", "pad", "type_as", "reshape", "flatten", "contiguous",
    "conj_physical", "lift", "to_dense", "to_mkldnn", "resolve_conj", "resolve_neg", "positive",
    "collapse_view", "broadcast_in_dim", "split_dim", "view_of", "view_of_dtype", "dropout",
    "alpha_dropout", "feature_dropout", "feature_alpha_dropout", "constant_pad_nd", "fill",
    "unsafe_chunk", "unsafe_split", "unsafe_split_with_sizes", "align_tensors",
  ]
}
