/// Tells which keys of an object are new: the few of most objects one by one, many by their hashes.
struct KeySet<Key: Hashable> {
  private var few: [Key] = []
  private var many: Set<Key> = []

  /// How many keys are compared one by one before hashes pay.
  private static var fewLimit: Int { 16 }

  /// Adds a key; tells whether it is new.
  mutating func insert(_ key: Key) -> Bool {
    if many.isEmpty {
      if few.contains(key) { return false }
      if few.count < Self.fewLimit {
        few.append(key)
        return true
      }
      many = Set(few)
    }
    return many.insert(key).inserted
  }
}
