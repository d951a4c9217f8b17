import FXCore
import FXTestSupport
import Testing

@testable import FXExport

/// Each step of the chain alone, on the smallest document that shows it.
@Suite struct SchemaUpgradeTests {
  private func applying(_ upgrade: SchemaUpgrade, to text: String) throws -> String {
    guard case .document(let change) = upgrade.change else { return text }
    var tree = try Array(text.utf8).withUnsafeBytes { try FXExport.JSONTree(python: $0) }
    change(&tree)
    let once = tree
    change(&tree)
    // Documents of versions between two releases may have the change already.
    #expect(tree == once)
    var sink = ByteSink()
    tree.write(to: &sink)
    return sink.string()
  }

  @Test func noneIsTrue() throws {
    let text =
      #"{"a": [{"as_none": []}, {"as_none": null}], "tensor_values": {"as_none": {"dtype": 7}}}"#
    #expect(
      try applying(.noneIsTrue, to: text)
        == #"{"a": [{"as_none": true}, {"as_none": true}], "tensor_values": {"as_none": {"dtype": 7}}}"#
    )
  }

  @Test func booleansAreNoNumbers() throws {
    #expect(
      try applying(
        .booleansAreNoNumbers, to: #"{"a": [{"as_int": true}, {"as_int": false}, {"as_int": 1}]}"#)
        == #"{"a": [{"as_bool": true}, {"as_bool": false}, {"as_int": 1}]}"#)
  }

  @Test func expressionsAreRepresentations() throws {
    let text =
      #"{"range_constraints": {"s1": {"min_val": -1, "max_val": 4}}, "x": [{"expr_str": "s0 + s1"}]}"#
    #expect(
      try applying(.expressionsAreRepresentations, to: text).hasSuffix(
        #"[{"expr_str": "Add(Symbol('s0', positive=True, integer=True), Symbol('s1', integer=True))"}]}"#
      ))
    let current = #"{"x": {"expr_str": "Symbol('s0', positive=True, integer=True)"}}"#
    #expect(try applying(.expressionsAreRepresentations, to: current) == current)
  }

  @Test func openRangesAreNull() throws {
    let text =
      #"{"range_constraints": {"s0": {"min_val": 2, "max_val": Infinity}, "u0": {"min_val": -9223372036854775808, "max_val": 9223372036854775806}}}"#
    #expect(
      try applying(.openRangesAreNull, to: text)
        == #"{"range_constraints": {"s0": {"min_val": 2, "max_val": null}, "u0": {"min_val": null, "max_val": null}}}"#
    )
  }

  @Test func higherOrderReturns() throws {
    func nodes(_ outputs: String, _ flag: String = "") -> String {
      #"{"nodes": [{"target": "torch.ops.higher_order.cond", "outputs": [\#(outputs)]\#(flag)}]}"#
    }
    let flag = #", "is_hop_single_tensor_return": "#
    let one = #"{"as_tensor": {"name": "x"}}"#
    let other =
      #"{"nodes": [{"target": "torch.ops.aten.split", "outputs": [{"as_tensors": [{"name": "x"}]}]}]}"#
    let upgrade = SchemaUpgrade.higherOrderReturns
    #expect(
      try applying(upgrade, to: nodes(#"{"as_tensors": [{"name": "x"}]}"#))
        == nodes(one, flag + "false"))
    #expect(try applying(upgrade, to: nodes(one)) == nodes(one, flag + "true"))
    #expect(try applying(upgrade, to: nodes(one, flag + "false")) == nodes(one, flag + "false"))
    #expect(try applying(upgrade, to: nodes(#"{"as_none": true}"#)) == nodes(#"{"as_none": true}"#))
    #expect(try applying(upgrade, to: nodes("\(one), \(one)")) == nodes("\(one), \(one)"))
    #expect(try applying(upgrade, to: other) == other)
  }

  @Test func quotedNonFinites() throws {
    let text = #"{"a": [NaN, Infinity, -Infinity, 1.5, "NaN", "x NaN"]}"#
    #expect(
      try applying(.quotedNonFinites, to: text)
        == #"{"a": ["NaN", "Infinity", "-Infinity", 1.5, "NaN", "x NaN"]}"#)
  }

  @Test func chainIsInOrder() {
    let all = SchemaUpgrade.all
    #expect(all.first?.from == .oldest)
    #expect(all.last?.to == .current)
    for (before, after) in zip(all, all.dropFirst()) {
      #expect(before.from <= after.from)
      #expect(before.to <= after.to)
    }
    #expect(SchemaUpgrade.chain(from: .current).isEmpty)
    #expect(SchemaUpgrade.chain(from: SchemaVersion(major: 8, minor: 8)).count == 2)
    // What the decoder takes as it is must not need rewriting.
    for upgrade in SchemaUpgrade.chain(from: .firstDirect) {
      guard case .fields = upgrade.change else {
        Issue.record("\(upgrade.summary) rewrites a document of \(upgrade.from)")
        continue
      }
    }
  }

  @Test(arguments: [
    ("s0", "Symbol('s0', positive=True, integer=True)"),
    ("u3", "Symbol('u3', integer=True)"),
    ("-7", "Integer(-7)"),
    ("u0 - 1", "Add(Symbol('u0', integer=True), Integer(-1))"),
    ("-u0", "Mul(Integer(-1), Symbol('u0', integer=True))"),
    ("2*u0*u1", "Mul(Integer(2), Symbol('u0', integer=True), Symbol('u1', integer=True))"),
    (
      "3 - 2*u0",
      "Add(Integer(3), Mul(Integer(-1), Integer(2), Symbol('u0', integer=True)))"
    ),
    ("u0**2", "Pow(Symbol('u0', integer=True), Integer(2))"),
    ("((u0 + 1)//2)", "FloorDiv(Add(Symbol('u0', integer=True), Integer(1)), Integer(2))"),
    ("4*((u0//2))", "Mul(Integer(4), FloorDiv(Symbol('u0', integer=True), Integer(2)))"),
    ("Mod(u0, 2)", "Mod(Symbol('u0', integer=True), Integer(2))"),
    ("Max(1, u0)", "Max(Integer(1), Symbol('u0', integer=True))"),
    ("u0/2", "Mul(Rational(1, 2), Symbol('u0', integer=True))"),
    ("Eq(u0, 4)", "Equality(Symbol('u0', integer=True), Integer(4))"),
    ("u0 >= 2", "GreaterThan(Symbol('u0', integer=True), Integer(2))"),
    (
      "(u0 > 2) & ~(u1 < 3)",
      "And(GreaterThan(Symbol('u1', integer=True), Integer(3)), "
        + "StrictGreaterThan(Symbol('u0', integer=True), Integer(2)))"
    ),
    ("True", "true"), ("0.5", "Float('0.5', precision=53)"), ("zf1", "Symbol('zf1', real=True)"),
  ])
  func spellsExpressions(_ text: String, _ expected: String) {
    #expect(StringExpression.srepr(of: text) == expected)
  }

  /// Whatever the size of the pieces, a document is rewritten as it would be as a whole.
  @Test(arguments: [
    "2.5.1/cond.decomposed", "2.5.1/tree.export", "2.6.0/dyn.export", "2.6.0/gradmodes.export",
  ])
  func rewritesInPieces(_ name: String) throws {
    let archive = try PT2Archive(path: Fixtures.path("compat/\(name).pt2"))
    let json = try archive.contents(PT2Path.model("model"))
    try json.withBytes { bytes in
      let whole = try SchemaRewriter.rewrite(bytes, from: .oldest, pieceSize: .max).string()
      #expect(whole.contains("\"schema_version\": {\"major\": 8, \"minor\": 7}"))
      for size in [20, 4000] {
        let pieces = try SchemaRewriter.rewrite(bytes, from: .oldest, pieceSize: size).string()
        #expect(pieces == whole, "in pieces of \(size)")
      }
    }
  }

  @Test func leavesOtherTexts() {
    let deep = String(repeating: "(", count: 5000) + "s0" + String(repeating: ")", count: 5000)
    for text in ["", "s0 +", "f(", "1 2", deep, "s0 $ s1"] {
      #expect(StringExpression.srepr(of: text) == nil)
    }
    #expect(StringExpression.srepr(of: String(repeating: "-", count: 5000) + "1") == nil)
  }
}
