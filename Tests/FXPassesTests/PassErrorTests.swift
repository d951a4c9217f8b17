import FXCore
import FXGraph
import Testing

@testable import FXPasses

struct PassErrorTests {
  private func code(_ body: () throws -> Void) -> (FXError.Code?, String?) {
    do {
      try body()
      return (nil, nil)
    } catch let error as FXError {
      return (error.code, error.place.node)
    } catch {
      return (FXError.Code("other"), nil)
    }
  }

  @Test(arguments: [
    ("no-such-pass", FXError.Code.unknownPass), ("", .unknownPass),
    ("replace-set-grad,", .unknownPass), ("replace-set-grad=on", .badPassOption),
  ])
  func pipelineIsChecked(_ text: String, _ expected: FXError.Code) {
    #expect(code { _ = try PassPipeline(text) }.0 == expected)
  }

  @Test(arguments: ["strip-metadata=", "strip-metadata=all+stack_trace", "replace-autocast=some"])
  func optionsAreChecked(_ text: String) {
    let module = GraphText.module("placeholder x x () m=\noutput output output ((%x)) m=")
    let found = code { try PassPipeline(text).run(on: module) }
    // An empty text is no option.
    #expect(found.0 == .badPassOption)
  }

  @Test(arguments: [
    ("call_function a set_grad (1) m=", FXError.Code.badSwitch, "a"),
    ("call_function a set_grad () m=", .badSwitch, "a"),
    (
      "call_function g set_grad (True) m=\ncall_function a enter ('cpu' None True None) m=",
      .unterminatedAutocast, "a"
    ),
    ("call_function g set_grad (True) m=\ncall_function a exit (%x) m=", .badSwitch, "a"),
    ("call_function a exit (%x) m=", .unbalancedAutocast, "a"),
    (
      "call_function e enter ('cpu' None True None) m=\n"
        + "call_function f enter ('cpu' None True None) m=\n"
        + "call_function a exit (%e) m=\ncall_function b exit (%f) m=", .unbalancedAutocast, "a"
    ),
    ("call_function a enter (1 None True None) m=\ncall_function b exit (%a) m=", .badSwitch, "a"),
  ])
  func switchesAreChecked(_ body: String, _ expected: FXError.Code, _ node: String) {
    let module = GraphText.module(
      "placeholder x x () m=\n\(body)\noutput output output ((%x)) m=")
    let before = GraphText.lines(of: module)
    let found = code { try PassPipeline("replace-set-grad,replace-autocast").run(on: module) }
    #expect(found == (expected, node))
    #expect(GraphText.lines(of: module) == before)
  }

  @Test func splitErrors() {
    let module = GraphText.module(
      """
      placeholder x x () m=
      call_function a sin (%x) m=
      call_function b sin (%a) m=
      call_function c add (%a %b) m=
      output output output ((%c)) m=
      """)
    let cycle = code { _ = try module.splitModule { $0.name == "b" ? 1 : 0 } }
    #expect(cycle.0 == .partitionCycle)
    module.graph.inserting(before: module.graph.node(named: "a")!)
      .callFunction(Targets.setGradEnabled, [false])
    let order = code { _ = try module.splitModule { $0.name == "b" ? 0 : 1 } }
    #expect(order == (.nonMonotonicPartitions, "b"))
  }

  @Test func inlineErrorsChangeNothing() throws {
    let module = GraphText.module(
      """
      placeholder x x () m=
      call_module a part (%x) m=
      call_module b part () m=
      call_module c part (1) m=
      call_module d none (%x) m=
      call_function e sin (%a) m=
      output output output ((%e)) m=
      module part
        placeholder y y () m=
        call_function s sin (%y) m=
        output output output ((%s)) m=
      """)
    let before = GraphText.lines(of: module)
    for (name, expected) in [
      ("a", FXError.Code.inlineResult), ("b", .inlineArguments), ("c", .inlineArguments),
      ("d", .notInlinable), ("e", .notInlinable),
    ] {
      let node = try #require(module.graph.node(named: name))
      #expect(code { try module.inline(node) }.0 == expected, "\(name)")
    }
    #expect(GraphText.lines(of: module) == before)
  }

  @Test func brokenGraphNamesThePass() {
    let breaking = GraphPass("break", "breaks") { module, _ in
      module.graph.end.placeholder("late")
      return true
    }
    let module = GraphText.module("placeholder x x () m=\noutput output output ((%x)) m=")
    var pipeline = PassPipeline([PassPipeline.Step(breaking)])
    #expect(code { try pipeline.run(on: module) }.0 == .brokenByPass)
    pipeline.verifiesEach = false
    #expect(code { try pipeline.run(on: module) }.0 == nil)
  }

  @Test func registryHasEachNameOnce() {
    let names = GraphPass.all.map(\.name)
    #expect(Set(names).count == names.count)
  }
}
