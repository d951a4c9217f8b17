/// Draws random bits as PyTorch's generator of the CPU does: the Mersenne Twister MT19937.
///
/// Source: `at::mt19937`; M. Matsumoto, T. Nishimura, "Mersenne Twister", 1998.
public final class RandomGenerator {
  /// The seed that PyTorch starts with.
  public static let defaultSeed: UInt64 = 67_280_421_310_721

  private static let size = 624
  private static let shift = 397

  private let state = UnsafeMutablePointer<UInt32>.allocate(capacity: size)
  @exclusivity(unchecked) private var next = 0
  /// The second of two normal numbers that were made together (`next_double_normal_sample`).
  public var pendingNormal: Double?
  /// The second of two normal numbers that were made together, in single precision.
  public var pendingFloatNormal: Float?

  /// The seed of the numbers to come.
  public private(set) var seed: UInt64

  /// Starts from a seed (`torch.manual_seed`).
  public init(seed: UInt64 = defaultSeed) {
    self.seed = seed
    state.initialize(repeating: 0, count: Self.size)
    reset(seed: seed)
  }

  deinit { state.deallocate() }

  /// Starts anew from a seed, of which the lower 32 bits count.
  public func reset(seed: UInt64) {
    self.seed = seed
    pendingNormal = nil
    pendingFloatNormal = nil
    state[0] = UInt32(truncatingIfNeeded: seed)
    for index in 1..<Self.size {
      let last = state[index - 1]
      state[index] = 1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index)
    }
    next = Self.size
  }

  /// Draws 32 bits.
  public func next32() -> UInt32 {
    if next == Self.size { refill() }
    var bits = state[next]
    next += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    return bits ^ (bits >> 18)
  }

  /// Draws 64 bits: the first 32 are the upper half.
  public func next64() -> UInt64 {
    let upper = UInt64(next32())
    return upper << 32 | UInt64(next32())
  }

  private func refill() {
    let (size, shift) = (Self.size, Self.shift)
    // What lies ahead by `shift` is old in the first stretch, and new after it.
    for index in 0..<size - shift { twist(index, index + 1, index + shift) }
    for index in size - shift..<size - 1 { twist(index, index + 1, index + shift - size) }
    twist(size - 1, 0, shift - 1)
    next = 0
  }

  @inline(__always)
  private func twist(_ index: Int, _ following: Int, _ ahead: Int) {
    let mixed = (state[index] & 0x8000_0000) | (state[following] & 0x7FFF_FFFF)
    let mask = (0 &- (state[following] & 1)) & 0x9908_B0DF
    state[index] = state[ahead] ^ (mixed >> 1) ^ mask
  }
}
