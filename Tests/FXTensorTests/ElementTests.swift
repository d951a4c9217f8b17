import FXCore
import FXTensor
import Testing

@Suite struct ElementTests {
  @Test func narrowFloatsKeepTheirOwnValues() {
    for bits in UInt16.min...UInt16.max {
      let half = Float16(bitPattern: bits)
      #expect(half.carrier.isNaN == half.isNaN)
      if half.isNaN { continue }
      #expect(half.carrier == Float(half))
      #expect(Float16(rounding: half.carrier).bitPattern == bits)
      let brain = BFloat16(bitPattern: bits)
      if !brain.carrier.isNaN { #expect(BFloat16(rounding: brain.carrier).bitPattern == bits) }
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
