import FXCore
import FXTensor
import Testing

@Suite struct TensorTests {
  private func code(_ body: () throws -> Void) -> FXError.Code? {
    do {
      try body()
      return nil
    } catch { return (error as? FXError)?.code }
  }

  @Test func viewsOfAFileBecomeMemoryAtTheFirstWrite() throws {
    final class Bytes {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 64)
      deinit { memory.deallocate() }
    }
    let file = Bytes()
    for index in 0..<16 { file.memory[index] = UInt8(index) }
    let storage = try Storage(viewing: UnsafeRawBufferPointer(file.memory), owner: file)
    let whole = try Tensor(storage: storage, dtype: .uint8, sizes: [16])
    let part = try whole.view([4, 4]).select(1, 1)
    #expect(storage.isView)
    try part.fill(99)
    #expect(!storage.isView)
    #expect(file.memory[1] == 1)
    #expect(try whole.elements(as: UInt8.self).prefix(6) == [0, 99, 2, 3, 4, 99])
  }

  @Test func bytesThatAreNotAlignedAreCopied() throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 17, alignment: 64)
    defer { bytes.deallocate() }
    final class Nobody {}
    let part = UnsafeRawBufferPointer(rebasing: bytes[1...])
    #expect(!(try Storage(viewing: part, owner: Nobody(), alignment: 4)).isView)
    #expect(try Storage(viewing: part, owner: Nobody(), alignment: 1).isView)
  }

  @Test func geometryIsChecked() throws {
    let storage = try Storage(byteCount: 16, isZeroed: true)
    func make(_ sizes: [Int], _ strides: [Int], _ offset: Int = 0) -> FXError.Code? {
      code {
        _ = try Tensor(
          storage: storage, dtype: .float32, sizes: sizes, strides: strides, storageOffset: offset)
      }
    }
    #expect(make([4], [1]) == nil)
    #expect(make([4], [1], 1) == .tensorView)
    #expect(make([2, 2], [3, 1]) == .tensorView)
    #expect(make([-1], [1]) == .tensorShape)
    #expect(make([2], [-1]) == .tensorShape)
    #expect(make([2], [1, 1]) == .tensorShape)
    #expect(make([2], [1], -1) == .tensorShape)
    #expect(make([1 << 62, 4], [0, 0]) == .tensorMemory)
    #expect(make([1 << 61], [0]) == .tensorMemory)
    #expect(make([2], [Int.max]) == .tensorMemory)
    #expect(make([0], [1], Int.max) == nil)
    #expect(code { _ = try Tensor.empty([1 << 40, 1 << 40]) } == .tensorMemory)
    #expect(code { _ = try Tensor.empty([1 << 58]) } == .tensorMemory)
    #expect(code { _ = try Tensor.empty([2], .unknown) } == .tensorDType)
    #expect(code { _ = try Tensor.of([1, 2, 3], [2]) } == .tensorShape)
  }

  @Test func emptyTensorsOfHugeSizesDoNotOverflow() throws {
    let tensor = try Tensor.empty([1 << 62, 4, 0])
    #expect(tensor.elementCount == 0)
    #expect(try tensor.select(1, 3).elementCount == 0)
    #expect(try tensor.select(0, (1 << 62) - 1).clone().sizes == [4, 0])
    #expect(try tensor.transpose(0, 2).clone().isEqual(to: tensor.transpose(0, 2)))
    #expect(code { _ = try tensor.flatten(from: 0, through: 1) } == .tensorMemory)
    let far = try Tensor(
      storage: Storage(byteCount: 0), dtype: .float64, sizes: [2, 0],
      strides: [Int.max, Int.max], storageOffset: Int.max)
    #expect(try far.select(0, 1).elements(as: Double.self) == [])
    #expect(try far.slice(0, from: 1).diagonal().sizes == [0])
  }

  @Test func sharedPlacesAreNotWrittenToButFilled() throws {
    let row = try Tensor.of([1, 2, 3])
    let rows = try row.expand([2, 3])
    #expect(code { try rows.copy(from: Tensor.of([4, 5, 6, 7, 8, 9], [2, 3])) } == .tensorView)
    try rows.fill(7)
    #expect(try row.elements(as: Int64.self) == [7, 7, 7])
    #expect(code { _ = try row.expand([1 << 61, 3]) } == .tensorMemory)
    #expect(code { _ = try row.expand([2, 4]) } == .tensorShape)
  }

  @Test func elementsAreReachedByIndex() throws {
    let tensor = try Tensor.of([1, 2, 3, 4] as [Float], [2, 2])
    try tensor.t().setElement(at: [0, -1], to: 9)
    #expect(try tensor.element(at: 1, 0) == 9.0)
    #expect(try tensor.slice(0, to: 1).narrow(1, start: -1, length: 1).item() == 2.0)
    #expect(code { _ = try tensor.element(at: 0, 2) } == .tensorIndex)
    #expect(code { _ = try tensor.element(at: 0) } == .tensorIndex)
    #expect(code { _ = try tensor.item() } == .tensorShape)
    #expect(code { _ = try tensor.pointer(Double.self) } == .tensorDType)
    #expect(try Tensor.full([], .unsigned(.max), .uint64).item() == .unsigned(.max))
  }

  @Test func bytesAreSeenAsOtherElements() throws {
    let tensor = try Tensor.of([1, 2, 3, 4] as [Float], [2, 2])
    let bits = try tensor.view(as: .int32)
    #expect(try bits.element(at: 0, 0) == 0x3F80_0000)
    #expect(try tensor.view(as: .int16).sizes == [2, 4])
    #expect(try tensor.view(as: .float64).sizes == [2, 1])
    #expect(code { _ = try tensor.t().view(as: .float64) } == .tensorView)
    #expect(code { _ = try Tensor.zeros([]).view(as: .int8) } == .tensorShape)
    let numbers = try tensor.viewAsComplex()
    #expect(try numbers.element(at: 1) == .complex(3, 4))
    try numbers.real().fill(0)
    #expect(try tensor.elements(as: Float.self) == [0, 2, 0, 4])
    #expect(code { _ = try bits.viewAsComplex() } == .tensorDType)
  }

  @Test func valuesAreCompared() throws {
    let tensor = try Tensor.of([1, 2, 3, 4], [2, 2])
    #expect(try tensor.isEqual(to: tensor.t().clone().t()))
    #expect(try !tensor.isEqual(to: tensor.t()))
    #expect(try tensor.isEqual(to: tensor.converted(to: .float64)))
    #expect(try !tensor.isEqual(to: tensor.flatten()))
    let nan = try Tensor.of([Float.nan])
    #expect(try !nan.isEqual(to: nan))
  }

  @Test func geometryChangesInPlace() throws {
    let tensor = try Tensor.of([1, 2, 3, 4, 5, 6], [2, 3])
    let other = try tensor.view([6])
    try tensor.transposeInPlace(0, 1)
    try tensor.unsqueezeInPlace(0)
    #expect(tensor.sizes == [1, 3, 2])
    try tensor.squeezeInPlace()
    #expect(try tensor.elements(as: Int64.self) == [1, 4, 2, 5, 3, 6])
    try tensor.resize([8])
    #expect(other.storage === tensor.storage)
    #expect(other.storage.byteCount == 64)
    #expect(try other.elements(as: Int64.self) == [1, 2, 3, 4, 5, 6])
    #expect(code { try tensor.set(nanTensor()) } == .tensorDType)
  }

  private func nanTensor() throws -> Tensor { try Tensor.of([Float.nan]) }
}
