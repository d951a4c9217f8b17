import FXCore
import FXGraph
import Testing

@testable import FXPasses

struct CleanupTests {
  private func run(_ pipeline: String, _ text: String) throws -> (lines: [String], changed: Bool) {
    let module = GraphText.module(text)
    let reports = try PassPipeline(pipeline).run(on: module)
    return (GraphText.lines(of: module), reports.contains { $0.hasChanged })
  }

  private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  @Test func deadCodeGoesButEffectsStay() throws {
    let result = try run(
      "eliminate-dead-code",
      """
      placeholder x x () m=
      call_function a sin (%x) m=
      call_function b sin (%a) m=
      call_function c add_ (%x 1) m=
      call_function d split (%x 2) m=
      call_function e getitem (%d 0) m=
      call_function f getitem (%d 1) m=
      call_function g split (%x 2) m=
      call_function h getitem (%g 0) m=
      call_function set set_grad (False) m=
      output output output ((%f)) m=
      """)
    #expect(
      result.lines
        == lines(
          """
          placeholder x x () m=
          call_function c add_ (%x 1) m=
          call_function d split (%x 2) m=
          call_function e getitem (%d 0) m=
          call_function f getitem (%d 1) m=
          call_function set set_grad (False) m=
          output output output ((%f)) m=
          """))
  }

  @Test func deadCallOfPureSubgraphsGoesWithThem() throws {
    let text = """
      placeholder x x () m=
      get_attr t pure () m=
      get_attr f FALSE () m=
      call_function c cond (%x %t %f (%x)) m=
      call_function i getitem (%c 0) m=
      output output output ((%x)) m=
      module FALSE
        placeholder y y () m=
        call_function s BODY (%y 1) m=
        output output output ((%s)) m=
      module pure
        placeholder y y () m=
        call_function s sin (%y) m=
        output output output ((%s)) m=
      """
    let dead = try run(
      "eliminate-dead-code", text.replacing("FALSE", with: "other").replacing("BODY", with: "add"))
    #expect(dead.lines == ["placeholder x x () m=", "output output output ((%x)) m="])
    let live = try run(
      "eliminate-dead-code", text.replacing("FALSE", with: "other").replacing("BODY", with: "add_"))
    #expect(!live.changed)
  }

  @Test func equalExpressionsAreMerged() throws {
    let result = try run(
      "eliminate-common-subexpressions",
      """
      placeholder x x () m=
      call_function a sin (%x) m=
      call_function b sin (%x) m=
      call_function c add (%a 1) m=
      call_function d add (%b 1) m=
      call_function e add (%b 1.0) m=
      call_function f add (%b True) m=
      call_function g add (%c %d) m=
      call_function h add (%e %f) m=
      call_function i add (%g %h) m=
      output output output ((%i)) m=
      """)
    #expect(
      result.lines
        == lines(
          """
          placeholder x x () m=
          call_function a sin (%x) m=
          call_function c add (%a 1) m=
          call_function e add (%a ?) m=
          call_function f add (%a True) m=
          call_function g add (%c %c) m=
          call_function h add (%e %f) m=
          call_function i add (%g %h) m=
          output output output ((%i)) m=
          """))
  }

  /// Pairs of equal calls that must stay two.
  @Test(arguments: [
    // Random.
    """
    call_function a rand ([2]) m=
    call_function b rand ([2]) m=
    """,
    // A write in between.
    """
    call_function a sin (%x) m=
    call_function w add_ (%x 1) m=
    call_function b sin (%x) m=
    """,
    // One of the results is written to, through a view.
    """
    call_function a sin (%x) m=
    call_function b sin (%x) m=
    call_function v view (%b [2]) m=
    call_function w add_ (%v 1) m=
    """,
    // Another grad mode, another autocast state.
    """
    call_function a sin (%x) m=
    call_function g set_grad (False) m=
    call_function b sin (%x) m=
    """,
    """
    call_function a sin (%x) m=
    call_function e enter ('cpu' torch.bfloat16 True None) m=
    call_function b sin (%x) m=
    call_function f exit (%e) m=
    """,
  ])
  func unequalExpressionsStay(_ body: String) throws {
    let text = """
      placeholder x x () m=
      \(body)
      call_function r add (%a %b) m=
      output output output ((%r)) m=
      """
    let result = try run("eliminate-common-subexpressions", text)
    #expect(result.lines == lines(text))
    #expect(!result.changed)
  }

  @Test func returnedResultsStaySeparate() throws {
    let text = """
      placeholder x x () m=
      call_function a sin (%x) m=
      call_function b sin (%x) m=
      output output output ((%a %b)) m=
      """
    #expect(try run("eliminate-common-subexpressions", text).lines == lines(text))
  }

  @Test func metadataIsStrippedByKey() throws {
    let module = GraphText.module(
      """
      placeholder x x () m=1
      output output output ((%x)) m=
      """)
    let x = try #require(module.graph.first)
    x.setMetadata([("stack_trace", "s"), ("nn_module_stack", "n"), ("torch_fn", "t")])
    try PassPipeline("strip-metadata=stack_trace+torch_fn").run(on: module)
    #expect(x.metadata.map(\.key) == ["nn_module_stack"])
    let reports = try PassPipeline("strip-metadata=stack_trace,strip-metadata").run(on: module)
    #expect(reports.map(\.hasChanged) == [false, true])
    #expect(x.metadata.isEmpty)
  }
}
