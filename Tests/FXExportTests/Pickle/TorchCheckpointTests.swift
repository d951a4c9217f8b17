import FXCore
import FXExport
import FXTestSupport
import Testing

/// Files that `torch.save` wrote.
@Suite struct TorchCheckpointTests {
  private func open(_ name: String) throws -> TorchCheckpoint {
    try TorchCheckpoint(MappedFile(path: Fixtures.path("pickles/\(name)")))
  }

  @Test(arguments: [2, 4])
  func readsValues(_ version: Int) throws {
    let entries = try #require(try open("values-\(version).pt").value.namedEntries)
    #expect(entries.map(\.name) == ["list", "tuple", "others", "ordered"])
    #expect(
      entries[0].value
        == .list([
          .int(1), .int(-5), .int(1 << 40), .int(.min), .int(300), .float(1.5), .none, .bool(true),
          .bytes([0x61, 0x62, 0xFF]), .string("é"),
        ]))
    #expect(
      entries[1].value
        == .tuple([
          .size([1, 2]), .device(Device(type: "cuda", index: 1)), .dtype(.float32), .dtype(.bool),
        ]))
    #expect(
      entries[2].value
        == .tuple([.layout(.strided), .complex(real: 1, imaginary: 2), .set([.int(3)])]))
    #expect(entries[3].value == .dictionary([.init(key: .string("a"), value: .int(1))]))
  }

  @Test func readsTensors() throws {
    let checkpoint = try open("tensors.pt")
    var tensors: [String: PickledTensor] = [:]
    for (name, value) in try #require(checkpoint.value.namedEntries) {
      if case .tensor(let tensor) = value { tensors[name] = tensor }
    }
    #expect(tensors.count == 7)
    #expect(tensors["parameter"]?.isParameter == true)
    #expect(tensors["parameter"]?.meta.requiresGrad == true)
    #expect(tensors["frozen"]?.isParameter == true)
    #expect(tensors["frozen"]?.meta.requiresGrad == false)
    #expect(tensors["buffer"]?.isParameter == false)
    #expect(tensors["float8"]?.meta.dtype == .float8E4M3FN)
    #expect(tensors["uint16"]?.meta.dtype == .uint16)
    #expect(tensors["slice"]?.storage == tensors["transposed"]?.storage)
    #expect(tensors["slice"]?.meta.storageOffset == 2)
    #expect(tensors["transposed"]?.meta.strides == [1, 2])
    let slice = try #require(tensors["slice"])
    let storage = try checkpoint.zip.contents(of: checkpoint.storage(of: slice))
    #expect(storage.array.count == 48)
    #expect(storage.array.prefix(8).elementsEqual([0, 0, 0, 0, 0, 0, 0x80, 0x3F]))
  }

  @Test func refusesWhatItCannotRebuild() {
    expectFXError(.pickleGlobal, member: "module/data.pkl") { try open("module.pt") }
    expectFXError(.pickleValue, member: "conj/data.pkl") { try open("conj.pt") }
  }

  /// Every byte of a pickle changed in three ways, and the pickle cut off at each: never a trap.
  @Test(arguments: ["values-2.pt", "values-4.pt", "tensors.pt"])
  func survivesDamage(_ name: String) throws {
    let zip = try ZIPArchive(MappedFile(path: Fixtures.path("pickles/\(name)")))
    let member = try #require(zip.members.first { $0.name.hasSuffix("/data.pkl") })
    let pickle = try zip.contents(of: member).array
    var refused = 0
    func check(_ bytes: [UInt8]) throws {
      do {
        _ = try bytes.withUnsafeBytes { try PickleValue(pickle: $0) }
      } catch let error as FXError {
        #expect(error.code.rawValue.hasPrefix("pickle."))
        #expect(error.place.offset != nil)
        refused += 1
      }
    }
    for index in pickle.indices {
      try check(Array(pickle[..<index]))
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var copy = pickle
        copy[index] ^= change
        try check(copy)
      }
    }
    #expect(refused > pickle.count)
  }
}
