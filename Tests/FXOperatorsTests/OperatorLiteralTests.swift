import FXTestSupport
import Testing

@testable import FXSchemas

/// Qualified names in the sources are those of operators in the table.
@Suite struct OperatorLiteralTests {
  private static let sources =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/Sources"

  @Test(arguments: [("FXATen", 2000), ("FXOperators", 30), ("FXPasses", 100)])
  func namesHaveSchemas(_ target: String, least: Int) throws {
    var (count, unknown) = (0, Set<String>())
    for path in Self.files(in: "\(Self.sources)/\(target)") {
      let text = String(decoding: try readFile(path), as: UTF8.self)
      for name in Self.names(in: text) {
        count += 1
        if !Self.isKnown(name) { unknown.insert("\(name) in \(path)") }
      }
    }
    #expect(unknown == [])
    #expect(count >= least)
  }

  /// What an operator is stands in its definition, and in no list of names beside it.
  @Test(arguments: ["FXOperators", "FXPasses"])
  func noSetsOfOperatorsStandBesideDefinitions(_ target: String) throws {
    for path in Self.files(in: "\(Self.sources)/\(target)") {
      let found = Self.listed(in: String(decoding: try readFile(path), as: UTF8.self))
      #expect(found == [], "\(path)")
    }
  }

  @Test func setsOfOperatorsAreFound() {
    let text = """
      let few: Set<String> = ["submodule", "aten::add.Tensor", "mul"]
      let call = e.call("aten::sub.Tensor", [])
      let more: Set<String> = []
      """
    #expect(Self.listed(in: text) == ["aten::add.Tensor", "mul"])
  }

  /// The names of operators, with or without a namespace, in the sets of strings of a source.
  private static func listed(in text: String) -> [String] {
    text.split(separator: "Set<String> = [").dropFirst().flatMap { rest in
      let literals = rest.prefix { $0 != "]" }.split(
        separator: "\"", omittingEmptySubsequences: false)
      return stride(from: 1, to: literals.count, by: 2).map { String(literals[$0]) }
        .filter { isKnown($0.contains("::") ? $0 : "aten::\($0)") }
    }
  }

  @Test func misspeltNamesAreFound() {
    let text = """
      /// As "aten::ad" does.
      call("aten::add.Tensor", "aten::ad", "aten::\\(name)", "prims::convert", "aten::x: a sentence")
      """
    let names = Self.names(in: text)
    #expect(names == ["aten::add.Tensor", "aten::ad", "prims::convert"])
    #expect(names.map(Self.isKnown) == [true, false, false])
    #expect(Self.isKnown("aten::add"))
    #expect(!Self.isKnown("aten::add.Tensr"))
  }

  /// Whether an operator has the name, or overloads of it have.
  private static func isKnown(_ name: String) -> Bool { !OperatorTable.overloads(of: name).isEmpty }

  /// The literals of a source, outside of comments, that are qualified names as they stand.
  private static func names(in text: String) -> [String] {
    var names: [String] = []
    for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
      for part in line.split(separator: "\"", omittingEmptySubsequences: false).dropFirst() {
        guard let colons = part.firstRange(of: "::") else { continue }
        let (namespace, name) = (part[..<colons.lowerBound], part[colons.upperBound...])
        func isWord(_ text: Substring, _ others: String) -> Bool {
          !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || others.contains($0) }
        }
        if isWord(namespace, "_"), isWord(name, "_.") { names.append(String(part)) }
      }
    }
    return names
  }

  private static func files(in folder: String) -> [String] {
    listFolder(folder).flatMap { name -> [String] in
      name.hasSuffix(".swift") ? ["\(folder)/\(name)"] : files(in: "\(folder)/\(name)")
    }
  }
}
