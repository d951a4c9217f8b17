import FXKit
import Glibc

/// Makes the inputs that fuzzing starts from of the fixtures, so that few have to be kept.
struct Seeds: Sendable {
  let root: String

  /// The files of a folder of fixtures and those below it.
  func files(_ folder: String, ending: String, below limit: Int) throws -> [[UInt8]] {
    try paths("\(root)/\(folder)").filter { $0.hasSuffix(ending) }.compactMap { path in
      let bytes = try ScratchFile.read(path)
      return bytes.count < limit ? bytes : nil
    }
  }

  private func paths(_ folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var paths: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      let path = "\(folder)/\(name)"
      paths += entry.pointee.d_type == 4 ? self.paths(path) : [path]
    }
    return paths.sorted()
  }

  func compat() throws -> [[UInt8]] { try files("compat", ending: ".pt2", below: 16_000) }

  func pickles() throws -> [[UInt8]] { try files("pickles", ending: ".pt", below: 4_000) }

  /// The pickle inside a file of `torch.save`.
  static func data(_ checkpoint: [UInt8]) throws -> [[UInt8]] {
    let zip = try ZIPArchive(MappedFile(copying: checkpoint))
    return try zip.members.filter { $0.name.hasSuffix("data.pkl") }.map {
      try zip.contents(of: $0).array
    }
  }

  /// The model JSON of archives of old versions.
  func compatModels() throws -> [[UInt8]] {
    try compat().map { archive in
      let archive = try PT2Archive(MappedFile(copying: archive))
      return try archive.contents(PT2Path.model(archive.modelNames.first ?? "model")).array
    }
  }

  /// Programs in another form.
  func converted(_ folder: String, to form: DocumentForm, below limit: Int) throws -> [[UInt8]] {
    try files(folder, ending: ".json", below: limit).map { bytes in
      var sink = ByteSink()
      try Document(MappedFile(copying: bytes)).write(to: &sink, as: form)
      return Array(sink.bytes)
    }
  }

  func texts() throws -> [[UInt8]] {
    try converted("programs", to: .text, below: 4_500)
      + paths("\(root)/../Tests/Filetests").filter { $0.hasSuffix(".fx") }.compactMap {
        let bytes = try ScratchFile.read($0)
        return bytes.count < 3_000 ? bytes : nil
      }
  }

  /// What says where weights are, behind the size of a storage.
  func configurations() throws -> [[UInt8]] {
    try files("archives", ending: ".pt2", below: 40_000).flatMap { bytes -> [[UInt8]] in
      let archive = try PT2Archive(MappedFile(copying: bytes))
      return try archive.modelNames.flatMap { model -> [[UInt8]] in
        try [PT2Path.weightsConfig(model), PT2Path.constantsConfig(model)].compactMap { path in
          guard archive.size(of: path) ?? 0 > 0 else { return nil }
          return [0, 1] + (try archive.contents(path).array)
        }
      }
    }
  }

  /// The expressions and guards of programs.
  func expressions() throws -> [[UInt8]] {
    var texts: Set<String> = []
    for bytes in try files("programs", ending: ".json", below: 40_000) {
      let words = String(decoding: bytes, as: UTF8.self).split(separator: "\"")
      for (key, value) in zip(words, words.dropFirst(2))
      where key == "expr_str" || value.hasPrefix("L[") {
        texts.insert(String(value))
      }
    }
    return texts.sorted().map { Array($0.utf8) }
  }

  /// Values of each kind.
  func jsonCases() -> [[UInt8]] {
    [
      "[1, -0.5e-3, true, null]", "{\"a\": {\"b\": [[], {}]}}", "\"\\ud83d\\ude00\\n\u{e9}\"",
    ].map { Array($0.utf8) }
  }
}
