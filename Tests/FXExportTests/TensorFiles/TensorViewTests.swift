import FXCore
import Testing

@testable import FXExport

@Suite struct TensorViewTests {
  private let storage = MemberBytes(copying: (0..<48).map { UInt8($0) })

  private func view(
    _ dtype: ScalarType, _ sizes: [SymInt], _ strides: [SymInt]? = nil, offset: SymInt = 0,
    in storage: MemberBytes? = nil
  ) throws -> TensorView {
    let meta = TensorMeta(dtype: dtype, sizes: sizes, strides: strides, storageOffset: offset)
    return try TensorView(meta, storage: storage ?? self.storage)
  }

  /// Finds each element by its indices, as the definition of strides has it.
  private func elements(_ view: TensorView) -> [UInt8] {
    var offsets = [view.meta.storageOffset.int ?? 0]
    for (size, stride) in zip(view.sizes, view.strides) {
      offsets = offsets.flatMap { offset in (0..<size).map { offset + $0 * stride } }
    }
    let width = view.dtype.byteCount
    let bytes = view.storage.array
    return offsets.flatMap { bytes[$0 * width..<($0 + 1) * width] }
  }

  private static let layouts: [([SymInt], [SymInt]?, SymInt)] = [
    ([], nil, 0), ([], nil, 5), ([12], nil, 0), ([3, 4], nil, 0), ([3, 4], [1, 3], 0),
    ([2, 3], [0, 1], 0), ([3, 2], [4, 2], 1), ([1, 3, 2, 2], [12, 1, 6, 3], 0), ([4], [3], 2),
    ([2, 2, 3], [6, 3, 1], 0), ([2, 1, 3], [6, 77, 1], 3), ([5, 5], [0, 0], 11),
    ([2, 3, 2], [1, 4, 2], 0), ([3, 0], nil, 0), ([0], [1], 999),
  ]

  @Test(arguments: layouts.indices)
  func gathersElements(_ index: Int) throws {
    let (sizes, strides, offset) = Self.layouts[index]
    let view = try view(.float32, sizes, strides, offset: offset)
    let expected = view.byteCount == 0 ? [] : elements(view)
    #expect(try view.contiguousBytes().array == expected)
    var pieces: [UInt8] = []
    try view.forEachPiece { pieces += Array($0) }
    #expect(pieces == expected)
    #expect(view.byteCount == expected.count)
  }

  /// What is scattered is gathered again, and nothing else is written.
  @Test(arguments: layouts.indices)
  func scattersElements(_ index: Int) throws {
    let (sizes, strides, offset) = Self.layouts[index]
    let view = try view(.float32, sizes, strides, offset: offset)
    if view.strides.contains(0) { return }
    let target = try MutableStorage(byteCount: 48)
    let given = (0..<view.byteCount).map { UInt8(200 + $0 % 50) }
    given.withUnsafeBytes { target.write($0, to: view) }
    let result = target.finish()
    #expect(try TensorView(view.meta, storage: result).contiguousBytes().array == given)
    #expect(result.array.count { $0 != 0 } == given.count)
  }

  @Test func tellsContiguousTensors() throws {
    #expect(try view(.float32, [3, 4]).isContiguous)
    #expect(try view(.float32, [3, 4], offset: 0).isContiguous)
    #expect(try view(.float32, [1, 4], [77, 1]).isContiguous)
    #expect(try view(.float32, [0, 4], [77, 9]).isContiguous)
    #expect(try !view(.float32, [4, 3], [1, 4]).isContiguous)
    #expect(try !view(.float32, [2, 3], [0, 1]).isContiguous)
    #expect(try !view(.float32, [3], [2]).isContiguous)
    // A view of the storage, and no copy.
    let part = try view(.float32, [2], offset: 3).contiguousBytes()
    #expect(part.owner === storage.owner)
    #expect(part.array == [UInt8](12..<20))
  }

  @Test func readsStoragesThatAreNotAligned() throws {
    let owner = storage.owner
    let part = MemberBytes(UnsafeRawBufferPointer(rebasing: owner.bytes[1..<25]), owner: owner)
    let view = try view(.float64, [3], in: part)
    #expect(try view.contiguousBytes().array == [UInt8](1..<25))
    #expect(
      try self.view(.float64, [2], [2], in: part).contiguousBytes().array
        == [UInt8](1..<9) + [UInt8](17..<25))
  }

  @Test func readsZerosWhereThereAreNoData() throws {
    let view = try view(.int16, [3], [7], in: MemberBytes(copying: []))
    #expect(view.hasNoData)
    #expect(try view.contiguousBytes().array == [UInt8](repeating: 0, count: 6))
  }

  @Test func refusesWhatNoStorageHolds() {
    let most = SymInt.int(Int.max)
    let half = SymInt.int(1 << 32)
    let cases: [([SymInt], [SymInt]?, SymInt)] = [
      // numel, strides and offsets beyond 64 bits
      ([half, half], [0, 0], 0), ([most], [0], 0), ([half, half, 0], nil, 0), ([2], [most], 1),
      ([3], [most], 0), ([1], [1], most), ([2, 2], [most, most], 0),
      // negative numbers
      ([-1], [1], 0), ([-1, -1], [1, 1], 0), ([2], [-1], 4), ([1], [1], -1), ([0], [-1], 0),
      // beyond the storage
      ([13], nil, 0), ([12], nil, 1), ([2], [12], 0), ([1], [1], 12), ([4, 4], [3, 1], 0),
      // other numbers of strides
      ([2, 2], [1], 0), ([], [1], 0),
      // sizes that are no numbers
      ([.expr(SymExpr("s0"))], [1], 0), ([1], [.expr(SymExpr("s0"))], 0),
    ]
    for (sizes, strides, offset) in cases {
      expectFXError(.tensorStorage) { try view(.float32, sizes, strides, offset: offset) }
    }
    expectFXError(.tensorStorage) { try view(.unknown, []) }
    expectFXError(.tensorStorage) { try view(.complex128, [1], in: MemberBytes(copying: [1, 2])) }
  }

  /// A few bytes that say to be very many.
  @Test func refusesToExpandWithoutBounds() throws {
    let huge = try view(.float32, [.int(1 << 40)], [0])
    expectFXError(.tensorSize) { try huge.contiguousBytes() }
    expectFXError(.tensorSize) { try huge.forEachPiece { _ in } }
    let empty = try view(.float32, [.int(1 << 40)], in: MemberBytes(copying: []))
    expectFXError(.tensorSize) { try empty.contiguousBytes() }
  }

  @Test func comparesContents() throws {
    let a = try view(.uint8, [2, 3], [1, 2])
    let b = try TensorView(
      contiguous: .uint8, sizes: [2, 3], bytes: MemberBytes(copying: [0, 2, 4, 1, 3, 5]))
    #expect(try a.hasEqualContents(to: b))
    #expect(try !a.hasEqualContents(to: view(.uint8, [2, 3])))
    #expect(try !a.hasEqualContents(to: view(.int8, [2, 3], [1, 2])))
    #expect(try !a.hasEqualContents(to: view(.uint8, [6])))
  }
}
