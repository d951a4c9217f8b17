import FXCore
import FXGraph
import Testing

@testable import FXExport

struct GraphComparisonTests {
  private func module(_ body: String) throws -> GraphModule {
    try TextDocument(parsing: "fx 1\nmodule @main {\n\(body)\n}\n").module
  }

  private func changes(
    _ a: String, _ b: String, ignoring ignored: Set<DifferencePart> = []
  ) throws -> [NodeChange] {
    let difference = ProgramDifference(
      between: try module(a), and: try module(b), ignoring: ignored)
    return difference.graphs.first { $0.path.isEmpty }?.changes ?? []
  }

  /// What a list of changes says, in short: `-name`, `+name`, `a>b: aspects`.
  private func short(_ changes: [NodeChange]) -> [String] {
    changes.map { change in
      guard let a = change.nameA else { return "+\(change.nameB ?? "")" }
      guard let b = change.nameB else { return "-\(a)" }
      let aspects = change.aspects.map(\.rawValue).joined(separator: " ")
      return "\(a == b ? a : "\(a)>\(b)"): \(aspects)"
    }
  }

  private let base = """
    %x = placeholder : f32[3]
    %sin = call_function torch.ops.aten.sin.default(self: %x) : f32[3]
    %add = call_function torch.ops.aten.add.Tensor(self: %sin, other: 1) : f32[3]
    %mul = call_function torch.ops.aten.mul.Tensor(self: %add, other: %x) : f32[3]
    output (%mul,)
    """

  @Test func aGraphIsEqualToItself() throws {
    #expect(try changes(base, base).isEmpty)
  }

  @Test func aRenamedNodeIsRenamedAndItsUsersAreTheSame() throws {
    let other = base.replacing("%sin", with: "%wave")
    let found = try changes(base, other)
    #expect(short(found) == ["sin>wave: name"])
    #expect(found.first?.textA?.hasPrefix("%sin = ") == true)
    #expect(found.first?.textB?.hasPrefix("%wave = ") == true)
    #expect(try changes(base, other, ignoring: [.names]).isEmpty)
  }

