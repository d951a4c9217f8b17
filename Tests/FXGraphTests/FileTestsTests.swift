import FXGraph
import FXTestSupport
import Glibc
import Testing

/// The runner of file tests, itself run on files that this test writes.
@Suite struct FileTestsTests {
  private func write(_ text: String, to path: String) {
    guard let file = fopen(path, "wb") else { return }
    fputs(text, file)
    fclose(file)
  }

  private func upper(_ words: [String], _ input: String) -> String {
    words.joined(separator: "+") + "\n" + input.split(separator: "\n").last!.uppercased()
  }

  @Test func comparesBlessesAndNeverPassesWhileBlessing() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/a.fx"
    #expect(FileTests(in: folder.path, blesses: false).run(upper).count == 1)
    write("// RUN: transform -p x\nfx\n// ----\ntransform+-p+x\nFX\n", to: path)
    #expect(FileTests(in: folder.path, blesses: false).run(upper).isEmpty)
    write("// RUN: transform\nfx\n// ----\nother\n", to: path)
    #expect(FileTests(in: folder.path, blesses: false).run(upper).count == 1)
    #expect(FileTests(in: folder.path, blesses: true).run(upper).map(\.reason) == ["re-baselined"])
    #expect(FileTests(in: folder.path, blesses: true).run(upper).isEmpty)
    #expect(FileTests(in: folder.path, blesses: false).run(upper).isEmpty)
    let text = String(decoding: try readFile(path), as: UTF8.self)
    #expect(text == "// RUN: transform\nfx\n// ----\ntransform\nFX\n")
    write("fx\n", to: path)
    #expect(FileTests(in: folder.path, blesses: false).run(upper).count == 1)
  }
}
