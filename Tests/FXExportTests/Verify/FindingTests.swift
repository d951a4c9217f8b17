import FXCore
import FXExport
import Testing

@Suite struct FindingTests {
  private let finding = Finding(
    .error, .signatureArity, "it has\ntwo",
    at: SourcePlace(path: "graph_module.graph.nodes[3]", node: "ädd"), submodule: "submod_1")

  @Test func writesOneLineOfText() {
    #expect(
      finding.line
        == "error: graph_module.graph.nodes[3] (submodule 'submod_1', node 'ädd'): it has\\u{a}two [signature.arity]"
    )
    let bare = Finding(.warning, .weightUnused, "unused", at: SourcePlace(member: "data/w"))
    #expect(bare.line == "warning: data/w: unused [weight.unused]")
  }

  @Test func writesOneLineOfJSON() {
    #expect(
      finding.jsonLine == #"""
        {"severity": "error", "code": "signature.arity", "message": "it has\ntwo", "path": "graph_module.graph.nodes[3]", "submodule": "submod_1", "node": "\u00e4dd"}
        """#)
  }
}

@Suite struct TreeSpecTests {
  @Test func readsTrees() throws {
    let leaf = #"{"type": null, "context": null, "children_spec": []}"#
    #expect(try TreeSpec("[1, \(leaf)]").leafCount == 1)
    let pair =
      #"{"type": "builtins.tuple", "context": "null", "children_spec": ["# + "\(leaf), \(leaf)]}"
    let tree = try TreeSpec("[1, \(pair)]")
    #expect(tree.type == "builtins.tuple")
    #expect(tree.leafCount == 2)
    let none = try TreeSpec(
      #"[1, {"type": "builtins.list", "context": "null", "children_spec": []}]"#)
    #expect(none.leafCount == 0)
  }

  @Test(arguments: [
    ("", FXError.Code.jsonTruncated), ("[]", .callGraphTree), ("[1]", .callGraphTree),
    ("[2, {}]", .callGraphTree), ("[1, {}]", .jsonMissingField), ("[1, {}, 3]", .jsonMissingField),
    (#"[1, {"type": null, "context": "x", "children_spec": []}]"#, .callGraphTree),
    (#"[1, {"type": "a", "context": null, "children_spec": []}]"#, .callGraphTree),
    (#"[1, {"type": 1, "context": null, "children_spec": []}]"#, .jsonKind),
    (
      #"[1, {"type": null, "type": null, "context": null, "children_spec": []}]"#, .jsonDuplicateKey
    ),
    (#"[1, {"kind": null}]"#, .callGraphTree),
    (#"[1, {"type": null, "context": null, "children_spec": []}, 1]"#, .callGraphTree),
  ])
  func refusesWhatIsNone(_ text: String, _ code: FXError.Code) {
    #expect { try TreeSpec(text) } throws: { ($0 as? FXError)?.code == code }
  }

  @Test func refusesDepthWithoutLimit() {
    let start = #"{"type": "a", "context": "", "children_spec": ["#
    let text = "[1, " + String(repeating: start, count: 100_000)
    #expect { try TreeSpec(text) } throws: { ($0 as? FXError)?.code == .jsonDepth }
  }
}
