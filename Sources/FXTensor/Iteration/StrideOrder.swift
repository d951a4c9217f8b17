/// The order in which dimensions are walked, so that memory is walked in its own order.
package enum StrideOrder {
  /// Returns dimensions with the fastest first, as PyTorch's TensorIterator orders them.
  ///
  /// The first operand decides; others only where it steps by 0. Strides of all operands are of
  /// the same unit only within an operand.
  package static func fastestFirst(_ sizes: [Int], _ operands: [[Int]]) -> [Int] {
    var order = Array(sizes.indices.reversed())
    guard order.count > 1 else { return order }
    for start in 1..<order.count {
      var place = start
      for other in stride(from: start - 1, through: 0, by: -1) {
        let comparison = compare(order[other], order[place], sizes, operands)
        if comparison > 0 {
          order.swapAt(other, place)
          place = other
        } else if comparison < 0 {
          break
        }
      }
    }
    return order
  }

  /// Returns 1 where the first dimension comes after the second, -1 before, 0 if it is open.
  private static func compare(
    _ first: Int, _ second: Int, _ sizes: [Int], _ operands: [[Int]]
  ) -> Int {
    for strides in operands {
      let (one, other) = (strides[first], strides[second])
      if one == 0 || other == 0 { continue }
      if one < other { return -1 }
      if one > other || sizes[first] > sizes[second] { return 1 }
    }
    return 0
  }
}
