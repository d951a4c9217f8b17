import FXCore
import FXTensor
import FXTestSupport
import Testing

@testable import FXExport

@Suite struct TensorFileTests {
  private let folder = TemporaryFolder()

  private func write(
    _ tensors: [(name: String, tensor: Tensor)], _ name: String
  ) throws -> String {
    let path = folder.file(name)
    let output = try AtomicOutput(path: path)
    try TensorFile.write(tensors, as: #require(TensorFile.Form(path: path)), to: output)
    try output.commit()
    return path
  }

  private func code(_ body: () throws -> Void) -> FXError.Code? {
    do {
      try body()
      return nil
    } catch { return (error as? FXError)?.code }
  }

  @Test(arguments: ["t.npz", "t.safetensors"])
  func tensorsSurvive(_ name: String) throws {
    let base = try Tensor.of([1, 2, 3, 4, 5, 6] as [Float], [2, 3])
    let path = try write(
      [
        ("view", try base.t()), ("part", try base.select(0, 1)),
        ("wide", try base.expand([2, 2, 3])), ("none", try base.slice(0, from: 2)),
        ("flag", try Tensor.of([true, false])), ("number", try Tensor.scalar(7)),
      ], name)
    var found: [String: Tensor] = [:]
    for (name, tensor) in try TensorFile.read(path: path) { found[name] = tensor }
    #expect(found.count == 6)
    #expect(try #require(found["view"]).isEqual(to: base.t()))
    #expect(try #require(found["part"]).elements(as: Float.self) == [4, 5, 6])
    #expect(found["wide"]?.sizes == [2, 2, 3])
    #expect(found["none"]?.sizes == [0, 3])
    #expect(found["flag"]?.dtype == .bool)
    #expect(try #require(found["number"]).item() == 7)
    // Weights are not copied before they are written to.
    let view = try #require(found["view"])
    #expect(view.storage.isView)
    try view.fill(0)
    #expect(
      try TensorFile.read(path: path).first { $0.name == "view" }?.tensor.isEqual(to: view) == false
    )
  }

  @Test func anNPYFileHasOneTensor() throws {
    let tensor = try Tensor.of([1, 2, 3], [3]).slice(0, step: 2)
    let path = try write([("x", tensor)], "t.npy")
    let found = try TensorFile.read(path: path, npyName: "input")
    #expect(found.map(\.name) == ["input"])
    #expect(try found[0].tensor.elements(as: Int64.self) == [1, 3])
    #expect(code { _ = try write([], "u.npy") } == .npySize)
    #expect(code { _ = try write([("x", tensor.converted(to: .bfloat16))], "u.npz") } == .npyDType)
    #expect(code { _ = try write([("x", tensor), ("x", tensor)], "u.npz") } == .zipDuplicate)
    #expect(folder.names == ["t.npy"])
  }

  /// What `numpy.savez_compressed(file, a=numpy.arange(3, dtype="i2"))` wrote.
  @Test func compressedArraysAreRead() throws {
    let path = folder.write("c.npz", hexBytes(compressedArchive))
    let found = try TensorFile.read(path: path)
    #expect(found.map(\.name) == ["a"])
    #expect(found[0].tensor.dtype == .int16)
    #expect(try found[0].tensor.elements(as: Int64.self) == [0, 1, 2])

    var damaged = hexBytes(compressedArchive)
    damaged[60] ^= 0xFF
    let error = #expect(throws: FXError.self) {
      _ = try TensorFile.read(path: folder.write("d.npz", damaged))
    }
    #expect(error?.place.member == "a.npy")
  }

  @Test func otherMembersAreErrors() throws {
    let path = folder.file("o.npz")
    let output = try AtomicOutput(path: path)
    let writer = ZIPWriter(to: output)
    try Array("no array".utf8).withUnsafeBytes { try writer.add("x.txt", $0) }
    try writer.finish()
    try output.commit()
    let error = #expect(throws: FXError.self) { _ = try TensorFile.read(path: path) }
    #expect(error?.code == .npyHeader)
    #expect(error?.place.member == "x.txt")
  }

  @Test func viewsOfTheSameBytesShareAStorage() throws {
    let bytes = MemberBytes(copying: (0..<16).map { UInt8($0) })
    let meta = TensorMeta(dtype: .int32, sizes: [2], storageOffset: 2)
    let part = try TensorView(meta, storage: bytes)
    let whole = try TensorView(contiguous: .int32, sizes: [4], bytes: bytes)
    var loader = TensorLoader()
    let (one, other) = (try loader.tensor(part), try loader.tensor(whole))
    #expect(one.storage === other.storage)
    try one.fill(-1)
    #expect(try other.elements(as: Int32.self).suffix(2) == [-1, -1])
    #expect(bytes.array[8] == 8)
    let copy = try TensorView(copying: one)
    #expect(copy.byteCount == 8)
    #expect(try copy.hasEqualContents(to: TensorView(copying: other.slice(0, from: 2))))
  }

  @Test func tensorsWithoutDataAreZeros() throws {
    var loader = TensorLoader()
    let fake = try TensorView(
      TensorMeta(dtype: .float32, sizes: [2, 2]), storage: MemberBytes(copying: []))
    #expect(try loader.tensor(fake).elements(as: Float.self) == [0, 0, 0, 0])
    let huge = try TensorView(
      TensorMeta(dtype: .float32, sizes: [.int(1 << 40)]), storage: MemberBytes(copying: []))
    #expect(code { _ = try loader.tensor(huge) } == .tensorSize)
  }

  private func hexBytes(_ text: String) -> [UInt8] {
    let digits = text.filter(\.isHexDigit).compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}

private let compressedArchive = """
  504b03042d0000000800000021006acff251ffffffffffffffff05001400612e6e707901001000860000000000
  00004a000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9369a4aea3a09e965f54529498
  179f5f94920a12774bcc294e058a17672416a402f91ac63a9a3a0ab50a14002e06064606260600504b01022d03
  2d0000000800000021006acff2514a00000086000000050000000000000000000000800100000000612e6e7079
  504b0506000000000100010033000000810000000000
  """
