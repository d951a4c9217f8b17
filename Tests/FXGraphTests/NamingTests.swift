import FXCore
import FXGraph
import Testing

/// Names as torch.fx 2.15 gives them for the same requests in the same order.
///
/// One difference is left: asked for `None`, torch.fx makes a node `None`, and FXKit `None_1`.
@Suite struct NamingTests {
  @Test func makesNamesUniqueAsTorchFX() {
    let requests = [
      ("x", "x"), ("x", "x_1"), ("x_1", "x_2"), ("x_1", "x_3"), ("add", "add"), ("add_3", "add_3"),
      ("add", "add_4"), ("add", "add_5"), ("input", "input_1"), ("input", "input_2"),
      ("max", "max_1"), ("a.b", "a_b"), ("a..b", "a_b_1"), ("_x", "_x"), ("__x__", "__x__"),
      ("1x", "_1x"), ("", "_unnamed"), ("a_", "a_"), ("a_1_2", "a_1_2"), ("a_1", "a_1"),
      ("ABC", "ABC"), ("camelCase", "camelCase"), ("a-b c", "a_b_c"), ("_1", "_1"),
      ("x_007", "x_007"), ("x_7", "x_7"), ("self", "self"), ("a__b", "a__b"), ("größe", "gr_e"),
      ("x_1_1", "x_1_1"), ("x_1", "x_8"), ("inf", "inf_1"), ("nan", "nan_1"),
      ("s_12345678901", "s_12345678901"),
    ]
    let graph = Graph()
    let p = graph.end.placeholder("p")
    for (request, name) in requests {
      let node = graph.end.callFunction("torch.relu", [.node(p)], name: request)
      #expect(node.name == name, "for '\(request)'")
    }
  }

  @Test func proposesNamesFromTargetsAsTorchFX() {
    let graph = Graph()
    let p = Argument.node(graph.end.placeholder("p"))
    let functions = [
      ("_operator.add", "add"), ("torch.ops.aten.add.Tensor", "add_tensor"),
      ("torch.ops.aten.sin.default", "sin_default"), ("torch.relu", "relu"),
      ("torch.sym_max", "sym_max"), ("getattr", "getattr_1"),
      ("torch.ops.aten._softmax.default", "_softmax_default"), ("_operator.and_", "and_"),
      ("torch.ops.higher_order.cond", "cond"), ("_operator.getitem", "getitem"),
      ("_operator.getitem", "getitem_1"),
    ]
    for (target, name) in functions {
      #expect(graph.end.callFunction(target, [p]).name == name)
    }
    for (target, name) in [
      ("__add__", "add_1"), ("relu_", "relu_"), ("viewAs", "view_as"), ("T", "t"),
    ] {
      #expect(graph.end.callMethod(target, [p]).name == name)
    }
    for (target, name) in [("layers.0.Conv2d", "layers_0_conv2d"), ("0", "_0"), ("fc", "fc")] {
      #expect(graph.end.callModule(target, [p]).name == name)
    }
    for (target, name) in [("weight", "weight"), ("a.b.0", "a_b_0")] {
      #expect(graph.end.getAttr(target).name == name)
    }
  }

  @Test func renamesAndKeepsNamesTaken() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    let y = graph.end.callFunction("torch.relu", [.node(x)], name: "y")
    #expect(graph.rename(y, to: "x") == "x_1")
    #expect(graph.node(named: "y") == nil)
    #expect(graph.node(named: "x_1") == y)
    #expect(graph.end.callFunction("torch.relu", [.node(x)], name: "y").name == "y_1")
    #expect { try graph.setExactName(of: y, to: "x") } throws: {
      ($0 as? FXError)?.code == .duplicateName
    }
    try graph.setExactName(of: y, to: "weird name")
    #expect(graph.node(named: "weird name") == y)
  }
}
