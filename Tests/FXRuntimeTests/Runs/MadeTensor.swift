import FXTensor

/// Weights that are made from their names, as `tools/fixtures/made.py` makes them.
enum MadeTensor {
  /// Makes the float32 tensor of a name.
  static func make(_ name: String, _ sizes: [Int]) throws -> Tensor {
    let result = try Tensor.empty(sizes)
    let (scale, offset) = scaling(name, sizes)
    let start = try result.mutablePointer(Float.self)
    var state = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    var bits: UInt64 = 0
    var index = 0
    while index < result.elementCount {
      if index & 3 == 0 {
        state &+= 0x9E37_79B9_7F4A_7C15
        bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
      }
      let part = Float(Int32(truncatingIfNeeded: 2 &* (bits & 0xFFFF)) &- 65535)
      start[index] = part * scale + offset
      bits >>= 16
      index &+= 1
    }
    return result
  }

  /// What numbers between -1 and 1 are scaled by, the step of 2⁻¹⁶ included, and what is added.
  private static func scaling(_ name: String, _ sizes: [Int]) -> (Float, Float) {
    if name.hasPrefix("in/") { return (0x1p-15, 0) }
    if name.hasSuffix("running_var") { return (0x1p-17, 1) }
    if sizes.count > 1 {
      let fanIn = sizes.dropFirst().reduce(1, *)
      let bitLength = Int.bitWidth - fanIn.leadingZeroBitCount
      return (Float(sign: .plus, exponent: -15 - bitLength / 2, significand: 1), 0)
    }
    return name.hasSuffix("weight") ? (0x1p-18, 1) : (0x1p-19, 0)
  }
}
