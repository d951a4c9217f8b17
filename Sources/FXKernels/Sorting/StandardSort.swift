/// Sorts that leave equal keys in the order that PyTorch leaves them in.
///
/// PyTorch sorts with `std::sort`, `std::partial_sort` and `std::nth_element` of GNU's library where
/// the order of equal elements is open; their indices are part of the result. The algorithms
/// are D. Musser, "Introspective Sorting and Selection Algorithms", 1997, with the library's choices:
/// a median of three as the pivot, parts of up to 16 elements left to an insertion sort.
struct StandardSort {
  private let elements: UnsafeMutablePointer<KeyedIndex>
  private static let smallLength = 16

  init(_ elements: UnsafeMutablePointer<KeyedIndex>) { self.elements = elements }

  /// Sorts a number of elements (`std::sort`).
  func sort(_ count: Int) {
    if count < 2 { return }
    divide(0, count, depth: Self.depthLimit(count))
    insertionSort(0, min(count, Self.smallLength))
    if count > Self.smallLength {
      for index in Self.smallLength..<count { insert(index) }
    }
  }

  /// Puts the smallest elements, in order, before all others (`std::partial_sort`).
  func partialSort(_ middle: Int, of count: Int) {
    selectByHeap(0, middle, count)
    sortHeap(0, middle)
  }

  /// Puts the element there that a sort would put there, and no larger ones before it
  /// (`std::nth_element`).
  func select(_ place: Int, of count: Int) {
    if place >= count { return }
    var (first, last) = (0, count)
    var depth = Self.depthLimit(count)
    while last - first > 3 {
      if depth == 0 {
        selectByHeap(first, place + 1, last)
        swap(first, place)
        return
      }
      depth -= 1
      let cut = partition(first, last)
      if cut <= place { first = cut } else { last = cut }
    }
    insertionSort(first, last)
  }

  private static func depthLimit(_ count: Int) -> Int {
    2 * (Int.bitWidth - 1 - count.leadingZeroBitCount)
  }

  @inline(__always)
  private func isLess(_ left: Int, _ right: Int) -> Bool {
    elements[left].key < elements[right].key
  }

  @inline(__always)
  private func swap(_ left: Int, _ right: Int) {
    let element = elements[left]
    elements[left] = elements[right]
    elements[right] = element
  }

  private func divide(_ first: Int, _ last: Int, depth: Int) {
    var last = last
    var depth = depth
    while last - first > Self.smallLength {
      if depth == 0 {
        selectByHeap(first, last, last)
        sortHeap(first, last)
        return
      }
      depth -= 1
      let cut = partition(first, last)
      divide(cut, last, depth: depth)
      last = cut
    }
  }

  /// Moves the median of three to the front and divides the rest by it.
  private func partition(_ start: Int, _ end: Int) -> Int {
    moveMedian(of: start + 1, start + (end - start) / 2, end - 1, to: start)
    var (first, last) = (start + 1, end)
    while true {
      while isLess(first, start) { first += 1 }
      last -= 1
      while isLess(start, last) { last -= 1 }
      if first >= last { return first }
      swap(first, last)
      first += 1
    }
  }

  private func moveMedian(of a: Int, _ b: Int, _ c: Int, to target: Int) {
    let median: Int
    if isLess(a, b) {
      median = isLess(b, c) ? b : isLess(a, c) ? c : a
    } else {
      median = isLess(a, c) ? a : isLess(b, c) ? c : b
    }
    swap(target, median)
  }

  private func insertionSort(_ first: Int, _ last: Int) {
    if first >= last { return }
    for index in (first + 1)..<max(last, first + 1) {
      if isLess(index, first) {
        let element = elements[index]
        var place = index
        while place > first {
          elements[place] = elements[place - 1]
          place -= 1
        }
        elements[first] = element
      } else {
        insert(index)
      }
    }
  }

  /// Moves an element down to where it belongs; one that is not larger is there before it.
  private func insert(_ index: Int) {
    let element = elements[index]
    var place = index
    while element.key < elements[place - 1].key {
      elements[place] = elements[place - 1]
      place -= 1
    }
    elements[place] = element
  }

  // MARK: Heaps

  /// Collects the smallest elements in a heap at the front.
  private func selectByHeap(_ first: Int, _ middle: Int, _ last: Int) {
    let length = middle - first
    if length > 1 {
      for parent in (0...(length - 2) / 2).reversed() {
        sink(elements[first + parent], at: parent, first, length)
      }
    }
    var index = middle
    while index < last {
      if isLess(index, first) {
        let element = elements[index]
        elements[index] = elements[first]
        sink(element, at: 0, first, length)
      }
      index += 1
    }
  }

  private func sortHeap(_ first: Int, _ end: Int) {
    var last = end
    while last - first > 1 {
      last -= 1
      let element = elements[last]
      elements[last] = elements[first]
      sink(element, at: 0, first, last - first)
    }
  }

  /// Lets larger children move up to a hole, and then the element from the bottom to its place.
  private func sink(_ element: KeyedIndex, at top: Int, _ first: Int, _ length: Int) {
    let heap = elements + first
    var hole = top
    var child = top
    while child < (length - 1) / 2 {
      child = 2 * (child + 1)
      if heap[child].key < heap[child - 1].key { child -= 1 }
      heap[hole] = heap[child]
      hole = child
    }
    if length & 1 == 0, child == (length - 2) / 2 {
      child = 2 * child + 1
      heap[hole] = heap[child]
      hole = child
    }
    while hole > top {
      let parent = (hole - 1) / 2
      if heap[parent].key >= element.key { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = element
  }
}
