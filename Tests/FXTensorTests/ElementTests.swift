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
