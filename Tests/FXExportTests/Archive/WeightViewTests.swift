import FXCore
import FXExport
import FXTestSupport
import Testing

@testable import FXFuzzing

@Suite struct WeightViewTests {
  private let folder = TemporaryFolder()

  private func view(_ tensor: TensorMeta?, byteCount: Int) throws -> WeightView {
    let meta = PayloadMeta(pathName: "weight_0", isParameter: true, tensor: tensor)
    let bytes = MemberBytes(copying: [UInt8](repeating: 1, count: byteCount))
    return try WeightView(name: "w", meta: meta, storage: bytes, member: "m")
  }

  private func tensor(
    _ sizes: [SymInt], _ strides: [SymInt]? = nil, offset: SymInt = 0
  ) -> TensorMeta {
    TensorMeta(dtype: .float32, sizes: sizes, strides: strides, storageOffset: offset)
  }

  @Test func acceptsWhatLiesInTheStorage() throws {
    _ = try view(tensor([]), byteCount: 4)
    _ = try view(tensor([2, 3]), byteCount: 24)
    _ = try view(tensor([2, 3], [1, 2]), byteCount: 24)
    _ = try view(tensor([1000], [0]), byteCount: 4)
    _ = try view(tensor([0, 5]), byteCount: 4)
    _ = try view(tensor([2], offset: 2), byteCount: 16)
    // A tensor without data.
    _ = try view(tensor([2, 3]), byteCount: 0)
  }

  @Test func refusesWhatDoesNot() {
    let max = SymInt.int(Int.max)
    let cases: [(TensorMeta?, Int)] = [
      (nil, 4), (tensor([2]), 4), (tensor([2, 3]), 20), (tensor([2], offset: 1), 8),
      (tensor([1]), 5), (tensor([-1], [1]), 4), (tensor([2], [-1]), 8),
      (tensor([1], offset: -1), 4),
      (tensor([max, max], [max, max]), 4), (tensor([2], [max], offset: 1), 4),
      (tensor([1], offset: max), 4), (tensor([2], [1, 1]), 8),
      (tensor([.expr(SymExpr("s0"))], [1]), 4),
      (TensorMeta(dtype: .unknown, sizes: []), 4),
      (TensorMeta(dtype: .float32, sizes: [], layout: .sparseCoo), 4),
    ]
    for (tensor, byteCount) in cases {
      expectFXError(.pt2Weight, member: "m") { try view(tensor, byteCount: byteCount) }
    }
  }

  @Test func refusesViewsBeyondTheStorage() throws {
    // The last element by its stride, by its offset, and by both.
    for (tensor, needed) in [
      (tensor([2, 2], [5, 1]), 28), (tensor([1], offset: 6), 28), (tensor([2], [3], offset: 3), 28),
    ] {
      _ = try view(tensor, byteCount: needed)
      expectFXError(.pt2Weight) { try view(tensor, byteCount: needed - 4) }
    }
  }

  /// Weights of one file are views of the same bytes, at whatever address the archive has them.
  @Test func sharesAliasesAndReadsUnalignedData() throws {
    func entry(_ name: String, _ offset: Int) -> String {
      "\"\(name)\": {\"path_name\": \"w\", \"is_param\": true, \"use_pickle\": false, "
        + "\"tensor_meta\": {\"dtype\": 7, \"sizes\": [{\"as_int\": 1}], \"requires_grad\": false, "
        + "\"device\": {\"type\": \"cpu\", \"index\": null}, \"strides\": [{\"as_int\": 1}], "
        + "\"storage_offset\": {\"as_int\": \(offset)}, \"layout\": 7}}"
    }
    let config = "{\"config\": {\(entry("a", 0)), \(entry("b", 1))}}"
    for padding in 0..<8 {
      let zip = TestZIP(
        .init("m/archive_format", "pt2"), .init("m/byteorder", "little"),
        .init("m/extra/x", String(repeating: "x", count: padding)),
        .init("m/data/weights/w", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}"),
        .init("m/\(PT2Path.weightsConfig("m"))", config), .init("m/models/m.json", "{}"))
      let views = try PT2Archive(MappedFile(copying: zip.build().bytes)).weights(of: "m")
      #expect(views.map(\.name) == ["a", "b"])
      #expect(views.allSatisfy { $0.storage.array == [1, 2, 3, 4, 5, 6, 7, 8] })
      #expect(views[0].storage.bytes.baseAddress == views[1].storage.bytes.baseAddress)
    }
  }

