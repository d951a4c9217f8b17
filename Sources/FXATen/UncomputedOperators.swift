import FXOperators

/// Operators of PyTorch that FXKit can't compute, but knows more of than their schemas.
enum UncomputedOperators {
  static let all: [OperatorDefinition] = [nativeAttention]

  /// `_native_multi_head_attention(Tensor query, Tensor key, Tensor value, …) -> (Tensor, Tensor)`
  static let nativeAttention = OperatorDefinition(
    uncomputed: "aten::_native_multi_head_attention"
  )
  .autocast(.lower)
}
