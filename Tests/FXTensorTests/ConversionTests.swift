import FXCore
import FXTensor
import Testing

/// Conversions between dtypes against PyTorch.
@Suite struct ConversionTests {
  @Test func agreesWithPyTorch() throws {
    let floats = try Tensor.of(conversionFloats)
    let values = try Tensor.of([0, -0.5, 1.9, -1.9, 127, 200.7, -128] as [Float])
    for (given, expected) in rows(of: conversionTable) {
      let target = scalarType(given[1])
      if given[0] == "values" {
        let texts = try (0..<7).map {
          spelled(try values.converted(to: target).element(at: $0))
        }
        #expect(texts.joined(separator: " ") == expected, "\(given)")
        continue
      }
      let found = try floats.converted(to: target)
      let wanted = expected.split(separator: " ").compactMap { UInt64($0, radix: 16) }
      let same =
        target.byteCount == 1 ? ScalarType.uint8 : target.byteCount == 2 ? .uint16 : .uint32
      let bits = try found.view(as: same).elements(as: UInt64.self)
      // The sign and the bits of NaN differ between PyTorch's own vectors and scalars.
      #expect(bits.dropLast() == wanted.dropLast(), "\(given)")
      #expect(try found.elements(as: Float.self).last?.isNaN == true)
    }
  }

  private func spelled(_ value: Scalar) -> String {
    if case .bool(let flag) = value { return flag ? "1" : "0" }
    return value.description
  }

  @Test(arguments: [
    ScalarType.float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0FNU,
  ])
  func bytesOfFloatsSurvive(_ dtype: ScalarType) throws {
    let bytes = try Tensor.of(Array(UInt8.min...UInt8.max))
    let floats = try bytes.view(as: dtype).converted(to: .float32)
    let back = try floats.converted(to: dtype).view(as: .uint8).elements(as: UInt8.self)
    let values = try floats.elements(as: Float.self)
    for byte in 0..<256 where !values[byte].isNaN { #expect(back[byte] == UInt8(byte)) }
    #expect(values.contains { $0.isNaN })
  }

  @Test func everyPairKeepsSmallNumbers() throws {
    for source in ScalarType.allCases where source != .unknown {
      for target in ScalarType.allCases where target != .unknown {
        let start = try Tensor.of([1, 1, 0, 1] as [Float]).converted(to: source)
        // Every other element: strides take the loops that are not contiguous.
        let found = try start.slice(0, step: 3).converted(to: target)
        #expect(try found.elements(as: Float.self) == [1, 1], "\(source) to \(target)")
      }
    }
  }

  @Test func complexNumbersLoseTheirImaginaryPart() throws {
    let numbers = try Tensor.of([Complex<Float>(2.5, 7), Complex(0, 3)])
    #expect(try numbers.converted(to: .int32).elements(as: Int32.self) == [2, 0])
    #expect(
      try numbers.converted(to: .bool).elements(as: Bool8.self) == [Bool8(true), Bool8(true)])
    #expect(try numbers.imaginary().elements(as: Float.self) == [7, 3])
    #expect(try numbers.converted(to: .complex128).element(at: 0) == .complex(2.5, 7))
  }

  @Test func bytesOfBooleansAreTakenAsTheyCome() throws {
    let flags = try Tensor.of([0, 1, 2, 255] as [UInt8]).view(as: .bool)
    #expect(try flags.converted(to: .int64).elements(as: Int64.self) == [0, 1, 1, 1])
    #expect(flags.description == "tensor([False,  True,  True,  True])")
  }
}
