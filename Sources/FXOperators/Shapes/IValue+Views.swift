import FXCore
import FXTensor

extension IValue {
  /// Tells whether a tensor's elements lie in the order of a memory format without gaps.
  package func isContiguous(_ format: MemoryFormat) -> Bool {
    switch self {
    case .tensor(let tensor): tensor.isContiguous(format)
    case .fake(let tensor):
      switch format {
      case .channelsLast: tensor.rank == 4 && tensor.isChannelsLast
      case .channelsLast3d: tensor.rank == 5 && tensor.isChannelsLast
      default: tensor.isContiguous
      }
    default: false
    }
  }

  /// Tells whether a tensor's elements can be shown in a shape, one size of which may be -1.
  ///
  /// It is the rule of `Geometry.viewStrides`; symbolic sizes that can't be compared count as
  /// different.
  package func allowsView(of shape: [SymbolicSize]) throws -> Bool {
    switch self {
    case .tensor(let tensor):
      if tensor.isContiguous { return true }
      let shape = try Geometry.inferred(
        shape.map { try $0.requireStatic() }, count: tensor.elementCount)
      return Geometry.viewStrides(tensor.sizes, tensor.strides, to: shape) != nil
    case .fake(let tensor):
      var shape = shape
      if let unknown = shape.firstIndex(of: -1) {
        shape[unknown] = 1
        let count = try SymbolicSize.product(tensor.sizes)
        shape[unknown] = try count.floorDivided(by: .product(shape))
      }
      return try Self.allowsView(tensor.sizes, tensor.strides, shape)
    default: return false
    }
  }

  private static func allowsView(
    _ sizes: [SymbolicSize], _ strides: [SymbolicSize], _ shape: [SymbolicSize]
  ) throws -> Bool {
    if sizes.isEmpty || sizes.contains(0) || sizes == shape { return true }
    var target = shape.count - 1
    var chunkStride = strides[sizes.count - 1]
    var chunkCount: SymbolicSize = 1
    for axis in sizes.indices.reversed() {
      chunkCount = try chunkCount * sizes[axis]
      if axis > 0 {
        if sizes[axis - 1] == 1 { continue }
        if try strides[axis - 1] == chunkCount * chunkStride { continue }
      }
      var viewCount: SymbolicSize = 1
      while target >= 0, viewCount != chunkCount || shape[target] == 1 {
        viewCount = try viewCount * shape[target]
        target -= 1
      }
      if viewCount != chunkCount { return false }
      if axis > 0 { chunkStride = strides[axis - 1] }
      chunkCount = 1
    }
    return target == -1
  }
}
