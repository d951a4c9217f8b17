import FXCore
import FXTensor
import Testing

@Suite struct ElementIteratorTests {
  @Test func denseOperandsAreOneRun() throws {
    let left = try Tensor.zeros([2, 3, 4]).permute([2, 0, 1])
    let right = try Tensor.zeros([2, 3, 4], .float64).permute([2, 0, 1])
    let iterator = try ElementIterator(outputs: [left], inputs: [right])
    #expect(iterator.sizes == [24])
    #expect(iterator.isSingleRun(4, 8))
  }

  @Test func inputsAreBroadcast() throws {
    let output = try Tensor.zeros([2, 3])
    let row = try Tensor.of([1, 2, 3] as [Float])
    let iterator = try ElementIterator(outputs: [output], inputs: [row])
    #expect(iterator.sizes == [3, 2])
    #expect(iterator.strides == [4, 4, 12, 0])
    try output.copy(from: row)
    #expect(try output.elements(as: Float.self) == [1, 2, 3, 1, 2, 3])
    #expect(throws: FXError.self) {
      try ElementIterator(outputs: [row], inputs: [output])
    }
  }

  /// Parts reach every element once, in any number and for any strides.
  @Test(arguments: 1...9)
  func partsAreTheWhole(_ parts: Int) throws {
    let base = try Tensor.zeros([5, 4, 3, 2], .int32)
    for tensor in [base, try base.permute([3, 1, 0, 2]).slice(1, step: 2), try base.select(3, 1)] {
      try base.fill(0)
      let iterator = try ElementIterator(outputs: [tensor], inputs: [])
      let pieces = iterator.split(into: parts)
      #expect(pieces.count <= parts)
      #expect(pieces.reduce(0) { $0 + $1.count } == tensor.elementCount)
      for piece in pieces {
        piece.forEachRun { pointers, strides, count in
          for index in 0..<count {
            let place = pointers[0] + index * strides[0]
            place.storeBytes(of: place.load(as: Int32.self) + 1, as: Int32.self)
          }
        }
      }
      #expect(try tensor.elements(as: Int32.self).allSatisfy { $0 == 1 })
      #expect(try base.elements(as: Int64.self).reduce(0, +) == Int64(tensor.elementCount))
    }
  }

  @Test(arguments: [ScalarType.uint8, .float16, .float32, .int64, .complex128])
  func transposesAreCopied(_ dtype: ScalarType) throws {
    let numbers = try Tensor.of(Array(0..<(67 * 35)).map { $0 % 251 }, [67, 35]).converted(
      to: dtype)
    let copy = try numbers.t().clone(format: .contiguous)
    for (row, column) in [(0, 0), (34, 66), (7, 8), (8, 7), (33, 1), (12, 64)] {
      #expect(try copy.element(at: row, column) == numbers.element(at: column, row))
    }
    #expect(try copy.t().isEqual(to: numbers))
  }

  @Test func outputsKeepTheLayoutOfInputs() throws {
    let image = try Tensor.zeros([2, 3, 4, 5], format: .channelsLast)
    let plain = try Tensor.zeros([2, 3, 4, 5])
    #expect(try Tensor.elementwiseOutput(.bool, inputs: [image, image]).strides == [60, 1, 15, 3])
    #expect(try Tensor.elementwiseOutput(.bool, inputs: [image, plain]).strides == [60, 1, 15, 3])
    #expect(try Tensor.elementwiseOutput(.bool, inputs: [plain, image]).isContiguous)
    let bias = try Tensor.zeros([3, 1, 1])
    #expect(try Tensor.elementwiseOutput(.bool, inputs: [bias, image]).strides == [60, 1, 15, 3])
    #expect(
      try Tensor.elementwiseOutput(.bool, inputs: [bias, bias.view([1, 3, 1])]).sizes == [3, 3, 1])
  }
}
