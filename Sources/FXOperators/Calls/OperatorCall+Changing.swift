import FXCore
import FXTensor

extension OperatorCall {
  /// Returns a tensor with the elements of the first argument that the kernel may change and give
  /// back: the argument itself for an in-place call, else a copy.
  ///
  /// - Parameter format: the memory format of a copy.
  /// - Throws: `operator.argumentType` where the argument is not a tensor, `tensor.memory`.
  public func changeable(_ format: MemoryFormat = .contiguous) throws -> Tensor {
    let tensor = try tensor(0)
    if let destination, destination === tensor, !readsStorage(of: tensor) { return tensor }
    return try tensor.clone(format: format)
  }

  /// Tells whether another argument shares the storage, so that elements are read after they change.
  private func readsStorage(of tensor: Tensor) -> Bool {
    func isShared(_ value: IValue) -> Bool {
      switch value {
      case .tensor(let other): other.storage === tensor.storage
      case .list(let parts), .tuple(let parts): parts.contains(where: isShared)
      default: false
      }
    }
    return arguments.dropFirst().contains(where: isShared)
  }
}
