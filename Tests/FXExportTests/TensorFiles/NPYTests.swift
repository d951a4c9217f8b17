import FXCore
import FXTestSupport
import Testing

@testable import FXExport

@Suite struct NPYTests {
  private let folder = TemporaryFolder()

  private func file(
    _ header: String, _ data: [UInt8], version: [UInt8] = [1, 0], length: Int? = nil
  ) -> [UInt8] {
    let count = length ?? header.utf8.count
    let digits = (0..<(version[0] == 1 ? 2 : 4)).map {
      UInt8(truncatingIfNeeded: count >> (8 * $0))
    }
    return NPYHeader.magic + version + digits + Array(header.utf8) + data
  }

  private func header(
    _ descr: String = "'|u1'", _ order: String = "False", _ shape: String = "(4,)"
  ) -> String { "{'descr': \(descr), 'fortran_order': \(order), 'shape': \(shape), }" }

  @discardableResult
  private func read(_ bytes: [UInt8]) throws -> TensorView {
    try NPYFile.read(MappedFile(copying: bytes, path: "f"))
  }

  private func written(_ tensor: TensorView) throws -> [UInt8] {
    let path = folder.file("out.npy")
    let output = try AtomicOutput(path: path)
    try NPYFile.write(tensor, to: output)
    try output.commit()
    return try readFile(path)
  }

  /// The very bytes of `numpy.save`.
  @Test func writesWhatNumPyWrites() throws {
    let list = try TensorView(
      contiguous: .int16, sizes: [3], bytes: MemberBytes(copying: [0, 0, 1, 0, 2, 0]))
    let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }"
    let padded = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    #expect(try written(list) == file(padded, [0, 0, 1, 0, 2, 0]))

