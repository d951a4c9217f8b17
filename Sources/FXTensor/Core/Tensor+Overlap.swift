import FXCore

extension Tensor {
  /// How the elements of two tensors share places in memory, as far as PyTorch tells.
  package enum Overlap {
    /// They have no place together.
    case none
    /// Some places, or all in another order.
    case partial
    /// Each element of one has the place of the same element of the other.
    case full
    /// The elements of one do not lie together, so that only a walk could tell.
    case unknown
  }

  /// Returns how the elements of two tensors share places (`at::get_overlap_status`).
  package func overlap(with other: Tensor) -> Overlap {
    if self === other { return .full }
    if storage !== other.storage || elementCount == 0 || other.elementCount == 0 { return .none }
    if !isDense || !other.isDense { return .unknown }
    let (own, theirs) = (bytes, other.bytes)
    let (end, otherEnd) = (own + byteCount, theirs + other.byteCount)
    if own == theirs, end == otherEnd { return strides == other.strides ? .full : .partial }
    return own < otherEnd && theirs < end ? .partial : .none
  }
}
