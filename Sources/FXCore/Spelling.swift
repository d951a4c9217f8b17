/// Finds what somebody may have meant who named something that there is not.
public enum Spelling {
  /// How many bytes of a name are compared.
  private static let limit = 128

  /// Returns the name that is most like another: a third of its bytes may differ, and the first wins.
  ///
  /// Upper case, `-` and `_` make no difference; two swapped bytes are one.
  public static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let wanted = folded(name)
    guard !wanted.isEmpty, wanted.count <= limit else { return nil }
    let most = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in names {
      let length = candidate.utf8.count
      guard length > 0, length <= limit, abs(length - wanted.count) <= most else { continue }
      let bound = min(most, (best?.distance ?? .max) - 1)
      guard let distance = distance(wanted, folded(candidate), within: bound) else { continue }
      if distance == 0 { return candidate }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Returns `; did you mean 'x'?` to end a message with, empty where no name is like it.
  public static func hint(for name: String, among names: some Sequence<String>) -> String {
    nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
  }

  private static func folded(_ name: String) -> [UInt8] {
    name.utf8.map { byte in
      if byte == UInt8(ascii: "-") { return UInt8(ascii: "_") }
      return (65...90).contains(byte) ? byte + 32 : byte
    }
  }

  /// Returns how many bytes have to be changed, added, removed or swapped with the next to make one
  /// name of another; nil beyond a bound.
  private static func distance(_ a: [UInt8], _ b: [UInt8], within bound: Int) -> Int? {
    guard bound >= 0 else { return nil }
    var last: [Int] = []
    var row = Array(0...b.count)
    for i in a.indices {
      var next = [i + 1]
      next.reserveCapacity(row.count)
      for j in b.indices {
        var least = min(row[j + 1], next[j]) + 1
        least = min(least, row[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, last[j - 1] + 1) }
        next.append(least)
      }
      // A swap reaches back two rows, so that one row beyond the bound does not decide.
      if let low = next.min(), low > bound + 1 { return nil }
      (last, row) = (row, next)
    }
    return row[b.count] <= bound ? row[b.count] : nil
  }
}
