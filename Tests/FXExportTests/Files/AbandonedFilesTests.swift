import FXTestSupport
import Glibc
import Testing

@testable import FXExport

/// Temporary files of processes that were killed go away; those of others stay.
@Suite struct AbandonedFilesTests {
  private let folder = TemporaryFolder()

  @Test func whatWasLeftIsRemovedByTheNextOutput() throws {
    let left = [AbandonedFiles.newName(for: "model.pt2"), AbandonedFiles.newName(for: "b")]
    let kept = [
      ".model.pt2.tmp", ".x.fxkit-.tmp", ".x.fxkit-+1.tmp", "a.fxkit-1.tmp", ".x.abc12.tmp",
      ".notes.fxkit-backup.tmp", ".a.fxkit-OLD.tmp",
    ]
    for name in left + kept { folder.write(name, Array("part".utf8)) }
    let used = AbandonedFiles.newName(for: "used")
    let descriptor = open(folder.file(used), O_WRONLY | O_CREAT | O_EXCL, 0o666)
    defer { close(descriptor) }
    #expect(AbandonedFiles.claim(descriptor, folder.file(used)))

    let output = try AtomicOutput(path: folder.file("out"))
    let names = folder.names
    #expect(Set(kept).isSubset(of: names))
    #expect(Set(left).isDisjoint(with: names))
    #expect(names.contains(used))
    #expect(names.contains { $0.hasPrefix(".out.fxkit-") })
    AbandonedFiles.remove(from: folder.path + "/./")
    #expect(folder.names == names)
    try output.write(
      [1, 2, 3].withUnsafeBytes { UnsafeRawBufferPointer(start: $0.baseAddress, count: 0) })
    try output.commit()
    #expect(folder.names.contains("out"))
    #expect(!folder.names.contains { $0.hasPrefix(".out.fxkit-") })
  }

  @Test func aFileThatIsGoneCanNotBeClaimed() throws {
    let path = folder.file("gone")
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    defer { close(descriptor) }
    unlink(path)
    #expect(!AbandonedFiles.claim(descriptor, path))
    folder.write("gone", [])
    #expect(!AbandonedFiles.claim(descriptor, path))
  }

  @Test func namesAreToldFromOthers() {
    for name in [
      "", "a", ".hidden", "x.fxkit-1.tmp", "model-7.fx", String(repeating: "ü", count: 90),
    ] {
      #expect(AbandonedFiles.isOurs(AbandonedFiles.newName(for: name)), "\(name)")
      #expect(!AbandonedFiles.isOurs(name))
    }
  }

  /// Names that are near ours: each differs from one of them in one place.
  @Test func namesThatAreNearAreThoseOfOthers() {
    let name = AbandonedFiles.newName(for: "model.pt2")
    for index in name.indices {
      var shorter = name
      shorter.remove(at: index)
      #expect(!AbandonedFiles.isOurs(shorter))
      let other: Character = name[index] == "0" ? "1" : "0"
      #expect(
        !AbandonedFiles.isOurs(name[..<index] + String(other) + name[name.index(after: index)...]))
    }
    #expect(!AbandonedFiles.isOurs(name.uppercased()))
    #expect(!AbandonedFiles.isOurs("\(name)~"))
    #expect(!AbandonedFiles.isOurs(".a.fxkit-0000000000000000-0000000000000000.tmp"))
  }
}