  @Test func arguments() throws {
    #expect(
      try short(changes(base, base.replacing("other: 1", with: "other: 2"))) == [
        "add: arguments"
      ])
    #expect(
      try short(changes(base, base.replacing("(self: %sin", with: "(self: %x"))) == [
        "add: arguments"
      ])
  }

  @Test func targetsValuesAndTypes() throws {
    #expect(
      try short(changes(base, base.replacing("aten.sin", with: "aten.cos"))) == [
        "sin: target"
      ])
    let other = base.replacing("other: %x) : f32[3]", with: "other: %x) -> Tensor : f16[3]")
    #expect(try short(changes(base, other)) == ["mul: type value"])
    #expect(try short(changes(base, other, ignoring: [.values])) == ["mul: type"])
    #expect(try changes(base, other, ignoring: [.values, .types]).isEmpty)
  }

  @Test func anInsertedNodeLeavesThoseBehindAlone() throws {
    let line = "    %add = call_function torch.ops.aten.add.Tensor(self: %sin, other: 1) : f32[3]\n"
    let other = base.replacing(
      line.dropFirst(4),
      with: "%abs_1 = call_function torch.ops.aten.abs.default(self: %x) : f32[3]\n\(line)")
    #expect(try short(changes(base, other)) == ["+abs_1"])
    #expect(try short(changes(other, base)) == ["-abs_1"])
  }

  @Test func aMovedNodeIsNotAnotherOne() throws {
    let a = """
      %x = placeholder
      %a = call_function torch.ops.aten.sin.default(self: %x)
      %b = call_function torch.ops.aten.cos.default(self: %x)
      %c = call_function torch.ops.aten.tan.default(self: %x)
      output (%a, %b, %c)
      """
    let b = """
      %x = placeholder
      %b = call_function torch.ops.aten.cos.default(self: %x)
      %c = call_function torch.ops.aten.tan.default(self: %x)
      %a = call_function torch.ops.aten.sin.default(self: %x)
      output (%a, %b, %c)
      """
    #expect(try short(changes(a, b)) == ["a: position"])
    #expect(try changes(a, b, ignoring: [.order]).isEmpty)
  }

  @Test func metadataIsComparedByKey() throws {
    let a = "%x = placeholder !0\noutput (%x,)\n}\n!0 = {one: \"1\", two: \"2\"}\nextra {"
    let texts = [a, a.replacing("two: \"2\"", with: "three: \"3\"")].map {
      "fx 1\nmodule @main {\n" + $0.replacing("\nextra {", with: "\n")
    }
    let modules = try texts.map { try TextDocument(parsing: $0).module }
    let found = ProgramDifference(between: modules[0], and: modules[1]).graphs[0].changes
    #expect(short(found) == ["x: metadata"])
    #expect(found[0].metadata.map(\.key) == ["two", "three"])
    #expect(found[0].metadata.map(\.a) == ["2", nil])
    #expect(
      ProgramDifference(between: modules[0], and: modules[1], ignoring: [.metadata]).isEmpty)
  }

  @Test func submodulesAreComparedWithTheirPaths() throws {
    func text(_ operation: String) -> String {
      """
      %body = get_attr
      %x = placeholder
      %call = call_function torch.ops.higher_order.wrap(%body, %x)
      output (%call,)
      module @body {
        %y = placeholder
        %z = call_function torch.ops.aten.\(operation).default(self: %y)
        output (%z,)
      }
      """
    }
    let difference = ProgramDifference(
      between: try module(text("sin")), and: try module(text("cos")))
    #expect(difference.graphs.map(\.path) == ["body"])
    #expect(short(difference.graphs[0].changes) == ["z: target"])
    #expect(difference.facts.isEmpty)
  }

  @Test func membersOfModulesAreFacts() throws {
    let a = try module("%w = get_attr\noutput (%w,)\nparameter @w : f32[3]")
    let b = try module("%w = get_attr\noutput (%w,)\nparameter @w : f32[4]\nobject @o \"7\"")
    let facts = ProgramDifference(between: a, and: b).facts
    #expect(facts.map(\.part) == [.modules])
    #expect(facts[0].changes.map { $0.a == nil } == [false, true])
    #expect(ProgramDifference(between: a, and: b, ignoring: [.modules]).isEmpty)
  }

  // MARK: Long graphs

  /// A chain whose names are numbers in order, so that an insertion renames all behind it.
  private func chain(_ count: Int, inserting inserted: [Int: String] = [:]) -> String {
    var lines = ["%x = placeholder", "%v0 = call_function torch.ops.aten.sin.default(self: %x)"]
    var number = 0
    func add(_ name: String) {
      lines.append(
        "%v\(number + 1) = call_function torch.ops.aten.\(name).default(self: %v\(number))")
      number += 1
    }
    for index in 0..<count {
      if let name = inserted[index] { add(name) }
      add(["relu", "sin", "relu", "cos", "tanh"][index % 5])
    }
    return (lines + ["output (%v\(number),)"]).joined(separator: "\n")
  }

  @Test func namesThatAnInsertionMovedAlongAreRenames() throws {
    let found = try changes(chain(3000), chain(3000, inserting: [1500: "exp"]), ignoring: [.names])
    #expect(found.count { $0.nameA == nil } == 1)
    #expect(found.count { $0.nameB == nil } == 0)
    #expect(found.count <= 3)
  }

  @Test func manyInsertionsAreFound() throws {
    let inserted = Dictionary(uniqueKeysWithValues: (0..<300).map { ($0 * 10 + 5, "exp") })
    let found = try changes(chain(3000), chain(3000, inserting: inserted), ignoring: [.names])
    #expect(found.count { $0.nameA == nil } - found.count { $0.nameB == nil } == 300)
    #expect(found.count < 1500)
  }

  @Test func graphsWithNothingInCommonAreRemovedAndAdded() throws {
    let other = chain(900).replacing("aten", with: "other").replacing("%v", with: "%w")
      .replacing("%x", with: "%y")
    let found = try changes(chain(1000), other)
    #expect(found.count { $0.nameB == nil } >= 1000)
    #expect(found.count { $0.nameA == nil } >= 900)
  }

  @Test func hunksShowThreeNodesAround() throws {
    let difference = ProgramDifference(
      between: try module(chain(100)), and: try module(chain(100, inserting: [99: "exp"])))
    let hunk = try #require(difference.graphs.first?.hunks.first)
    #expect(difference.graphs.first?.hunks.count == 1)
    #expect([hunk.startA, hunk.countA, hunk.startB, hunk.countB] == [99, 5, 99, 6])
    #expect(hunk.lines.map(\.side) == [.both, .both, .both, .first, .second, .second, .both])
    #expect(hunk.lines[4].text.contains("exp"))
  }
}
