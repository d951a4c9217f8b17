import FXCore
import Glibc

/// Compares names with patterns as shells have them: `*`, `?` and `[…]`.
enum NamePattern {
  /// Tells whether a name is the pattern, letter by letter, or matches it.
  static func matches(_ pattern: String, _ name: String) -> Bool {
    // A name with a bracket in it is found as it stands.
    pattern.utf8.elementsEqual(name.utf8) || fnmatch(pattern, name, 0) == 0
  }
}
