/// Random numbers from a seed (SplitMix64), so that a mutation can be repeated.
struct FuzzRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func below(_ limit: Int) -> Int {
    limit <= 1 ? 0 : Int.random(in: 0..<limit, using: &self)
  }

  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Returns a number at which programs err.
  mutating func number() -> Int {
    let edges = [
      0, 1, -1, 2, 3, 7, 8, 63, 64, 127, 255, 256, 1023, 32_767, 65_535, 65_536, 1 << 31, 1 << 32,
      (1 << 32) - 1, 1 << 53, Int.max, Int.min, Int.max - 1, Int.max / 4 + 1, -2,
    ]
    return oneIn(4) ? below(1 << 16) : pick(edges)
  }

  /// Changes an input once or a few times by its parts, and sometimes without regard for them.
  mutating func changed<Part>(
    _ bytes: [UInt8], parts: ([UInt8]) -> [Part],
    _ change: (inout [UInt8], [Part], inout FuzzRandom) -> Void
  ) -> [UInt8] {
    var result = bytes
    for _ in 0...(oneIn(2) ? 0 : below(3)) {
      let found = parts(result)
      guard !found.isEmpty, !oneIn(16) else {
        changeBytes(&result)
        continue
      }
      change(&result, found, &self)
    }
    return result
  }

  /// Changes a few bytes, without regard for what they mean.
  mutating func changeBytes(_ bytes: inout [UInt8]) {
    for _ in 0...below(3) {
      let at = below(bytes.count + 1)
      switch below(5) {
      case 0: bytes.insert(UInt8(truncatingIfNeeded: next()), at: at)
      case 1 where at < bytes.count: bytes.remove(at: at)
      case 2 where at < bytes.count: bytes[at] ^= 1 << UInt8(below(8))
      case 3 where at < bytes.count: bytes.removeSubrange(at..<min(bytes.count, at + below(64)))
      default:
        let from = below(bytes.count + 1)
        bytes.insert(contentsOf: Array(bytes[from..<min(bytes.count, from + below(64))]), at: at)
      }
    }
  }
}
