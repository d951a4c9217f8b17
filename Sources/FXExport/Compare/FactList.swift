import FXCore

/// A list of facts about one side of a comparison, in order.
struct FactList {
  /// One fact.
  struct Fact {
    /// What makes it the same fact on both sides.
    var key: String
    /// What is compared.
    var compared: String
    /// What is shown.
    var shown: String
  }

  private(set) var facts: [Fact] = []
  private var counts: [String: Int] = [:]

  /// Adds a fact. Of those with equal keys, the first on one side is that on the other, and so on.
  mutating func add(_ key: String, _ shown: String, comparing compared: String? = nil) {
    let number = counts[key, default: 0]
    counts[key] = number + 1
    facts.append(
      Fact(
        key: number == 0 ? key : "\(key)\u{0}\(number)", compared: compared ?? shown, shown: shown))
  }

  /// Returns the facts that differ: those of the first side in order, then those of the second alone.
  func changes(to other: FactList) -> [FactDifference.Change] {
    var others: [String: Fact] = [:]
    for fact in other.facts { others[fact.key] = fact }
    var result: [FactDifference.Change] = []
    for fact in facts {
      guard let partner = others.removeValue(forKey: fact.key) else {
        result.append(FactDifference.Change(fact.shown, nil))
        continue
      }
      if fact.compared != partner.compared {
        result.append(FactDifference.Change(fact.shown, partner.shown))
      }
    }
    for fact in other.facts where others[fact.key] != nil {
      result.append(FactDifference.Change(nil, fact.shown))
    }
    return result
  }

  /// Returns the fields in which two lists of unknown fields differ.
  static func texts(_ fieldsA: [RawField]?, _ fieldsB: [RawField]?) -> [NodeChange.Text] {
    let (x, y) = (fieldsA ?? [], fieldsB ?? [])
    if x == y { return [] }
    var result: [NodeChange.Text] = []
    for field in x {
      let other = y.first { $0.key == field.key }
      if other?.json != field.json {
        result.append(NodeChange.Text(key: field.key, a: field.json, b: other?.json))
      }
    }
    for field in y where !x.contains(where: { $0.key == field.key }) {
      result.append(NodeChange.Text(key: field.key, a: nil, b: field.json))
    }
    return result
  }
}

extension FactList {
  /// Adds fields that this version does not know.
  mutating func add(_ fields: [RawField], of owner: String) {
    for field in fields {
      add("\(owner).\(field.key)", "\(owner): \(field.key) \(field.json.singleLine())")
    }
  }
}
