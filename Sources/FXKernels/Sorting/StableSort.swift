/// Sorts keys so that equal ones stay in their order.
enum StableSort {
  /// The length from which sorting digit by digit is faster.
  private static let digitLength = 192

  static func sort(_ elements: UnsafeMutableBufferPointer<KeyedIndex>) {
    if elements.count < digitLength {
      // Indices tell equal keys apart, so that any sort is stable.
      var elements = elements
      elements.sort { ($0.key, $0.index) < ($1.key, $1.index) }
    } else {
      sortByDigits(elements)
    }
  }

  /// Sorts byte by byte, from the lowest on; bytes that are the same in all keys are passed over.
  private static func sortByDigits(_ elements: UnsafeMutableBufferPointer<KeyedIndex>) {
    let count = elements.count
    guard let base = elements.baseAddress else { return }
    var (all, any) = (base[0].key, base[0].key)
    for index in 1..<count {
      all &= base[index].key
      any |= base[index].key
    }
    let differing = all ^ any
    let buffer = UnsafeMutablePointer<KeyedIndex>.allocate(capacity: count)
    defer { buffer.deallocate() }
    var (source, target) = (base, buffer)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { counts in
      for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
        counts.initialize(repeating: 0)
        for index in 0..<count { counts[Int(source[index].key >> shift & 0xFF)] += 1 }
        var total = 0
        for digit in 0..<256 {
          let number = counts[digit]
          counts[digit] = total
          total += number
        }
        for index in 0..<count {
          let digit = Int(source[index].key >> shift & 0xFF)
          target[counts[digit]] = source[index]
          counts[digit] += 1
        }
        (source, target) = (target, source)
      }
    }
    if source != base { base.update(from: source, count: count) }
  }
}
