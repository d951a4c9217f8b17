import FXCore
import FXExport
import FXTestSupport
import Testing

/// Pickles by hand: each text has one character a byte.
@Suite struct PickleMachineTests {
  private static let start = "\u{80}\u{2}"
  private static let storage =
    "(X\u{7}\0\0\0storagectorch\nFloatStorage\nX\u{1}\0\0\u{0}0X\u{3}\0\0\0cpuK\u{4}tQ"

  private func read(_ text: String, keepsObjects: Bool = false) throws -> PickleValue {
    let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    return try bytes.withUnsafeBytes { try PickleValue(pickle: $0, keepsObjects: keepsObjects) }
  }

  private func value(_ body: String, keepsObjects: Bool = false) throws -> PickleValue {
    try read(Self.start + body + ".", keepsObjects: keepsObjects)
  }

  @Test func readsScalars() throws {
    #expect(try value("N") == .none)
    #expect(try value("\u{88}") == .bool(true))
    #expect(try value("J\u{FE}\u{FF}\u{FF}\u{FF}") == .int(-2))
    #expect(try value("\u{8A}\u{0}") == .int(0))
    #expect(try value("\u{8A}\u{1}\u{FF}") == .int(-1))
    #expect(try value("\u{8A}\u{9}\0\0\0\0\0\0\0\u{80}\u{FF}") == .int(.min))
    #expect(try value("G?\u{F8}\0\0\0\0\0\0") == .float(1.5))
    #expect(
      try value("c_codecs\nencode\nX\u{2}\0\0\0\u{C3}\u{BF}X\u{6}\0\0\0latin1\u{86}R")
        == .bytes([0xFF]))
  }

  @Test func fillsContainersAfterTheyAreRemembered() throws {
    #expect(try value("]q\0(K\u{1}Ne") == .list([.int(1), .none]))
    // The list is in the tuple twice, and an element is added through a third reference.
    #expect(
      try value("]q\0h\0h\0K\u{5}a0\u{86}") == .tuple([.list([.int(5)]), .list([.int(5)])]))
    #expect(try value("(K\u{1}K\u{2}d") == .dictionary([.init(key: .int(1), value: .int(2))]))
    #expect(try value("\u{8F}(K\u{1}\u{90}") == .set([.int(1)]))
  }

  @Test func lastEntryOfAKeyCounts() throws {
    let twice = try value("}(U\u{1}aK\u{1}U\u{1}bK\u{2}U\u{1}aK\u{3}u")
    let entries = try #require(twice.namedEntries)
    #expect(entries.map(\.name) == ["a", "b"])
    #expect(entries.map(\.value) == [.int(3), .int(2)])
  }

  @Test func instancesOfUnknownClassesArePlainData() throws {
    let body = "cmodels\nPair\nK\u{1}\u{85}\u{81}}U\u{1}aK\u{2}sb"
    #expect(
      try value(body, keepsObjects: true)
        == .object(
          type: "models.Pair",
          fields: [.init(name: nil, value: .int(1)), .init(name: "a", value: .int(2))]))
    // Called, or with a second state, it is refused.
    let call = "cmodels\nPair\nK\u{1}\u{85}R"
    expectFXError(.pickleGlobal, offset: 2) { try value(call, keepsObjects: true) }
    expectFXError(.pickleValue) { try value(body + "}b", keepsObjects: true) }
    expectFXError(.pickleGlobal, offset: 2) { try value(body) }
  }

  @Test(arguments: [
    "cos\nsystem\n", "ctorch.storage\n_load_from_bytes\n", "cbuiltins\neval\n",
    "ctorch.nn.modules.linear\nLinear\n", "U\u{2}osU\u{6}system\u{93}",
  ])
  func refusesGlobals(_ body: String) {
    expectFXError(.pickleGlobal) { try value(body) }
    expectFXError(.pickleGlobal) { try value(body, keepsObjects: true) }
  }

  @Test func refusesCallsOfWhatIsNoFunction() {
    expectFXError(.pickleGlobal) { try value("ctorch\nFloatStorage\n)R") }
    expectFXError(.pickleGlobal) { try value("ctorch\nTensor\n)R") }
    expectFXError(.pickleValue) { try value("K\u{1})R") }
    expectFXError(.pickleGlobal) { try value("ctorch\nSize\n") }
  }

  @Test func refusesUnknownInstructions() {
    expectFXError(.pickleOpcode, offset: 2) { try value("I1\n") }
    expectFXError(.pickleOpcode, offset: 0) { try read("\u{80}\u{6}N.") }
    expectFXError(.pickleOpcode, offset: 2) { try value("\u{82}\u{1}") }
  }

  @Test func refusesUnderflow() {
    expectFXError(.pickleStack, offset: 2) { try value("0") }
    expectFXError(.pickleStack, offset: 2) { try value("\u{86}") }
    expectFXError(.pickleStack, offset: 2) { try value("t") }
    expectFXError(.pickleStack, offset: 2) { try value("h\u{7}") }
    expectFXError(.pickleStack, offset: 2) { try value("q\u{0}") }
    // What is below a mark can't be taken.
    expectFXError(.pickleStack) { try value("K\u{1}(a") }
    expectFXError(.pickleStack, offset: 4) { try value("](a") }
    expectFXError(.pickleStack) { try value("}(K\u{1}u") }
  }

  @Test func refusesWhatIsCutShort() {
    expectFXError(.pickleTruncated) { try read("") }
    expectFXError(.pickleTruncated, offset: 2) { try read(Self.start) }
    expectFXError(.pickleTruncated, offset: 2) { try read(Self.start + "X\u{FF}\u{FF}\0\0a.") }
    expectFXError(.pickleTruncated, offset: 2) { try read(Self.start + "ctorch") }
    expectFXError(.pickleTruncated) { try value("\u{95}\u{FF}\0\0\0\0\0\0\0N") }
    expectFXError(.pickleValue) { try value("\u{8D}\0\0\0\0\0\0\0\u{FF}") }
  }

  @Test func refusesNumbersBeyond64Bits() {
    expectFXError(.pickleValue, offset: 2) { try value("\u{8A}\u{9}\0\0\0\0\0\0\0\u{80}\0") }
    expectFXError(.pickleValue, offset: 2) { try value("\u{8A}\u{9}\0\0\0\0\0\0\0\0\u{1}") }
  }

  @Test func refusesBombs() {
    expectFXError(.pickleLimit) { try value("Nr\u{FF}\u{FF}\u{FF}\u{7F}") }
    // Each tuple holds the one before it twice: 2 to the 40th values.
    let doubled = "N" + String(repeating: "q\0h\0\u{86}", count: 40)
    expectFXError(.pickleLimit) { try value(doubled) }
    // A list in itself.
    expectFXError(.pickleLimit) { try value("]q\0h\0a") }
    expectFXError(.pickleLimit) {
      try value(
        String(repeating: "]", count: 300)
          + String(repeating: "a", count: 299))
    }
    // A large list that is remembered and copied again and again.
    let list = "](" + String(repeating: "N", count: 1000) + "eq\0"
    let copies = String(repeating: "cbuiltins\nset\nh\0\u{85}R0", count: 1000)
    expectFXError(.pickleLimit) { try value(list + copies) }
  }

  @Test func rebuildsTensors() throws {
    let rebuilt = "ctorch._utils\n_rebuild_tensor_v2\n(" + Self.storage
    guard case .tensor(let tensor) = try value(rebuilt + "K\u{1}K\u{3}\u{85}K\u{1}\u{85}\u{89}}tR")
    else { return #expect(Bool(false), "a tensor is expected") }
    #expect(tensor.meta.dtype == .float32)
    #expect(tensor.meta.sizes == [3])
    #expect(tensor.meta.storageOffset == 1)
    #expect(tensor.storage == "0")
    #expect(tensor.storageByteCount == 16)
    // One element beyond the storage, a negative size, and too few strides.
    for shape in [
      "K\u{1}K\u{4}\u{85}K\u{1}\u{85}", "K\u{0}J\u{FF}\u{FF}\u{FF}\u{FF}\u{85}K\u{1}\u{85}",
      "K\u{0}K\u{1}\u{85})", "J\u{FF}\u{FF}\u{FF}\u{FF}))",
    ] {
      expectFXError(.pickleStorage) { try value(rebuilt + shape + "\u{89}}tR") }
    }
    expectFXError(.pickleValue) { try value("ctorch._utils\n_rebuild_tensor_v2\n)R") }
    expectFXError(.pickleValue) { try value("NQ") }
    expectFXError(.pickleValue) { try value(Self.storage) }
  }
}
