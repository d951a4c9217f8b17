import FXTensor

extension Sorting {
  /// Tells for each element whether it is among others; NaN is not (`torch.isin`).
  ///
  /// - Throws: `tensor.shape`, `tensor.index` or `tensor.dtype` for operands that do not fit,
  ///   `tensor.memory` where there is none for the result.
  public static func isIn(
    _ elements: Tensor, _ others: Tensor, isInverted: Bool = false
  ) throws -> Tensor {
    let common = try TypePromotion.result(of: elements, others)
    let known = try KeyedRows(others.converted(to: common).reshape([-1]), 0)
    let rows = try KeyedRows(elements.converted(to: common).reshape([-1]), 0)
    var keys: Set<UInt64> = []
    known.forEachRow { _, row in for element in row { keys.insert(element.key) } }
    if let missing = known.unorderedKey { keys.remove(missing) }
    let result = try Tensor.empty(elements.sizes, .bool, device: elements.device)
    let target = try result.mutablePointer(Bool8.self)
    rows.forEachRow { _, row in
      for place in row.indices {
        target[place] = Bool8(keys.contains(row[place].key) != isInverted)
      }
    }
    return result
  }
}
