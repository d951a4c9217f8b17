import FXCore
import Testing

@Suite struct TensorMetaTests {
  @Test(
    arguments: [
      ([2, 3], 24, 24), ([0, 5], 0, 0), ([], 4, 4), ([1 << 62], nil, nil),
      ([1 << 32, 1 << 32], nil, nil), ([-1], nil, nil),
    ] as [([Int], Int?, Int?)])
  func countsBytes(_ sizes: [Int], _ bytes: Int?, _ required: Int?) {
    let meta = TensorMeta(dtype: .float32, sizes: sizes.map { .int($0) })
    #expect(meta.byteCount == bytes)
    #expect(meta.requiredByteCount == required)
  }

  @Test func strideAndOffsetCountForTheStorage() {
    var meta = TensorMeta(dtype: .float16, sizes: [2, 3], strides: [1, 10], storageOffset: 5)
    #expect(meta.byteCount == 12)
    #expect(meta.requiredByteCount == (5 + 1 + 20 + 1) * 2)
    meta.strides = [.int(.max), 1]
    #expect(meta.requiredByteCount == nil)
  }
}
