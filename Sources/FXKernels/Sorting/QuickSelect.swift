/// Finds the element of a rank as PyTorch's `quick_select_template` does, whose choice among equal
/// ones is part of the result of `kthvalue`.
enum QuickSelect {
  /// Returns the element of a rank, counted from 0; elements change their places.
  static func select(
    _ rank: Int, of elements: UnsafeMutableBufferPointer<KeyedIndex>
  ) -> KeyedIndex {
    var (left, right) = (0, elements.count - 1)
    while left < right {
      if right == left + 1 {
        order(left, right, elements)
        break
      }
      elements.swapAt(left + (right - left) / 2, left + 1)
      order(left + 1, right, elements)
      order(left, right, elements)
      order(left + 1, left, elements)
      let pivot = elements[left].key
      var (lower, upper) = (left + 1, right)
      while true {
        repeat { lower += 1 } while pivot > elements[lower].key
        repeat { upper -= 1 } while elements[upper].key > pivot
        if upper < lower { break }
        elements.swapAt(lower, upper)
      }
      elements.swapAt(left, upper)
      if upper <= rank { left = lower }
      if upper >= rank { right = upper - 1 }
    }
    return elements[rank]
  }

  /// Exchanges two elements where the first is the larger.
  private static func order(
    _ first: Int, _ second: Int, _ elements: UnsafeMutableBufferPointer<KeyedIndex>
  ) {
    if elements[first].key > elements[second].key { elements.swapAt(first, second) }
  }
}
