import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTestSupport
import Testing

/// Operators that are given to higher-order ones are checked as calls of them would be.
@Suite struct CalleeTests {
  private func errors(_ call: String) throws -> [FXError] {
    let text = """
      fx 1
      module @main {
        %x = placeholder x : f32[3]
        %y = placeholder y : f32[3]
        %z = call_function torch.ops.higher_order.\(call) : (f32[3], f32[3])
        output (%z,)
      }
      """
    let module = try TextDocument(parsing: text).module
    let library = OperatorLibrary(context: module.context)
    return library.checkCall(try #require(module.graph.node(named: "z")))
  }

  static let table: [(String, [FXError.Code])] = [
    (
      "auto_functionalized_v2(@torch.ops.aten.add_.Tensor, other=%y, _self_base_index=0, _all_bases=[%x])",
      []
    ),
    (
      "auto_functionalized_v2(@torch.ops.aten._foreach_add_.Scalar, scalar=1, _self_length=1, _self_0_base_index=0, _all_bases=[%x])",
      []
    ),
    ("auto_functionalized(@torch.ops.aten.add_.Tensor, self=%x, other=%y)", []),
    ("auto_functionalized(@torch.ops.aten.add_.Tensor, self=%x)", [.missingArgument]),
    (
      "auto_functionalized_v2(@torch.ops.aten.add_.Tensor, _self_base_index=1, _all_bases=[%x])",
      [.missingArgument, .argumentType]
    ),
    (
      "auto_functionalized_v2(@torch.ops.aten.add_.Tensor, other=\"a\", _self_base_index=0, _all_bases=[%x])",
      [.argumentType]
    ),
    (
      "auto_functionalized_v2(@torch.ops.aten.add_.Tensor, other=%y, more=1, _self_base_index=0, _all_bases=[%x])",
      [.unknownKeyword]
    ),
    ("auto_functionalized_v2(@torch.ops.aten.no_such_.default, x=%x)", [.unknownOperator]),
    ("auto_functionalized_v2(@torch.ops.mine.any_.default, x=%x)", []),
    ("auto_functionalized_v2(1, x=%x)", [.argumentType]),
    ("with_effects(%x, @torch.ops.aten.relu.default, %y)", []),
    ("with_effects(%x, @torch.ops.aten.relu.default)", [.missingArgument]),
    ("with_effects(%x, @torch.ops.higher_order.no_such, %y)", [.unknownOperator]),
    ("with_effects(%x, @torch.ops.higher_order.cond, %y)", []),
    ("out_dtype(@torch.ops.aten.mm.default, torch.int32, %x, %y)", []),
    ("out_dtype(@torch.ops.aten.mm.default, torch.int32, %x)", [.missingArgument]),
    ("out_dtype(%y, torch.int32, %x)", [.argumentType]),
    ("run_and_save_rng_state(@torch.ops.aten.bernoulli.default, %x, 1)", [.tooManyArguments]),
    ("run_with_rng_state(%x, @torch.ops.aten.bernoulli.default, %x)", []),
  ]

  @Test(arguments: table) func areChecked(_ call: String, _ codes: [FXError.Code]) throws {
    let errors = try errors(call)
    #expect(errors.map(\.code) == codes, "\(errors)")
    #expect(errors.allSatisfy { $0.place.node == "z" })
  }

  @Test func assertionsWriteNothing() throws {
    let module = try TextDocument(
      parsing: """
        fx 1
        module @main {
          %x = placeholder x : f32[3]
          %a = call_function torch.ops.aten._assert_tensor_metadata.default(a: %x)
          output (%x,)
        }
        """
    ).module
    let library = OperatorLibrary(context: module.context)
    let node = try #require(module.graph.node(named: "a"))
    #expect(library.effects(of: node) == .sideEffect)
    #expect(library.mayAlias(node) == false)
  }

  /// PyTorch's loader fails at arguments whose names are Python's own words.
  @Test func wordsOfPythonAreFoundAndGivenByPosition() throws {
    let module = try TextDocument(
      parsing: """
        fx 1
        module @main {
          %x = placeholder x : f32[3]
          %a = call_function torch.ops.aten.uniform_.default(self: %x)
          %b = call_function torch.ops.aten.uniform_.default(self: %a, to=2.0)
          %c = call_function torch.ops.aten.uniform_.default(self: %b, from: 1.0)
          %d = call_function torch.ops.aten.uniform.default(%c, from=1.0)
          %e = call_function torch.ops.aten.relu.default(self: %d)
          output (%e,)
        }
        """
    ).module
    let library = OperatorLibrary(context: module.context)
    let found = module.graph.nodes.filter { !library.keywordFindings(of: $0).isEmpty }
    #expect(found.map(\.name) == ["a", "b"])
    #expect(library.keywordFindings(of: found[0]).map(\.code) == [.omittedKeyword])
    for node in module.graph.nodes { library.giveKeywordDefaults(to: node) }
    #expect(module.graph.nodes.allSatisfy { library.keywordFindings(of: $0).isEmpty })
    let names = ["a", "b", "c", "d"].map { name in
      module.graph.node(named: name).map { $0.args.count } ?? -1
    }
    #expect(names == [2, 2, 2, 1])
    let b = try #require(module.graph.node(named: "b"))
    #expect(b.arg(1) == .float(0) && b.argNames == ["self", "from"] && b.kwarg("to") == .float(2))
  }
}
