import FXCore
import FXTestSupport
import Testing

@testable import FXExport

/// Archives that hold several programs.
@Suite struct SeveralModelsTests {
  private let folder = TemporaryFolder()

  /// Writes an archive of a fixture's program under several names.
  private func archive(_ fixture: String, _ names: [String]) throws -> String {
    let source = try PT2Archive(path: Fixtures.path("archives/\(fixture).pt2"))
    let model = try source.onlyModelName
    var package = source.package
    for path in [
      PT2Path.model, PT2Path.weightsConfig, PT2Path.constantsConfig,
      PT2Path.sampleInputs as (String) -> String,
    ] {
      let contents = try source.contents(path(model))
      package.remove([path(model)])
      for name in names { package.set(path(name), .bytes(contents)) }
    }
    let result = folder.file("several.pt2")
    try package.write(toPath: result)
    return result
  }

  @Test func anArchiveIsOpenedOnceForAllOfItsModels() throws {
    let names = (0..<20).map { "m\($0)" }
    let path = try archive("demo", names)
    let documents = try Document.all(path: path)
    #expect(documents.map(\.modelName) == names)
    // One directory that was read, and not twenty that are equal.
    let directories = Set(
      documents.map { $0.archive?.paths.withUnsafeBufferPointer { $0.baseAddress } })
    #expect(directories.count == 1)
    #expect(Set(documents.map { $0.archive.map { ObjectIdentifier($0.zip.file) } }).count == 1)
    for document in documents {
      let alone = try Document(path: path, model: document.modelName)
      #expect(try text(of: document) == text(of: alone))
    }
  }

  @Test func aModelIsReadOfAnOpenArchive() throws {
    let archive = try PT2Archive(path: archive("demo", ["first", "second"]))
    #expect(try Document(archive, model: "second").modelName == "second")
    for model in [nil, "third"] {
      let error = #expect(throws: FXError.self) { try Document(archive, model: model) }
      #expect(error?.code == .noSuchModel)
    }
  }

  @Test func allThatAFileHasMayBeOne() throws {
    let path = Fixtures.path("archives/demo.pt2")
    let only = try #require(try Document.all(path: path).first)
    #expect(try Document.all(path: path).count == 1)
    let text = folder.file("demo.fx")
    try [only].write(toPath: text)
    #expect(try Document.all(path: text).map(\.form) == [.text])
    let error = #expect(throws: FXError.self) {
      try Document.all(path: folder.write("empty.bin", [0, 1, 2, 3, 0xFF]))
    }
    #expect(error?.code == .foreignContent)
  }

  private func text(of document: Document) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var sink = ByteSink { bytes += $0 }
    try document.write(to: &sink, as: .text)
    try sink.finish()
    return bytes
  }
}
