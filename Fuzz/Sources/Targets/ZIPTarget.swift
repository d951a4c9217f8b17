import FXKit
import Glibc

extension FuzzTarget {
  /// Archives: what is accepted is written again with the same members, and read as a document.
  static let zip = FuzzTarget(
    "zip", pace: 150,
    seeds: { try $0.files("archives", ending: ".pt2", below: 16_000) + $0.compat() + $0.pickles() },
    mutate: ZIPMutator.mutate,
    check: { bytes in
      let file = MappedFile(copying: bytes)
      let archive = try ZIPArchive(file)
      var contents: [(name: String, bytes: MemberBytes)] = []
      for member in archive.members {
        if let bytes = try? archive.contents(of: member, limit: 1 << 20) {
          contents.append((member.name, bytes))
        }
      }
      let written = try FuzzFailure.unlessDone("writing accepted members") {
        try ScratchFile.contents { output in
          let writer = ZIPWriter(to: output)
          for (name, bytes) in contents { try bytes.withBytes { try writer.add(name, $0) } }
          try writer.finish()
        }
      }
      let again = try FuzzFailure.unlessDone("reading what was written") {
        let archive = try ZIPArchive(MappedFile(copying: written))
        return try archive.members.map { ($0.name, try archive.contents(of: $0).array) }
      }
      try FuzzFailure.unless(
        again.elementsEqual(contents) {
          $0.0.utf8.elementsEqual($1.name.utf8) && $0.1 == $1.bytes.array
        }, "a written archive has other members")
      checkDocuments(file)
      return true
    })

  /// Reads all that an archive of programs has. Errors are allowed, traps are not.
  private static func checkDocuments(_ file: MappedFile) {
    _ = try? TorchCheckpoint(file, keepsObjects: true)
    guard let archive = try? PT2Archive(file) else { return }
    for model in archive.modelNames.prefix(4) {
      for weight in [try? archive.weights(of: model), try? archive.constants(of: model)] {
        for view in weight ?? [] { _ = view.storage.bytes.last }
      }
      guard let document = try? Document(file, model: model) else { continue }
      _ = document.findings()
    }
    _ = try? ScratchFile.contents { try archive.write(to: $0) }
  }
}

/// A file in memory, for what can be written to files alone.
enum ScratchFile {
  /// A folder of this process, on a file system in memory where there is one.
  static let folder: String = {
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/fxfuzz-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("no folder for scratch files") }
    atexit {
      for name in ScratchFile.names { unlink("\(ScratchFile.folder)/\(name)") }
      rmdir(ScratchFile.folder)
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()

  static var path: String { "\(folder)/file" }

  /// The names of what is in the folder.
  static var names: [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Returns what `body` writes.
  static func contents(_ body: (AtomicOutput) throws -> Void) throws -> [UInt8] {
    let output = try AtomicOutput(path: path)
    try body(output)
    try output.commit()
    return try read(path)
  }

  static func read(_ path: String) throws -> [UInt8] {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Array(file.bytes) }
  }
}
