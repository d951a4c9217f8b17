/// Changes a text token by token: words, numbers, strings, marks and what brackets enclose.
struct TokenMutator: Sendable {
  let words: [String]
  /// What can be nested: an opening with its end.
  let nests: [(String, String)]
  /// Makes something new, by the grammar.
  let generate: @Sendable (inout FuzzRandom) -> String

  func mutate(_ bytes: [UInt8], _ random: inout FuzzRandom) -> [UInt8] {
    random.changed(bytes, parts: Self.tokens, change)
  }

  private func change(_ bytes: inout [UInt8], _ tokens: [Range<Int>], _ random: inout FuzzRandom) {
    let place = group(random.pick(tokens), bytes, &random)
    let other = group(random.pick(tokens), bytes, &random)
    switch random.below(9) {
    case 0: bytes.removeSubrange(place)
    case 1: bytes.replaceSubrange(place, with: Array(bytes[other]))
    case 2: bytes.insert(contentsOf: Array(bytes[other]), at: place.lowerBound)
    case 3 where place.upperBound <= other.lowerBound:
      let (first, second) = (Array(bytes[place]), Array(bytes[other]))
      bytes.replaceSubrange(other, with: first)
      bytes.replaceSubrange(place, with: second)
    case 4:
      let (open, close) = random.pick(nests)
      let depth = random.oneIn(8) ? 1 << random.below(10) : 1
      bytes.insert(contentsOf: String(repeating: close, count: depth).utf8, at: place.upperBound)
      bytes.insert(contentsOf: String(repeating: open, count: depth).utf8, at: place.lowerBound)
    case 5: bytes.replaceSubrange(place, with: String(random.number()).utf8)
    case 6: bytes.replaceSubrange(place, with: random.pick(words).utf8)
    default: bytes.replaceSubrange(place, with: generate(&random).utf8)
    }
  }

  /// Returns the token, or where it is a bracket sometimes all that it encloses.
  private func group(_ token: Range<Int>, _ bytes: [UInt8], _ random: inout FuzzRandom)
    -> Range<Int>
  {
    guard "([{".utf8.contains(bytes[token.lowerBound]), random.oneIn(2) else { return token }
    var depth = 0
    for at in token.lowerBound..<bytes.count {
      if "([{".utf8.contains(bytes[at]) { depth += 1 }
      if ")]}".utf8.contains(bytes[at]) { depth -= 1 }
      if depth == 0 { return token.lowerBound..<at + 1 }
    }
    return token
  }

  private static func tokens(_ bytes: [UInt8]) -> [Range<Int>] {
    func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    var tokens: [Range<Int>] = []
    var at = 0
    while at < bytes.count {
      let start = at
      at += 1
      if isWord(bytes[start]) {
        while at < bytes.count, isWord(bytes[at]) { at += 1 }
      } else if bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
        while at < bytes.count, bytes[at] != bytes[start] { at += 1 }
        at = min(at + 1, bytes.count)
      } else if bytes[start] <= 0x20 {
        continue
      }
      tokens.append(start..<at)
    }
    return tokens
  }
}