    let number = try TensorView(
      contiguous: .float64, sizes: [], bytes: MemberBytes(copying: [0, 0, 0, 0, 0, 0, 4, 0x40]))
    let other = "{'descr': '<f8', 'fortran_order': False, 'shape': (), }"
    let paddedOther = other + String(repeating: " ", count: 117 - other.utf8.count) + "\n"
    #expect(try written(number) == file(paddedOther, [0, 0, 0, 0, 0, 0, 4, 0x40]))
  }

  @Test(arguments: ScalarType.allCases.filter { $0 != .unknown })
  func everyDTypeOfNumPyComesBack(_ dtype: ScalarType) throws {
    let data = (0..<6 * dtype.byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let tensor = try TensorView(
      contiguous: dtype, sizes: [2, 3], bytes: MemberBytes(copying: data))
    guard NPYFile.holds(dtype) else {
      expectFXError(.npyDType) { try written(tensor) }
      #expect(folder.names.isEmpty)
      return
    }
    let bytes = try written(tensor)
    #expect((bytes.count - data.count) % 64 == 0)
    #expect(try read(bytes).hasEqualContents(to: tensor))
  }

  @Test func knowsWhichDTypesNumPyHas() {
    let missing = ScalarType.allCases.filter { !NPYFile.holds($0) }
    #expect(
      missing == [
        .unknown, .complex32, .bfloat16, .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ,
        .float8E5M2FNUZ, .float8E8M0FNU,
      ])
  }

  @Test func readsFortranOrder() throws {
    let view = try read(file(header("'|u1'", "True", "(2, 3)"), [1, 4, 2, 5, 3, 6]))
    #expect(view.strides == [1, 2])
    #expect(try view.contiguousBytes().array == [1, 2, 3, 4, 5, 6])
    let whole = try read(file(header("'|i1'", "True", "(2, 1, 3)"), [1, 4, 2, 5, 3, 6]))
    #expect(try whole.contiguousBytes().array == [1, 2, 3, 4, 5, 6])
  }

  @Test func readsBigEndianNumbers() throws {
    let view = try read(file(header("'>u4'", "False", "(2,)"), [0, 0, 0, 1, 1, 2, 3, 4]))
    #expect(try view.contiguousBytes().array == [1, 0, 0, 0, 4, 3, 2, 1])
    // Each part of a complex number for itself.
    let complex = try read(file(header("'>c8'", "False", "()"), [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(try complex.contiguousBytes().array == [4, 3, 2, 1, 8, 7, 6, 5])
    #expect(try read(file(header("'>b1'"), [1, 0, 1, 0])).storage.array == [1, 0, 1, 0])
    #expect(try read(file(header("'=i2'", "False", "(2,)"), [1, 0, 2, 0])).sizes == [2])
  }

  @Test func readsAllVersionsAndSpellings() throws {
    for version: [UInt8] in [[1, 0], [2, 0], [3, 0]] {
      let view = try read(file(header() + "  \n", [1, 2, 3, 4], version: version))
      #expect(view.sizes == [4])
      #expect(view.dtype == .uint8)
    }
    for text in [
      "{\"shape\":(4,),\"descr\":\"|u1\",\"fortran_order\":False}",
      "{ 'fortran_order' : False , 'shape' : ( 4 , ) , 'descr' : '|u1' , }",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 4, 1,)}",
    ] { #expect(try read(file(text, [1, 2, 3, 4])).byteCount == 4) }
    #expect(try read(file(header("'<f4'", "False", "(3, 0)"), [])).byteCount == 0)
  }

  @Test func refusesWrongHeaders() {
    let four: [UInt8] = [1, 2, 3, 4]
    let wrong: [(String, FXError.Code)] = [
      (header("[('a', '<i4')]"), .npyDType), (header("('<i4', (2,))"), .npyDType),
      (header("'|O'"), .npyDType), (header("'<U4'"), .npyDType), (header("'|S4'"), .npyDType),
      (header("'<M8[ns]'"), .npyDType), (header("'|V2'"), .npyDType), (header("'<f16'"), .npyDType),
      (header("'|i4'"), .npyDType), (header("'i4'"), .npyDType), (header("''"), .npyDType),
      (header("'<i3'"), .npyDType), (header("'<'"), .npyDType), (header("4"), .npyHeader),
      (header("'|u1'", "0"), .npyHeader), (header("'|u1'", "None"), .npyHeader),
      (header("'|u1'", "False", "4"), .npyHeader), (header("'|u1'", "False", "(4)"), .npyHeader),
      (header("'|u1'", "False", "[4]"), .npyHeader),
      (header("'|u1'", "False", "(-4,)"), .npyHeader),
      (header("'|u1'", "False", "(4.0,)"), .npyHeader),
      (header("'|u1'", "False", "(4L,)"), .npyHeader),
      (header("'|u1'", "False", "(,)"), .npyHeader),
      (header("'|u1'", "False", "(9223372036854775808,)"), .npyHeader),
      (header("'|u1'", "False", "(9223372036854775807, 2)"), .npySize),
      (header("'|u1'", "False", "(4294967296, 4294967296, 0)"), .npySize),
      (header("'|u1'", "False", "(3,)"), .npySize), (header("'|u1'", "False", "(5,)"), .npySize),
      (header("'<i8'", "False", "(1,)"), .npySize),
      ("{'descr': '|u1', 'fortran_order': False}", .npyHeader),
      ("{'descr': '|u1', 'shape': (4,)}", .npyHeader),
      ("{'fortran_order': False, 'shape': (4,)}", .npyHeader),
      ("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", .npyHeader),
      ("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), 'x': 1}", .npyHeader),
      ("{'descr': '|u1' 'fortran_order': False, 'shape': (4,)}", .npyHeader),
      ("{'descr': '|u1\\'', 'fortran_order': False, 'shape': (4,)}", .npyHeader),
      (header() + "x", .npyHeader), ("__import__('os')", .npyHeader), ("{", .npyHeader),
      ("", .npyHeader),
    ]
    for (header, code) in wrong {
      expectFXError(code, member: "f") { try read(file(header, four)) }
    }
  }

  @Test func refusesWrongVersionsAndLengths() {
    let four: [UInt8] = [1, 2, 3, 4]
    for version: [UInt8] in [[0, 0], [4, 0], [1, 1], [255, 255]] {
      expectFXError(.npyHeader, member: "f", offset: 6) {
        try read(file(header(), four, version: version))
      }
    }
    for length in [1000, 65535] {
      expectFXError(.npyHeader, offset: 8) { try read(file(header(), four, length: length)) }
    }
    expectFXError(.npyHeader, offset: 8) {
      try read(file(header(), four, version: [2, 0], length: Int(UInt32.max)))
    }
    expectFXError(.npyHeader, offset: 0) { try read(Array("PK".utf8)) }
  }

  @Test func survivesTruncationAndChanges() throws {
    let whole = file(header("'>i2'", "True", "(2, 1)") + "\n", [1, 2, 3, 4])
    for count in 1..<whole.count {
      #expect(throws: FXError.self, "\(count)") { try read(Array(whole[..<count])) }
    }
    var count = 0
    for index in whole.indices {
      for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        var changed = whole
        changed[index] ^= mask
        do {
          let view = try read(changed)
          #expect(try view.contiguousBytes().array.count == view.byteCount)
          count += 1
        } catch is FXError {
          // Any other error fails the test.
        }
      }
    }
    // The numbers themselves can be any.
    #expect(count >= 16)
  }
}
