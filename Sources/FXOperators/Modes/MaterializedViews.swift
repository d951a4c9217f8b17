import FXCore
import FXKernels
import FXTensor

/// The tensors of a run that PyTorch conjugates or negates only when it reads them (`torch.conj`,
/// `torch._neg_view`).
///
/// A run computes them at once, into memory of their own. As each is a view to the program, what is
/// written to one of the two is computed again for the other.
package final class MaterializedViews {
  private struct View {
    let kind: LazyViews.Kind
    /// What is viewed; it lives as long as the copy, which may be what a write to it comes from.
    let base: Tensor
    /// The memory of the copy, which does not keep it alive: nobody sees a write to what is gone.
    weak var copy: Storage?
    /// Makes the tensor of the copy anew.
    let geometry: (sizes: [Int], strides: [Int])

    func tensor() throws -> Tensor? {
      guard let copy else { return nil }
      return try Tensor(
        storage: copy, dtype: base.dtype, sizes: geometry.sizes, strides: geometry.strides)
    }
  }

  private var views: [View] = []

  /// Whether there are none.
  var isEmpty: Bool { views.isEmpty }

  /// Tells what PyTorch would compute only when it reads a tensor.
  func state(of tensor: Tensor) -> LazyViews {
    guard let view = views.first(where: { $0.copy === tensor.storage }) else {
      return LazyViews()
    }
    var state = state(of: view.base)
    state.toggle(view.kind)
    return state
  }

  /// Computes a view of a tensor, its conjugate or else its negative, with the strides that a view has,
  /// gaps and repeated elements included.
  ///
  /// - Throws: `tensor.memory`.
  package func view(of tensor: Tensor, _ kind: LazyViews.Kind) throws -> Tensor {
    // Elements that share a place are computed once.
    var once = tensor
    for axis in tensor.sizes.indices where tensor.strides[axis] == 0 && tensor.sizes[axis] > 1 {
      once = try once.slice(axis, from: 0, to: 1)
    }
    let copy = try Tensor.empty(
      once.sizes, strides: once.strides, tensor.dtype, device: tensor.device)
    let function = Self.function(kind)
    try copy.copy(from: function.run([once], in: tensor.dtype))
    forgetUnused()
    views.append(
      View(
        kind: kind, base: once, copy: copy.storage,
        geometry: (copy.sizes, copy.strides)))
    return try copy.asStrided(tensor.sizes, tensor.strides)
  }

  /// Brings what was written to a tensor to its views and to what it is a view of.
  ///
  /// - Throws: `tensor.memory`.
  func follow(writeTo tensor: Tensor) throws {
    var written = [tensor.storage]
    var followed = Set<Int>()
    while let storage = written.popLast() {
      for (index, view) in views.enumerated() where !followed.contains(index) {
        let isBase = view.base.storage === storage
        guard isBase || view.copy === storage else { continue }
        followed.insert(index)
        guard let copy = try view.tensor() else { continue }
        let (source, destination) = isBase ? (view.base, copy) : (copy, view.base)
        let function = Self.function(view.kind)
        try destination.copy(from: function.run([source], in: source.dtype))
        written.append(destination.storage)
      }
    }
  }

  /// Lets go of what is viewed by copies that are gone; it may be such a copy itself.
  private func forgetUnused() {
    var count = -1
    while count != views.count {
      count = views.count
      views.removeAll { $0.copy == nil }
    }
  }

  private static func function(_ kind: LazyViews.Kind) -> PointwiseFunction {
    switch kind {
    case .conjugation: .conjugate
    case .negation: .negate
    }
  }
}
