import FXCore
import FXTestSupport
import Testing

@testable import FXExport
@testable import FXFuzzing

/// Files that hold no program are named for what they are.
@Suite struct ForeignContentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes + [UInt8](repeating: 0, count: 24)
    }

    init(_ name: String, text: String) {
      self.name = name
      bytes = Array(text.utf8)
    }

    var testDescription: String { name }
  }

  static let cases = [
    Case("gzip", [0x1F, 0x8B, 8]), Case("bzip2", Array("BZh9".utf8)),
    Case("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]), Case("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]),
    Case("tar", [UInt8](repeating: 65, count: 257) + Array("ustar".utf8)),
    Case("ExecuTorch", [28, 0, 0, 0] + Array("ET12eh00".utf8)),
    Case("TensorFlow Lite", [28, 0, 0, 0] + Array("TFL3".utf8)),
    Case("GGUF", Array("GGUF".utf8) + [3]),
    Case("ONNX", [8, 10, 0x12, 7] + Array("pytorch".utf8) + [0x1A]),
    Case("SavedModel", [8, 1, 0x12, 0x80, 1, 0x0A]),
    Case("Core ML", [8, 5, 0x12, 4, 0x0A, 2]),
    Case("HDF5", [0x89] + Array("HDF\r\n".utf8) + [0x1A, 10]), Case("PNG", [0x89] + "PNG".utf8),
    Case("ELF", [0x7F] + Array("ELF".utf8)), Case("Windows", [0x4D, 0x5A, 0x90]),
    Case(".npy", [0x93] + Array("NUMPY".utf8) + [1, 0]),
    Case("pickle", [0x80, 4, 0x95]),
    Case(
      "before PyTorch 1.6",
      [0x80, 2, 0x8A, 10] + [
        0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
      ]),
    // The length of the header begins with a brace, as JSON does.
    Case("safetensors", [0x7B, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x7B, count: 0x7B)),
    Case("zeros", []), Case("unknown form", [3, 0x99, 0xFF, 0]),
    Case("UTF-16", [0xFF, 0xFE, 0x7B, 0]), Case("byte order mark", [0xEF, 0xBB, 0xBF, 0x7B]),
    Case("YAML", text: "name: x\nlayers:\n  - 1\n"), Case("YAML", text: "---\na: 1\n"),
    Case("plain text", text: "hello"), Case("plain text", text: "fxkit is no keyword"),
    Case("plain text", text: "// fx 1\nelse"), Case("white space", text: " \n \n"),
    Case("Python source", text: "# a model\nimport torch\n"),
    Case("shows of a graph", text: "\n\ndef forward(self, x):\n    return x\n"),
    Case("shows of a graph", text: "graph():\n    %x : [num_users=1] = placeholder[target=x]\n"),
    Case("Git LFS", text: "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
    Case("web page", text: "<!DOCTYPE html>\n<html>"), Case("MLIR", text: "module @m {\n}\n"),
    Case("JSON list", text: "[1, 2]"), Case("JSON string", text: "\"a\""),
    Case("a number", text: "12"),
    Case("configuration of a model", text: "{\"architectures\": [], \"model_type\": \"bert\"}"),
    Case("sharded", text: "{\"metadata\": {}, \"weight_map\": {}}"),
    Case("archive's weights", text: "{\"config\": {}}"), Case("another kind", text: "{}"),
    Case("another kind", text: "{\"format\": \"other\", \"version\": 1}"),
    Case("another kind", text: "{\"a\": 1}\n{\"a\": 2}\n"),
  ]

  @Test(arguments: cases) func areNamed(_ foreign: Case) throws {
    // Of several JSON texts the first tells nothing of the second.
    let file = MappedFile(copying: foreign.bytes, path: "in")
    do {
      _ = try Document(file)
      Issue.record("no error")
    } catch let error as FXError {
      #expect(error.code == .foreignContent, "\(error)")
      #expect(error.message.contains(foreign.name), "\(error)")
      #expect(error.place == SourcePlace(member: "in"))
      #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    }
  }

  private static func zip(_ entries: [TestZIP.Entry]) -> [UInt8] {
    var zip = TestZIP()
    zip.entries = entries
    return zip.build().bytes
  }

  static let archives: [([String], FXError.Code, String)] = [
    ([], .pt2NotArchive, "empty"), (["a"], .pt2NotArchive, "archive_format"),
    (["m/data.pkl"], .pt2Checkpoint, "torch.save"),
    (["m/constants.pkl", "m/data.pkl"], .pt2Checkpoint, "TS2EPConverter"),
    (["m/bytecode.pkl", "m/data.pkl"], .pt2Checkpoint, "lite interpreter"),
    (["a.npy", "b.npy"], .pt2NotArchive, ".npz"),
    (["x/model.pt2", "b"], .pt2NotArchive, "x/model.pt2"),
    (["a/b/archive_format"], .pt2NotArchive, "'a/b'"),
    (["saved_model.pb"], .pt2NotArchive, "SavedModel"),
    (["MAR-INF/MANIFEST.json"], .pt2NotArchive, "TorchServe"),
  ]

  @Test(arguments: archives)
  func areNamedInArchives(_ names: [String], _ code: FXError.Code, _ text: String) throws {
    let zip = Self.zip(names.map { TestZIP.Entry($0, "") })
    do {
      _ = try Document(MappedFile(copying: zip, path: "in"))
      Issue.record("no error")
    } catch let error as FXError {
      #expect(error.code == code)
      #expect(error.message.contains(text), "\(error)")
    }
  }

  @Test(arguments: [
    ("data/aotinductor/model/a.wrapper.so", "aoti_load_package"),
    ("data/executorch/model.pte", "ExecuTorch"),
  ])
  func areNamedInPackagesOfCompiledCode(_ path: String, _ text: String) throws {
    let zip = Self.zip([
      TestZIP.Entry("m/archive_format", "pt2"), TestZIP.Entry("m/archive_version", "0"),
      TestZIP.Entry("m/\(path)", "x"),
    ])
    do {
      _ = try Document(MappedFile(copying: zip, path: "in"))
      Issue.record("no error")
    } catch let error as FXError {
      #expect(error.code == .foreignContent)
      #expect(error.message.contains(text), "\(error)")
    }
  }

  @Test func areNamedWhereTensorsAreExpected() throws {
    let folder = TemporaryFolder()
    let text = folder.write("a.safetensors", "hello, world".utf8)
    expectFXError(.foreignContent, member: text) { try TensorFile.views(path: text) }
    let gzip = folder.write("b.safetensors", [0x1F, 0x8B, 8, 0])
    expectFXError(.foreignContent, member: gzip) { try WeightFiles.read(path: gzip, npyName: nil) }
  }

  @Test func areNamedWhereAnArchiveIsExpected() throws {
    for text in ["{\"graph_module\": {}}", "fx 1\nmodule @m {}", "a: 1\n"] {
      let file = MappedFile(copying: Array(text.utf8), path: "in")
      expectFXError(.pt2NotArchive, member: "in") { try PT2Archive(file) }
    }
  }

  @Test func foldersSayWhichFileIsMeant() throws {
    let folder = TemporaryFolder()
    _ = folder.write("b.pt2", "x".utf8)
    _ = folder.write("a.pt2", "x".utf8)
    do {
      _ = try Document(path: folder.path)
      Issue.record("no error")
    } catch let error as FXError {
      #expect(error.code == .fileIsDirectory)
      #expect(error.message.contains("'a.pt2'"), "\(error)")
    }
  }
}