  @Test func refusesBigEndianData() {
    let zip = TestZIP(.init("m/archive_format", "pt2"), .init("m/byteorder", "big"))
    expectFXError(.pt2ByteOrder, member: "m/byteorder") {
      try PT2Archive(MappedFile(copying: zip.build().bytes))
    }
  }

  private func decode(_ json: String) throws -> PayloadConfig {
    try MemberBytes(copying: Array(json.utf8)).withBytes { try PayloadConfig(json: $0) }
  }

  @Test func refusesMalformedConfigurations() {
    expectFXError(.jsonMissingField) { try decode("{}") }
    expectFXError(.jsonTruncated) { try decode("{\"config\": {") }
    expectFXError(.jsonMissingField) { try decode("{\"config\": {\"w\": {\"path_name\": \"a\"}}}") }
    expectFXError(.jsonKind) { try decode("{\"config\": {\"w\": 1}}") }
    expectFXError(.jsonSyntax) { try decode("{\"config\": {}} x") }
    let entry =
      "{\"path_name\": \"a\", \"is_param\": true, \"use_pickle\": true, \"tensor_meta\": null}"
    expectFXError(.jsonDuplicateKey) {
      try decode("{\"config\": {\"w\": \(entry), \"w\": \(entry)}}")
    }
  }

  @Test func keepsUnknownFields() throws {
    let json =
      "{\"config\": {\"w\": {\"path_name\": \"a\", \"is_param\": true, \"use_pickle\": true, "
      + "\"tensor_meta\": null, \"new\": [1]}}, \"more\": {}}"
    var sink = ByteSink()
    try decode(json).write(to: &sink)
    #expect(sink.string() == json)
  }

  @Test(arguments: Fixtures.list("archives").filter { $0.hasSuffix(".pt2") })
  func readsPyTorchWeights(_ name: String) throws {
    let archive = try PT2Archive(path: Fixtures.path("archives/\(name)"))
    for model in archive.modelNames {
      let config = try #require(try archive.weightsConfig(of: model))
      var sink = ByteSink()
      try config.write(to: &sink)
      #expect(try archive.contents(PT2Path.weightsConfig(model)).text == sink.string())
      let raw = config.entries.filter { !$0.meta.usesPickle }
      #expect(try archive.weights(of: model).map(\.name) == raw.map(\.name))

      let constants = try #require(try archive.constantsConfig(of: model))
      var other = ByteSink()
      try constants.write(to: &other)
      #expect(try archive.contents(PT2Path.constantsConfig(model)).text == other.string())
      _ = try archive.constants(of: model)
    }
  }

  @Test func writesNewModels() throws {
    let meta = PayloadMeta(pathName: "weight_0", isParameter: true, tensor: tensor([2]))
    var package = PT2Package()
    package.addModel(
      "m", json: .text("{}"), weights: PayloadConfig([("w", meta)]),
      weightFiles: [("weight_0", .bytes(MemberBytes(copying: [UInt8](0..<8))))])
    let output = try AtomicOutput(path: folder.file("new.pt2"))
    try package.write(to: output)
    try output.commit()
    let archive = try PT2Archive(path: folder.file("new.pt2"))
    #expect(archive.root == "archive/")
    #expect(archive.modelNames == ["m"])
    let weights = try archive.weights(of: "m")
    #expect(weights.map(\.name) == ["w"])
    #expect(weights.first?.storage.array == [UInt8](0..<8))
    #expect(try archive.constants(of: "m").isEmpty)
    #expect(archive.size(of: PT2Path.sampleInputs("m")) == 0)
  }
}
