import FXCore
import FXTensor
import Testing

@Suite struct ElementTests {
  @Test func narrowFloatsKeepTheirOwnValues() {
    for bits in UInt16.min...UInt16.max {
      let half = Float16(bitPattern: bits)
      #expect(half.opMath.isNaN == half.isNaN)
      if half.isNaN { continue }
      #expect(half.opMath == Float(half))
      #expect(Float16(rounding: half.opMath).bitPattern == bits)
      let brain = BFloat16(bitPattern: bits)
      if !brain.opMath.isNaN { #expect(BFloat16(rounding: brain.opMath).bitPattern == bits) }
    }
  }

  @Test func halvesRoundAsTheMachineDoes() {
    var bits: UInt32 = 0
    while bits < 0xFF00_0000 {
      let value = Float(bitPattern: bits)
      if !value.isNaN {
        #expect(Float16(rounding: value).bitPattern == Float16(value).bitPattern, "\(value)")
      }
      bits += 0x0000_4D3F
    }
  }

  /// Elements that follow one another are converted by vector code, others one by one.
  @Test(arguments: [ScalarType.float16, .bfloat16])
  func vectorCodeConvertsAsScalarCodeDoes(dtype: ScalarType) throws {
    let halves = Array(UInt16.min...UInt16.max)
    #expect(try Self.bytesDiffer(halves, dtype, to: .float32, as: UInt32.self) == nil)
    var floats = stride(from: UInt32.min, to: .max - 0x4D3F, by: 0x4D3F).map { $0 }
    // The borders of rounding, of subnormal and of infinite numbers, and NaNs.
    for border: UInt32 in [0, 0x3300_0000, 0x3380_0000, 0x3880_0000, 0x477F_F000, 0x7F80_0000] {
      floats += (0..<64).flatMap { [border &+ $0, border &- $0, (border &+ $0) | 0x8000_0000] }
    }
    #expect(try Self.bytesDiffer(floats, .float32, to: dtype, as: UInt16.self) == nil)
  }

  /// Returns the first element that comes out otherwise where elements do not follow one another.
  private static func bytesDiffer<Source: BitwiseCopyable, Target: FixedWidthInteger>(
    _ elements: [Source], _ source: ScalarType, to target: ScalarType, as: Target.Type
  ) throws -> Source? {
    let conversion = try ElementConversion(from: source, to: target)
    let (from, to) = (MemoryLayout<Source>.size, MemoryLayout<Target>.size)
    var dense = [Target](repeating: 0, count: elements.count)
    var spread = [Target](repeating: 0, count: 2 * elements.count)
    elements.withUnsafeBytes { elements in
      guard let start = elements.baseAddress else { return }
      dense.withUnsafeMutableBytes { result in
        guard let result = result.baseAddress else { return }
        conversion.run(start, from, result, to, elements.count / from)
      }
      spread.withUnsafeMutableBytes { result in
        guard let result = result.baseAddress else { return }
        conversion.run(start, from, result, 2 * to, elements.count / from)
      }
    }
    return elements.indices.first { dense[$0] != spread[2 * $0] }.map { elements[$0] }
  }

  @Test func readsWhatItStored() throws {
    let tensor = try Tensor.of([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(try tensor.element(at: 1, -1) == 6)
    let half = try tensor.converted(to: .bfloat16)
    #expect(try half.element(at: 0, 2) == 3.0)
    #expect(try half.elements(as: Int8.self) == [1, 2, 3, 4, 5, 6])
    #expect(throws: FXError.self) { try tensor.element(at: 2, 0) }
  }
}

@Suite struct ComplexTests {
  @Test func computesAsPyTorchDoes() {
    let (one, other) = (Complex<Double>(1, 2), Complex<Double>(3, -4))
    #expect(one + other == Complex(4, -2))
    #expect(one - other == Complex(-2, 6))
    #expect(one * other == Complex(11, 2))
    #expect(one * one.conjugate == Complex(5, 0))
    #expect(-one == Complex(-1, -2))
    #expect((one / other * other - one).real.magnitude < 1e-15)
    let large = Complex<Float>(1e30, 1e30)
    #expect(large / large == Complex(1, 0))
    let zero = Complex<Float>(1, -1) / Complex(0, 0)
    #expect(zero == Complex(.infinity, -.infinity))
  }
}
