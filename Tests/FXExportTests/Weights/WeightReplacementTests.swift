import FXCore
import FXTestSupport
import Testing

@testable import FXExport

/// Taking weights out of archives, replacing them, and putting them back.
@Suite struct WeightReplacementTests {
  private let folder = TemporaryFolder()

  private func fixture(_ name: String) throws -> PT2Archive {
    try PT2Archive(path: Fixtures.path("archives/\(name).pt2"))
  }

  private func entries(_ archive: PT2Archive) throws -> [WeightEntry] {
    try archive.weightEntries(of: #require(archive.modelNames.first))
  }

  private func tensors(_ archive: PT2Archive) throws -> [NamedTensor] {
    try archive.tensors(entries(archive).filter(\.isPlain))
  }

  private func tensor(_ values: [Float], _ sizes: [Int]) throws -> TensorView {
    let bytes = values.withUnsafeBytes { Array($0) }
    return try TensorView(
      contiguous: .float32, sizes: sizes, bytes: MemberBytes(copying: bytes))
  }

  private func numbers(_ archive: PT2Archive, _ name: String) throws -> [Float] {
    let found = try #require(try tensors(archive).first { $0.name == name })
    return try found.tensor.contiguousBytes().withBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
  }

  /// Writes an archive with tensors in the place of its own and opens it.
  private func replacing(
    _ archive: PT2Archive, _ tensors: [NamedTensor], _ extent: WeightReplacement.Extent
  ) throws -> PT2Archive {
    let replacement = try WeightReplacement(
      of: #require(archive.modelNames.first), in: archive, with: tensors, extent: extent)
    var package = archive.package
    try replacement.apply(to: &package)
    try package.write(toPath: folder.file("replaced.pt2"))
    return try PT2Archive(path: folder.file("replaced.pt2"))
  }

  /// Makes an archive of one model without a program.
  private func archive(
    _ weights: [(String, String, TensorMeta)], _ files: [(String, [UInt8])]
  ) throws -> PT2Archive {
    var package = PT2Package()
    package.addModel(
      "m", json: .text("{}"),
      weights: PayloadConfig(
        weights.map { name, file, meta in
          (name, PayloadMeta(pathName: file, isParameter: true, tensor: meta))
        }),
      weightFiles: files.map { ($0.0, .bytes(MemberBytes(copying: $0.1))) })
    try package.write(toPath: folder.file("made.pt2"))
    return try PT2Archive(path: folder.file("made.pt2"))
  }

  // MARK: Splitting and joining

  private func members(_ archive: PT2Archive) throws -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for path in archive.paths where path != PT2Path.serializationID {
      result[path] = try archive.contents(path).array
    }
    return result
  }

  /// Fake tensors are written as if they all had the first member, which is empty.
  @Test func weightsWithoutDataGetMembersOfTheirOwn() throws {
    let meta = TensorMeta(dtype: .float32, sizes: [2])
    let fake = try archive(
      [("a", "weight_0", meta), ("b", "weight_0", meta), ("c", "weight_0", meta)],
      [("weight_0", [])])
    let (a, b) = (try tensor([1, 2], [2]), try tensor([3, 4], [2]))
    let given = [NamedTensor("a", a), NamedTensor("b", b)]
    #expect(throws: FXError.self) { try replacing(fake, given, .all) }
    let part = try replacing(fake, given, .some)
    #expect(try numbers(part, "a") == [1, 2] && numbers(part, "b") == [3, 4])
    #expect(try entries(part).map(\.hasNoData) == [false, false, true])
    let whole = try replacing(fake, given + [NamedTensor("c", a)], .all)
    #expect(try numbers(whole, "c") == [1, 2])
    #expect(try Set(entries(whole).map(\.path)).count == 3)
    #expect(whole.size(of: PT2Path.weight("weight_0")) == nil)
  }

  /// PyTorch loads no data of a tensor on the meta device.
  @Test func weightsOfTheMetaDeviceMoveToTheirData() throws {
    var onMeta = meta([2])
    onMeta.device = Device(type: "meta")
    for config in [
      [("a", "weight_0", onMeta)], [("a", "weight_0", onMeta), ("b", "weight_0", onMeta)],
    ] {
      let archive = try archive(config, [("weight_0", [])])
      let given = try config.map { NamedTensor($0.0, try tensor([1, 2], [2])) }
      let whole = try replacing(archive, given, .all)
      #expect(try entries(whole).allSatisfy { $0.meta.tensor?.device == .cpu })
      #expect(try numbers(whole, "a") == [1, 2])
      let part = try entries(replacing(archive, [given[0]], .some))
      let devices = part.map { $0.meta.tensor?.device.type ?? "" }
      #expect(devices == Array(["cpu", "meta"].prefix(config.count)))
    }
  }

  @Test(arguments: [
    "archives/conv-norm", "archives/shared-weights", "archives/strided-weights",
    "archives/dtypes-and-constants", "archives/trees-and-mutation", "archives/extra-files",
    "archives/from-buffer", "archives/without-root", "archives/demo", "compat/2.5.1/tree.export",
    "compat/2.6.0/gradmodes.export", "compat/2.8.0/tree.export",
  ])
  func joiningRestoresWhatSplittingTook(_ name: String) throws {
    let archive = try PT2Archive(path: Fixtures.path("\(name).pt2"))
    let model = try #require(archive.modelNames.first)
    let split = try WeightSplit(of: model, in: archive)
    var package = archive.package
    split.apply(to: &package)
    try package.write(toPath: folder.file("small.pt2"))
    let output = try AtomicOutput(path: folder.file("w.safetensors"))
    try SafetensorsWriter.write(split.tensors, to: output)
    try output.commit()

    let small = try PT2Archive(path: folder.file("small.pt2"))
    let external = try entries(small).filter(\.isExternal)
    #expect(Set(external.map(\.name)) == Set(split.tensors.map(\.name)))
    expectFXError(.weightExternal) { try tensors(small) }
    let stored = try #require(try StoredWeights(archive: small, model: model))
    #expect(Set(stored.external) == Set(external.map(\.name)))

    let file = try SafetensorsFile(path: folder.file("w.safetensors"))
    let joined = try replacing(small, file.tensors, .external)
    // The layout is the newest one, also where the archive's was not.
    try archive.package.write(toPath: folder.file("whole.pt2"))
    #expect(try members(joined) == members(PT2Archive(path: folder.file("whole.pt2"))))
  }

  /// Bytes of a storage that no weight has would be lost.
  @Test func storagesThatAreCoveredInPartStay() throws {
    let archive = try fixture("strided-weights")
    let split = try WeightSplit(of: "model", in: archive)
    #expect(split.tensors.map(\.name) == ["transposed", "expanded", "channels_last"])
  }

  @Test func splitsOnlyWhatIsOneModelsOwn() throws {
    let archive = try fixture("two-models")
    let split = try WeightSplit(of: "first", in: archive)
    var package = archive.package
    split.apply(to: &package)
    try package.write(toPath: folder.file("small.pt2"))
    let small = try PT2Archive(path: folder.file("small.pt2"))
    #expect(try small.weightEntries(of: "first").allSatisfy { $0.isExternal })
    #expect(try !small.weightEntries(of: "second").contains { $0.isExternal })
    expectFXError(.weightExternal) { try WeightSplit(of: "first", in: small) }
  }

  @Test func nothingToSplit() throws {
    let archive = try fixture("custom-object")
    expectFXError(.weightMissing) { try WeightSplit(of: "model", in: archive) }
  }

  @Test func joiningTakesWhatIsLackingAndNothingElse() throws {
    let archive = try archive([("w", "weight_0", meta([2])), ("v", "weight_1", meta([1]))], [])
    let both = [
      NamedTensor("w", try tensor([1, 2], [2])), NamedTensor("v", try tensor([3], [1])),
    ]
    let joined = try replacing(archive, both, .external)
    #expect(try numbers(joined, "w") == [1, 2])
    #expect(try numbers(joined, "v") == [3])
    expectFXError(.weightMissing) { try replacing(archive, [both[0]], .external) }
    expectFXError(.weightUnknown) {
      try replacing(archive, both + [NamedTensor("x", try tensor([3], [1]))], .external)
    }
    expectFXError(.weightUnknown) { try replacing(joined, both, .external) }
  }

  private func meta(
    _ sizes: [SymInt], _ strides: [SymInt]? = nil, offset: SymInt = 0
  ) -> TensorMeta {
    TensorMeta(dtype: .float32, sizes: sizes, strides: strides, storageOffset: offset)
  }

  // MARK: Replacing

  @Test func replacingEverything() throws {
    let archive = try fixture("conv-norm")
    let new = try tensors(archive).map { named in
      let bytes = try named.tensor.contiguousBytes().array.map { $0 ^ 0x5A }
      return NamedTensor(
        named.name,
        try TensorView(
          contiguous: named.tensor.dtype, sizes: named.tensor.sizes,
          bytes: MemberBytes(copying: bytes)))
    }
    let replaced = try replacing(archive, new, .all)
    for (named, old) in zip(try tensors(replaced), new) {
      #expect(named.name == old.name)
      #expect(try named.tensor.hasEqualContents(to: old.tensor))
    }
    #expect(try entries(replaced).map(\.meta) == entries(archive).map(\.meta))
  }

  @Test func replacingSome() throws {
    let archive = try fixture("conv-norm")
    let new = [NamedTensor("head.bias", try tensor([5, 6], [2]))]
    let replaced = try replacing(archive, new, .some)
    #expect(try numbers(replaced, "head.bias") == [5, 6])
    #expect(try numbers(replaced, "head.weight") == numbers(archive, "head.weight"))
    expectFXError(.weightMissing) { try replacing(archive, new, .all) }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let archive = try fixture("conv-norm")
    let cases: [(String, TensorView, FXError.Code)] = [
      ("head.bias", try tensor([5], [1]), .weightMismatch),
      ("head.bias", try tensor([5, 6], [1, 2]), .weightMismatch),
      (
        "head.bias",
        try TensorView(
          contiguous: .int32, sizes: [2], bytes: MemberBytes(copying: [UInt8](0..<8))),
        .weightMismatch
      ),
      ("head", try tensor([5, 6], [2]), .weightUnknown),
    ]
    for (name, tensor, code) in cases {
      expectFXError(code) { try replacing(archive, [NamedTensor(name, tensor)], .some) }
    }
    let objects = try fixture("custom-object")
    expectFXError(.weightPickled) {
      try replacing(objects, [NamedTensor("lifted_custom_0", tensor([1], [1]))], .some)
    }
  }

  /// Of weights that are one, one is enough, and two must be equal.
  @Test func replacingAliases() throws {
    let archive = try fixture("shared-weights")
    let values = (0..<24).map { Float($0) }
    let one = NamedTensor("head.weight", try tensor(values, [6, 4]))
    let replacement = try WeightReplacement(
      of: "model", in: archive, with: [one], extent: .some)
    #expect(replacement.names == ["embed.weight", "head.weight"])
    let replaced = try replacing(archive, [one], .some)
    #expect(try numbers(replaced, "embed.weight") == values)
    #expect(try entries(replaced).map(\.path) == entries(archive).map(\.path))

    let same = NamedTensor("embed.weight", one.tensor)
    #expect(try numbers(replacing(archive, [same, one], .some), "head.weight") == values)
    let other = NamedTensor("embed.weight", try tensor(values.reversed(), [6, 4]))
    expectFXError(.weightConflict) { try replacing(archive, [other, one], .some) }
  }

  @Test func replacingKeepsHowWeightsLie() throws {
    let archive = try fixture("strided-weights")
    let values = (0..<12).map { Float($0) }
    let replaced = try replacing(
      archive,
      [
        NamedTensor("transposed", try tensor(values, [4, 3])),
        NamedTensor("sliced", try tensor(values, [3, 4])),
      ], .some)
    #expect(try numbers(replaced, "transposed") == values)
    #expect(try numbers(replaced, "sliced") == values)
    #expect(try entries(replaced).map(\.meta) == entries(archive).map(\.meta))
    // What shares the storage and is not replaced keeps its numbers.
    #expect(try numbers(replaced, "offset") == numbers(archive, "offset"))
    let before = try archive.contents("data/weights/weight_1").array
    let after = try replaced.contents("data/weights/weight_1").array
    #expect(before.count == after.count)
    #expect(before.prefix(32) == after.prefix(32))
  }

  @Test func elementsThatAreOneMustBeEqual() throws {
    let archive = try fixture("strided-weights")
    let equal = NamedTensor("expanded", try tensor([1, 2, 3, 1, 2, 3], [2, 3]))
    #expect(try numbers(replacing(archive, [equal], .some), "expanded") == [1, 2, 3, 1, 2, 3])
    let different = NamedTensor("expanded", try tensor([1, 2, 3, 4, 5, 6], [2, 3]))
    expectFXError(.weightConflict) { try replacing(archive, [different], .some) }
  }

  @Test func viewsThatOverlapMustAgree() throws {
    let archive = try archive(
      [("a", "weight_0", meta([3])), ("b", "weight_0", meta([3], offset: 2))],
      [("weight_0", [UInt8](repeating: 0, count: 20))])
    let a = NamedTensor("a", try tensor([1, 2, 3], [3]))
    let replaced = try replacing(archive, [a, NamedTensor("b", tensor([3, 4, 5], [3]))], .all)
    #expect(try numbers(replaced, "b") == [3, 4, 5])
    expectFXError(.weightConflict) {
      try replacing(archive, [a, NamedTensor("b", tensor([9, 4, 5], [3]))], .all)
    }
    // The place differs, so that one does not stand for the other.
    expectFXError(.weightMissing) { try replacing(archive, [a], .all) }
  }

  /// What is replaced in one model stays as it was in another that has the same member.
  @Test func membersOfOtherModelsStay() throws {
    let payload = PayloadMeta(pathName: "weight_0", isParameter: true, tensor: meta([1]))
    var package = PT2Package()
    for model in ["m", "n"] {
      package.addModel(
        model, json: .text("{}"), weights: PayloadConfig([("w", payload)]),
        weightFiles: [("weight_0", .bytes(MemberBytes(copying: [0, 0, 0, 0])))])
    }
    try package.write(toPath: folder.file("made.pt2"))
    let archive = try PT2Archive(path: folder.file("made.pt2"))
    let replaced = try replacing(archive, [NamedTensor("w", tensor([7], [1]))], .all)
    #expect(try numbers(replaced, "w") == [7])
    #expect(try replaced.weightEntries(of: "m").map(\.path) == ["data/weights/weight_1"])
    #expect(try replaced.weightEntries(of: "n").map(\.path) == ["data/weights/weight_0"])
    #expect(try replaced.contents("data/weights/weight_0").array == [0, 0, 0, 0])
  }

  /// Numbers that nobody gave must not appear in a storage that the archive lacks.
  @Test func lackingStoragesAreNotFilledInPart() throws {
    let archive = try archive(
      [("a", "weight_0", meta([1])), ("b", "weight_0", meta([1], offset: 1))], [])
    let a = NamedTensor("a", try tensor([1], [1]))
    for extent: WeightReplacement.Extent in [.some, .all, .external] {
      expectFXError(.weightMissing) { try replacing(archive, [a], extent) }
    }
    let b = NamedTensor("b", try tensor([2], [1]))
    #expect(try numbers(replacing(archive, [a, b], .some), "b") == [2])
  }

  // MARK: Data not to be trusted

  @Test func refusesLayoutsThatNoStorageHas() throws {
    let most = SymInt.int(Int.max)
    let cases: [(TensorMeta, FXError.Code)] = [
      (meta([2], [most], offset: 1), .pt2Weight), (meta([2], [-1]), .pt2Weight),
      (meta([2], [1], offset: -1), .pt2Weight), (meta([2], [1, 1]), .pt2Weight),
      // Two numbers that are very far from each other.
      (meta([2], [.int(1 << 40)]), .tensorSize),
    ]
    for (meta, code) in cases {
      let archive = try archive([("w", "weight_0", meta)], [])
      expectFXError(code) {
        try replacing(archive, [NamedTensor("w", tensor([1, 2], [2]))], .external)
      }
    }
  }

  @Test func readsArchivesThatLie() throws {
    // More than is stored, an offset beyond it, and a storage that is no multiple of the element.
    for (meta, bytes) in [
      (meta([3]), [UInt8](0..<8)), (meta([1], offset: 2), [UInt8](0..<8)),
      (meta([1]), [UInt8](0..<7)),
    ] {
      let archive = try archive([("w", "weight_0", meta)], [("weight_0", bytes)])
      expectFXError(.pt2Weight, member: "archive/data/weights/weight_0") {
        try tensors(archive)
      }
      expectFXError(.pt2Weight) { try WeightSplit(of: "m", in: archive) }
    }
  }

  /// A damaged member is not handed on as good weights.
  @Test func comparesChecksums() throws {
    let archive = try archive(
      [("w", "weight_0", meta([2]))], [("weight_0", [1, 2, 3, 4, 5, 6, 7, 8])])
    let member = try #require(archive.zip["archive/data/weights/weight_0"])
    var bytes = try readFile(folder.file("made.pt2"))
    bytes[member.dataOffset] ^= 1
    let damaged = try PT2Archive(MappedFile(copying: bytes))
    expectFXError(.zipChecksum) { try tensors(damaged) }
    expectFXError(.zipChecksum) { try WeightSplit(of: "m", in: damaged) }
  }

  // MARK: Names and files

  @Test func patternsPickWeights() throws {
    let entries = try entries(fixture("conv-norm"))
    #expect(try entries.matching([]).count == 9)
    #expect(try entries.matching(["head.*"]).map(\.name) == ["head.weight", "head.bias"])
    #expect(
      try entries.matching(["*.bias", "conv.bias", "norm.w?ight"]).map(\.name)
        == ["conv.bias", "norm.weight", "norm.bias", "head.bias"])
    expectFXError(.weightUnknown) { try entries.matching(["head.*", "tail.*"]) }
    expectFXError(.weightUnknown) { try entries.matching([""]) }
  }

  @Test func writesAFileForEachWeight() throws {
    let archive = try fixture("conv-norm")
    try WeightFiles.writeNPY(tensors(archive), toFolder: folder.path)
    for named in try tensors(archive) {
      let back = try NPYFile.read(path: folder.file("\(named.name).npy"))
      #expect(try back.hasEqualContents(to: named.tensor))
    }
    #expect(folder.names.count == 9)
  }

  /// Names of weights come from files, and must not lead out of the folder.
  @Test func refusesNamesThatAreNoFileNames() throws {
    let good = try tensor([1], [1])
    for name in ["../a", "a/b", "", "a\0b", String(repeating: "x", count: 300)] {
      expectFXError(.weightFileName) {
        try WeightFiles.writeNPY(
          [NamedTensor("good", good), NamedTensor(name, good)], toFolder: folder.path)
      }
    }
    expectFXError(.weightFileName) {
      try WeightFiles.writeNPY(
        [NamedTensor("a", good), NamedTensor("a", good)], toFolder: folder.path)
    }
    #expect(folder.names.isEmpty)
  }
}
