import FXKit

/// Makes the same inputs in every run of one seed, wherever it runs.
///
/// libFuzzer goes by the coverage of what it ran, which differs with addresses and from build to
/// build. These are made of the fixtures, of earlier findings, and of what was accepted before.
struct RepeatableInputs: Sendable {
  private let target: FuzzTarget
  private let seeds: [[UInt8]]
  private var accepted: [[UInt8]] = []
  private var last: [UInt8] = []
  private var random: FuzzRandom
  private var count = 0

  /// The most bytes that an input has, and the most accepted ones that are kept.
  static let largest = 1 << 15, most = 4_096

  init(of target: FuzzTarget, fixtures: String, seed: UInt64) throws {
    self.target = target
    let seeds = Seeds(root: fixtures)
    self.seeds =
      try seeds.files("fuzz/\(target.name)", ending: "", below: Self.largest)
      + target.seeds(seeds)
    random = FuzzRandom(seed: seed)
  }

  /// Returns the next input: first the seeds as they are, then changed ones.
  ///
  /// What was accepted is kept to change it further.
  mutating func next(wasAccepted: Bool) -> [UInt8] {
    if wasAccepted, count > seeds.count { keep(last) }
    if count < seeds.count {
      last = Array(seeds[count].prefix(Self.largest))
    } else {
      let isSeed = accepted.isEmpty || random.oneIn(2)
      let bytes = random.pick(isSeed ? seeds : accepted)
      last = Array(target.mutate(bytes, &random).prefix(Self.largest))
    }
    count += 1
    return last
  }

  private mutating func keep(_ bytes: [UInt8]) {
    if accepted.count < Self.most {
      accepted.append(bytes)
    } else {
      accepted[random.below(Self.most)] = bytes
    }
  }
}
