import FXKernels
import FXTensor

extension Tensor {
  /// Returns a tensor of these sizes and strides with this one's elements, as `laid_out` of
  /// `tools/fixtures/layouts_variants.py` makes it.
  ///
  /// Dimensions are counted from the last one and start again where they end; where a stride is 0
  /// all elements are the first.
  func laidOut(_ sizes: [Int], _ strides: [Int]) throws -> Tensor {
    var picked = try view([Int](repeating: 1, count: sizes.count - rank) + self.sizes)
    for (axis, size) in sizes.enumerated() {
      let count = strides[axis] == 0 ? min(size, 1) : size
      let present = max(picked.sizes[axis], 1)
      let places = try Tensor.of((0..<count).map { $0 % present })
      picked = try picked.indexSelect(axis, places)
    }
    let result = try Tensor.empty(sizes, strides: strides, dtype)
    let once = try result.asStrided(picked.sizes, strides)
    try once.copy(from: picked)
    return result
  }
}
