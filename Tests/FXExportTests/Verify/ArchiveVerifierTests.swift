import FXCore
import FXExport
import FXTestSupport
import Testing

/// What `torch.export.load` wants of an archive beside the program.
@Suite struct ArchiveVerifierTests {
  private let folder = TemporaryFolder()

  /// Returns a fixture with some members changed.
  private func archive(
    _ fixture: String, changing change: (inout PT2Package) throws -> Void
  ) throws -> PT2Archive {
    var package = try PT2Archive(path: Fixtures.path("archives/\(fixture).pt2")).package
    try change(&package)
    try package.write(toPath: folder.file("changed.pt2"))
    return try PT2Archive(path: folder.file("changed.pt2"))
  }

  private func findings(
    _ fixture: String = "extra-files", changing change: (inout PT2Package) throws -> Void
  ) throws -> [Finding] {
    ArchiveVerifier(try archive(fixture, changing: change), model: "model").findings()
  }

  @Test func wholeArchiveHasNoFindings() throws {
    #expect(try findings { _ in } == [])
  }

  @Test(arguments: [
    PT2Path.weightsConfig("model"), PT2Path.constantsConfig("model"), PT2Path.sampleInputs("model"),
  ])
  func memberIsMissing(_ path: String) throws {
    let found = try findings { $0.remove(path) }
    #expect(found.map(\.code) == [.pt2Missing])
    #expect(found[0].isError)
    #expect(found[0].place.member == "extra-files/\(path)")
  }

  /// PyTorch compares no checksums, so that it would compute with damaged weights.
  @Test func damagedWeightsAreFound() throws {
    for name in ["archives/extra-files.pt2", "compat/2.8.0/tree.export.pt2"] {
      let whole = try PT2Archive(path: Fixtures.path(name))
      let model = try #require(whole.modelNames.first)
      #expect(ArchiveVerifier(whole, model: model).findings() == [])
      let entry = try #require(whole.weightEntries(of: model).first)
      let contents = try whole.contents(entry.path).bytes
      let start = try #require(whole.zip.file.bytes.baseAddress)
      var bytes = Array(whole.zip.file.bytes)
      bytes[try #require(contents.baseAddress) - start + contents.count - 1] ^= 1
      let damaged = try PT2Archive(MappedFile(copying: bytes))
      let found = ArchiveVerifier(damaged, model: model).findings()
      #expect(found.map(\.code) == [.zipChecksum] && found[0].isError, "\(name): \(found)")
      #expect(found.first?.place.member == damaged.memberName(of: entry.path))
      let quick = ArchiveVerifier(damaged, model: model, readsWeights: false)
      #expect(quick.findings() == [])
    }
  }

  @Test func strayMemberAmongTheModels() throws {
    let found = try findings { $0.set("models/notes.txt", .text("notes")) }
    #expect(found.map(\.code) == [.pt2Layout])
    #expect(found[0].place.member == "extra-files/models/notes.txt")
  }

  @Test func extraFileIsNoText() throws {
    let bytes = MemberBytes(copying: [0xC3, 0x28])
    let found = try findings { $0.set(PT2Path.extra("notes.txt"), .bytes(bytes)) }
    #expect(found.map(\.code) == [.pt2Layout])
  }

  @Test func sampleInputsCanNotBeRead() throws {
    let path = PT2Path.sampleInputs("model")
    let bytes = try PT2Archive(path: Fixtures.path("archives/extra-files.pt2")).contents(path)
      .withBytes { Array($0) }
    #expect(
      try findings { $0.set(path, .bytes(MemberBytes(copying: bytes.dropLast(30)))) }
        .map(\.code) == [.zipTruncated])
    // Every byte of the data counts: a flipped one fails the checksum inside.
    var flipped = bytes
    let text = Array("little".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
    flipped[place] ^= 1
    #expect(
      try findings { $0.set(path, .bytes(MemberBytes(copying: flipped))) }.allSatisfy(\.isError))
    #expect(try findings { $0.set(path, .bytes(MemberBytes(copying: []))) } == [])
  }

  @Test func tensorWithoutElementsHasNoMember() throws {
    let archive = try PT2Archive(path: Fixtures.path("archives/dtypes-and-constants.pt2"))
    let entries = try #require(try archive.weightsConfig(of: "model")).entries
    let empty = try #require(entries.first { $0.1.tensor?.requiredByteCount == 0 })
    let found = try findings("dtypes-and-constants") {
      $0.remove(PT2Path.weight(empty.1.pathName))
    }
    #expect(found.map(\.code) == [.pt2Missing])
  }

  @Test func tensorWithGapsHasNoBytes() throws {
    let archive = try PT2Archive(path: Fixtures.path("archives/strided-weights.pt2"))
    let entries = try #require(try archive.weightsConfig(of: "model")).entries
    var expected = 0
    let found = try findings("strided-weights") { package in
      for (_, payload) in entries {
        let meta = try #require(payload.tensor)
        if try #require(meta.requiredByteCount) > (try #require(meta.byteCount)) { expected += 1 }
        package.set(PT2Path.weight(payload.pathName), .bytes(MemberBytes(copying: [])))
      }
    }
    #expect(expected > 0)
    #expect(found.map(\.code) == Array(repeating: .weightSize, count: expected))
  }

  @Test func tensorHasAPartOfAnElementTooMany() throws {
    let path = PT2Path.weight("weight_0")
    let changed = try archive("conv-norm") { package in
      let whole = try PT2Archive(path: Fixtures.path("archives/conv-norm.pt2"))
      let bytes = try whole.contents(path).withBytes { Array($0) }
      package.set(path, .bytes(MemberBytes(copying: bytes + [0])))
    }
    let program = try changed.contents(PT2Path.model("model")).withBytes {
      try ExportedProgram(json: $0)
    }
    let weights = try StoredWeights(archive: changed, model: "model")
    #expect(ProgramVerifier(weights: weights).findings(in: program).map(\.code) == [.weightSize])
  }
}
