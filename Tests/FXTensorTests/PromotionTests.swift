import FXCore
import FXTensor
import Testing

/// `torch.promote_types` and `torch.result_type` against PyTorch.
@Suite struct PromotionTests {
  private static let dtypes: [ScalarType] = [
    .bool, .uint8, .int8, .int16, .int32, .int64, .float16, .bfloat16, .float32, .float64, .uint16,
    .uint32, .uint64, .complex32, .complex64, .complex128, .float8E4M3FN,
  ]
  private static let numbers: [Scalar] = [.bool(true), .int(1), .float(1), .complex(0, 1)]

  @Test func agreesWithPyTorch() throws {
    let table = rows(of: promotionTable)
    #expect(table.count == 17 * 4)
    for (given, expected) in table {
      let expectations = expected.split(separator: " ").map(String.init)
      for (index, wanted) in expectations.enumerated() where wanted != "?" {
        let found = (try? result(given, index))?.name ?? "-"
        #expect(found == wanted, "\(given) with \(index)")
      }
    }
  }

  private func result(_ given: [String], _ index: Int) throws -> ScalarType {
    let first = scalarType(given[given.count - 1])
    if given[0] == "promote" { return try first.promoted(with: Self.dtypes[index]) }
    let tensor = try Tensor.zeros(given.contains("scalar") ? [] : [2], first)
    if given[0] == "number" { return try TypePromotion.result(of: tensor, Self.numbers[index]) }
    return try TypePromotion.result(of: tensor, Tensor.zeros([], Self.dtypes[index]))
  }

  @Test func refusedPairsHaveACode() throws {
    let error = #expect(throws: FXError.self) {
      try ScalarType.float8E5M2.promoted(with: .float32)
    }
    #expect(error?.code == .tensorDType)
    #expect(throws: FXError.self) { try TypePromotion().result() }
  }

  @Test func wrappedNumbersAndTheDefaultDTypeCount() throws {
    let wrapped = try Tensor.scalar(2.0, .float64)
    let halves = try Tensor.zeros([2], .float16)
    let integers = try Tensor.zeros([2], .int32)
    #expect(try TypePromotion.result(of: integers, wrapped) == .float64)
    wrapped.isWrappedNumber = true
    #expect(try TypePromotion.result(of: integers, wrapped) == .float32)
    #expect(try TypePromotion.result(of: halves, wrapped) == .float16)
    var promotion = TypePromotion(defaultFloat: .float64)
    try promotion.add(integers)
    try promotion.add(1.5)
    #expect(try promotion.result() == .float64)
  }
}
