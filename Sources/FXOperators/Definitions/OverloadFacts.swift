/// Facts of a definition's overloads, which may differ: of an overload the first that concerns it counts.
struct OverloadFacts<Fact: Sendable>: Sendable {
  private var entries: [(overloads: [String], fact: Fact)] = []

  /// Whether nothing is said of any overload.
  var isEmpty: Bool { entries.isEmpty }

  /// Returns what is said of an overload, by its qualified name.
  subscript(overload: String) -> Fact? {
    entries.first { $0.overloads.isEmpty || $0.overloads.contains(overload) }?.fact
  }

  /// Says something of overloads, or of all that nothing was said of.
  mutating func say(_ fact: Fact, of overloads: [String]) { entries.append((overloads, fact)) }
}
