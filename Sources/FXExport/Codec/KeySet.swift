/// Tells which keys of an object are new: among few by looking at each, among many by their hashes.
struct KeySet<Key: Hashable> {
  private var keys: Set<Key> = []

  /// How many keys are looked at one by one before hashes pay.
  private static var fewLimit: Int { 16 }

  /// Tells whether a key is not among those that were read before it.
  mutating func isNew(_ key: Key, after previous: some Collection<Key>) -> Bool {
    if previous.count < Self.fewLimit { return !previous.contains(key) }
    if keys.isEmpty { keys = Set(previous) }
    return keys.insert(key).inserted
  }
}
