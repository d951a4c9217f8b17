extension String {
  /// Returns the text as one short line, for messages that quote what is in a file.
  ///
  /// Control characters are escaped as `\u{1b}`, and of a long text the middle is left out.
  ///
  /// - Parameter limit: how many Unicode scalars of the text stay.
  public func singleLine(limit: Int = 2000) -> String {
    let scalars = unicodeScalars
    guard utf8.count > limit, scalars.count > limit else {
      return Self.escapingControls(scalars[...])
    }
    let head = scalars.prefix(limit - limit / 2)
    let tail = scalars.suffix(limit / 2)
    return Self.escapingControls(head) + " … " + Self.escapingControls(tail)
  }

  private static func escapingControls(_ scalars: Substring.UnicodeScalarView) -> String {
    let text = Substring(scalars)
    if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return String(text) }
    var result = ""
    for scalar in scalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
