/// Searches in texts without the library of regular expressions, which would add two megabytes to the command.
extension StringProtocol {
  /// Tells whether a text occurs; an empty one does everywhere. Where Foundation is imported its own
  /// function of the name comes first.
  @_disfavoredOverload
  public func contains(_ other: some StringProtocol) -> Bool {
    utf8.firstPlace(of: other.utf8) != nil
  }

  /// Returns the parts between the places where a separator occurs, empty ones included.
  public func parts(separatedBy separator: some StringProtocol) -> [SubSequence] {
    var result: [SubSequence] = []
    var rest = self[...]
    while !separator.isEmpty, let place = rest.utf8.firstPlace(of: separator.utf8) {
      result.append(rest[..<place.lowerBound])
      rest = rest[place.upperBound...]
    }
    return result + [rest]
  }
}

extension Collection where Element == UInt8 {
  /// Returns where bytes first occur; nil where they don't.
  fileprivate func firstPlace(of other: some Collection<UInt8>) -> Range<Index>? {
    var start = startIndex
    while true {
      var (place, wanted) = (start, other.startIndex)
      while wanted != other.endIndex, place != endIndex, self[place] == other[wanted] {
        formIndex(after: &place)
        other.formIndex(after: &wanted)
      }
      if wanted == other.endIndex { return start..<place }
      if place == endIndex { return nil }
      formIndex(after: &start)
    }
  }
}
