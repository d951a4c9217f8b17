import FXTestSupport
import Testing

/// Folders of a target use one another in one direction: what two need stands below both.
@Suite struct FolderOrderTests {
  @Test(arguments: ["FXATen", "FXCore", "FXExport", "FXKitCLI", "FXPasses", "FXRuntime"])
  func foldersFormNoCircle(_ target: String) throws {
    let folders = try SourceFolders(readingTarget: target)
    #expect(folders.circle() == [], "types of one folder are used by another, and the other way")
  }

  @Test func aCircleIsFound() {
    var files = [
      ("Low/Word.swift", "public struct Word {}  // of a Page\n"),
      ("Middle/Line.swift", "@frozen struct Line { var words: [Word]; enum Part { case end } }\n"),
      ("High/Page.swift", "final class Page { let lines: [Line]; let part = Line.Part.end }\n"),
      ("High/Part.swift", "enum Part { case \"Word\" }\n"),
    ]
    #expect(SourceFolders(files.map { ($0, Array($1.utf8)) }).circle() == [])
    files.append(("Low/Letter.swift", "enum Letter { case of(Page) }\n"))
    #expect(
      SourceFolders(files.map { ($0, Array($1.utf8)) }).circle() == [
        "High/Page.swift uses Line of Middle", "Low/Letter.swift uses Page of High",
        "Middle/Line.swift uses Word of Low",
      ])
  }
}

/// What types the folders of a target declare, and which of each other's they mention.
private struct SourceFolders {
  private struct Use: Hashable {
    let file: String
    let type: String
    let from: String
    let to: String
  }

  private var uses: [Use] = []

  init(readingTarget target: String) throws {
    let root = Fixtures.path("../Sources/\(target)")
    let paths = Self.sources(in: root, "")
    try #require(!paths.isEmpty)
    self.init(try paths.map { ($0, try readFile("\(root)/\($0)")) })
  }

  init(_ files: [(path: String, text: [UInt8])]) {
    var words: [(folder: String, path: String, words: SourceWords)] = []
    // A name that several folders declare may be any of theirs.
    var owners: [String: Set<String>] = [:]
    for (path, text) in files {
      let parts = path.split(separator: "/")
      let folder = parts.count > 1 ? String(parts[0]) : ""
      words.append((folder, path, SourceWords(text)))
      for type in words[words.count - 1].words.declared {
        owners[type, default: []].insert(folder)
      }
    }
    for (folder, path, words) in words {
      for type in words.mentioned.sorted() {
        guard let owner = owners[type], owner.count == 1, let other = owner.first, other != folder
        else { continue }
        uses.append(Use(file: path, type: type, from: folder, to: other))
      }
    }
  }

  /// Returns the uses that lead from a folder back to itself.
  func circle() -> [String] {
    var above: [String: Set<String>] = [:]
    for use in uses { above[use.from, default: []].insert(use.to) }
    func isReached(_ goal: String, from start: String) -> Bool {
      var seen: Set<String> = []
      var waiting = [start]
      while let folder = waiting.popLast() {
        if folder == goal { return true }
        if seen.insert(folder).inserted { waiting += above[folder] ?? [] }
      }
      return false
    }
    return uses.filter { isReached($0.from, from: $0.to) }
      .map { "\($0.file) uses \($0.type) of \($0.to)" }.sorted()
  }

  /// Lists the paths of a folder's source files, relative to the root.
  private static func sources(in root: String, _ folder: String) -> [String] {
    listFolder("\(root)/\(folder)").flatMap { name in
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      if name.hasSuffix(".swift") { return [path] }
      return name.contains(".") ? [] : sources(in: root, path)
    }
  }
}

/// The names of types in a source file, without those in comments and texts.
private struct SourceWords {
  /// The types that are declared beside no other's members.
  private(set) var declared: Set<String> = []
  private(set) var mentioned: Set<String> = []

  private static let keywords: Set = ["struct", "class", "enum", "protocol", "actor", "typealias"]

  init(_ bytes: [UInt8]) {
    var index = 0
    var previous = ""
    var isIndented = false
    var isMember = false
    func starts(_ text: StaticString) -> Bool {
      bytes[index...].starts(
        with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    while index < bytes.count {
      if starts("//") {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      } else if starts("\"\"\"") {
        index += 3
        while index < bytes.count, !starts("\"\"\"") { index += 1 }
        index += 3
      } else if starts("\"") {
        index += 1
        while index < bytes.count, !starts("\""), !starts("\n") { index += starts("\\") ? 2 : 1 }
        index += 1
      } else if Self.isLetter(bytes[index]) {
        let start = index
        if start == 0 || bytes[start - 1] == UInt8(ascii: "\n") { isIndented = false }
        while index < bytes.count, Self.isLetter(bytes[index]) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        if Self.keywords.contains(previous), !isIndented { declared.insert(word) }
        if !isMember, word.first?.isUppercase == true { mentioned.insert(word) }
        previous = word
        isMember = false
      } else {
        isMember = starts(".")
        // A line that begins with neither a word nor an attribute is inside of something.
        if starts("\n") {
          isIndented = index + 1 < bytes.count && bytes[index + 1] != UInt8(ascii: "@")
        } else if !starts(" ") {
          previous = ""
        }
        index += 1
      }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
