import FXCore
import FXTestSupport
import Testing

@testable import FXExport

@Suite struct SafetensorsTests {
  private let folder = TemporaryFolder()

  /// What the format's own library writes of three tensors, its header and its data.
  private static let header =
    #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
    + #""b":{"dtype":"I16","shape":[2],"data_offsets":[8,12]},"#
    + #""c\"":{"dtype":"BOOL","shape":[],"data_offsets":[12,13]}}"#
  private static let data: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 1, 0, 2, 0, 1]

  private func bytes(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) }
      + Array(header.utf8) + data
  }

  @discardableResult
  private func read(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(MappedFile(copying: bytes, path: "f"))
  }

  private func tensor(_ dtype: ScalarType, _ sizes: [Int], _ bytes: [UInt8]) throws -> TensorView {
    try TensorView(contiguous: dtype, sizes: sizes, bytes: MemberBytes(copying: bytes))
  }

  private func written(_ tensors: [NamedTensor]) throws -> [UInt8] {
    let path = folder.file("out.safetensors")
    let output = try AtomicOutput(path: path)
    try SafetensorsWriter.write(tensors, to: output)
    try output.commit()
    return try readFile(path)
  }

  @Test func readsWhatTheLibraryWrites() throws {
    let file = try read(bytes(Self.header + "   ", Self.data))
    #expect(file.tensors.map(\.name) == ["a", "b", "c\""])
    #expect(file.metadata.map(\.key) == ["format"])
    #expect(file.metadata.map(\.text) == ["pt"])
    let a = try #require(file["a"])
    #expect(a.dtype == .float32)
    #expect(a.sizes == [1, 2])
    #expect(a.storage.array == Array(Self.data[..<8]))
    #expect(file["c\""]?.sizes == [])
    #expect(file["d"] == nil)
  }

  /// The order of tensors, spaces in the header, and padding are the library's.
  @Test func writesWhatTheLibraryWrites() throws {
    let tensors = [
      NamedTensor("c\"", try tensor(.bool, [], [1])),
      NamedTensor("b", try tensor(.int16, [2], [1, 0, 2, 0])),
      NamedTensor("a", try tensor(.float32, [1, 2], Array(Self.data[..<8]))),
    ]
    let padding = (8 - Self.header.utf8.count % 8) % 8
    let header = Self.header + String(repeating: " ", count: padding)
    #expect(try written(tensors) == bytes(header, Self.data))
  }

  @Test func everyDTypeComesBack() throws {
    let tensors = try SafetensorsDType.names.enumerated().map { index, entry in
      let data = (0..<3 * entry.dtype.byteCount).map { UInt8($0 + index) }
      return NamedTensor("t\(index)", try tensor(entry.dtype, [3, 1], data))
    }
    let file = try read(written(tensors))
    #expect(file.tensors.count == tensors.count)
    for named in tensors {
      let back = try #require(file[named.name])
      #expect(try back.hasEqualContents(to: named.tensor), "\(named.tensor.dtype)")
      #expect(back.sizes == [3, 1])
    }
    // Wide elements come first, so that all are aligned.
    let widths = file.tensors.map(\.tensor.dtype.byteCount)
    #expect(widths == widths.sorted(by: >))
  }

  @Test func writesStridedTensorsContiguous() throws {
    let meta = TensorMeta(dtype: .uint8, sizes: [2, 3], strides: [1, 2])
    let view = try TensorView(meta, storage: MemberBytes(copying: [0, 1, 2, 3, 4, 5]))
    let file = try read(written([NamedTensor("t", view)]))
    #expect(file["t"]?.storage.array == [0, 2, 4, 1, 3, 5])
  }

  @Test func leavesOutFieldsThatItDoesNotKnow() throws {
    let entry = Self.entry().dropLast() + ",\"later\":[{}]}"
    #expect(try read(bytes("{\"a\":\(entry)}", [1, 2, 3, 4]))["a"]?.sizes == [4])
    expectFXError(.jsonSyntax) {
      try read(bytes("{\"a\":\(entry.dropLast()),\"x\":nan}}", [1, 2, 3, 4]))
    }
  }

  @Test func filesWithoutTensors() throws {
    #expect(try read(written([])).tensors.isEmpty)
    #expect(try read(bytes("{}")).tensors.isEmpty)
  }

  @Test func refusesToWriteWhatTheFormatCannotHold() throws {
    let complex = try tensor(.complex128, [1], [UInt8](repeating: 0, count: 16))
    expectFXError(.safetensorsDType) { try written([NamedTensor("a", complex)]) }
    let good = try tensor(.uint8, [1], [1])
    expectFXError(.safetensorsName) {
      try written([NamedTensor("a", good), NamedTensor("a", good)])
    }
    expectFXError(.safetensorsName) { try written([NamedTensor("__metadata__", good)]) }
    #expect(folder.names.isEmpty)
  }

  private static func entry(
    _ dtype: String = "\"U8\"", _ shape: String = "[4]", _ offsets: String = "[0,4]"
  ) -> String { "{\"dtype\":\(dtype),\"shape\":\(shape),\"data_offsets\":\(offsets)}" }

  /// Headers over four bytes of data, and what is wrong with them.
  private static let wrong: [(String, FXError.Code)] = [
    // dtypes
    ("{\"a\":\(entry("\"F4\"", "[8]"))}", .safetensorsDType),
    ("{\"a\":\(entry("\"u8\""))}", .safetensorsDType), ("{\"a\":\(entry("1"))}", .jsonKind),
    // holes, overlaps, lies
    ("{\"a\":\(entry("\"U8\"", "[3]", "[1,4]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[3]", "[0,3]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[5]", "[0,5]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[4,0]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[0]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[0,2,4]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry()),\"b\":\(entry())}", .safetensorsOffsets),
    ("{\"a\":\(entry()),\"b\":\(entry("\"U8\"", "[2]", "[2,4]"))}", .safetensorsOffsets),
    ("{}", .safetensorsOffsets), ("{\"a\":\(entry("\"U8\"", "[3]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U16\"", "[4]"))}", .safetensorsOffsets),
    // numbers beyond bounds
    ("{\"a\":\(entry("\"U8\"", "[4611686018427387904,4]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4294967296,4294967296,0]", "[0,0]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[0,9223372036854775807]"))}", .safetensorsOffsets),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[0,9223372036854775808]"))}", .jsonNumber),
    ("{\"a\":\(entry("\"U8\"", "[-4]"))}", .safetensorsHeader),
    ("{\"a\":\(entry("\"U8\"", "[4.0]"))}", .jsonKind),
    ("{\"a\":\(entry("\"U8\"", "[4]", "[-4,0]"))}", .safetensorsHeader),
    // names and fields
    (
      "{\"a\":\(entry("\"U8\"", "[2]", "[0,2]")),\"a\":\(entry("\"U8\"", "[2]", "[2,4]"))}",
      .safetensorsName
    ),
    (
      "{\"a\":\(entry("\"U8\"", "[2]", "[0,2]")),\"\\u0061\":\(entry("\"U8\"", "[2]", "[2,4]"))}",
      .safetensorsName
    ),
    ("{\"__metadata__\":{},\"__metadata__\":{},\"a\":\(entry())}", .safetensorsName),
    ("{\"__metadata__\":{\"a\":1},\"a\":\(entry())}", .jsonKind),
    ("{\"__metadata__\":[],\"a\":\(entry())}", .jsonKind),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[4]}}", .jsonMissingField),
    ("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", .jsonMissingField),
    ("{\"a\":{\"shape\":[4],\"data_offsets\":[0,4]}}", .jsonMissingField),
    (
      "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
      .jsonDuplicateKey
    ),
    // the header as a whole
    (" {\"a\":\(entry())}", .safetensorsHeader), ("[]", .safetensorsHeader),
    ("{\"a\":\(entry())} x", .jsonSyntax), ("{\"a\":\(entry())", .jsonTruncated),
    ("", .safetensorsHeader),
  ]

  @Test(arguments: wrong.indices)
  func refusesWrongHeaders(_ index: Int) {
    let (header, code) = Self.wrong[index]
    expectFXError(code, member: "f") { try read(bytes(header, [1, 2, 3, 4])) }
  }

  @Test func placesErrorsInTheFile() {
    let header = "{\"a\":\(Self.entry("\"XX\""))}"
    // The reader stands behind the text of the dtype.
    let offset = 8 + "{\"a\":{\"dtype\":\"XX\"".utf8.count
    expectFXError(.safetensorsDType, member: "f", offset: offset) {
      try read(bytes(header, [1, 2, 3, 4]))
    }
  }

  @Test func refusesLengthsThatLie() throws {
    let good = "{\"a\":\(Self.entry())}"
    try read(bytes(good, [1, 2, 3, 4]))
    for length in [0, 1, UInt64(good.utf8.count + 5), 100_000_001, 1 << 63, UInt64.max] {
      #expect(throws: FXError.self) { try read(bytes(good, [1, 2, 3, 4], length: length)) }
    }
    for count in 1..<8 {
      expectFXError(.safetensorsHeader) { try read([UInt8](repeating: 0, count: count)) }
    }
    // One byte too many for the header: it takes one of the data.
    expectFXError(.jsonSyntax) {
      try read(bytes(good, [1, 2, 3, 4], length: UInt64(good.utf8.count + 1)))
    }
  }

  /// A file that ends early is never taken for a whole one.
  @Test func refusesEveryTruncation() {
    let whole = bytes(Self.header, Self.data)
    for count in 1..<whole.count {
      #expect(throws: FXError.self, "\(count)") { try read(Array(whole[..<count])) }
    }
    expectFXError(.safetensorsOffsets) { try read(whole + [0]) }
  }

  /// Whatever is changed, the result is an error or tensors that can be read.
  @Test func survivesEveryChange() throws {
    let whole = bytes(Self.header, Self.data)
    var count = 0
    for index in whole.indices {
      for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        var changed = whole
        changed[index] ^= mask
        do {
          for named in try read(changed).tensors {
            #expect(try named.tensor.contiguousBytes().array.count == named.tensor.byteCount)
            count += 1
          }
        } catch is FXError {
          // Any other error fails the test.
        }
      }
    }
    // The numbers themselves can be any.
    #expect(count >= 4 * Self.data.count)
  }
}
