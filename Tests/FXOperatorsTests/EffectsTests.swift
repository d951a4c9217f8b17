import FXATen
import FXCore
import FXGraph
import FXOperators
import FXSchemas
import Testing

@Suite struct EffectsTests {
  let context = GraphContext()
  var library: OperatorLibrary { OperatorLibrary(context: context) }

  private func call(
    _ target: String, _ args: [Argument] = [], _ kwargs: [NamedArgument] = [],
    in graph: Graph? = nil
  ) -> Node {
    (graph ?? Graph(context: context)).end.callFunction(target, args, kwargs: kwargs)
  }

  static let functionTable: [(EffectSet, String)] = [
    (
      [],
      """
      torch.ops.aten.add.Tensor torch.ops.aten.view.default torch.ops.aten.add
      torch.ops._c10d_functional.all_reduce.default torch.ops.quantized.linear.default
      torch.ops.higher_order.cond _operator.getitem _operator.add math.trunc torch.sym_max
      torch.relu torch.nn.functional.relu getattr torch._functorch.predispatch._add_batch_dim
      """
    ),
    (
      .mutation,
      """
      torch.ops.aten.add_.Tensor torch.ops.aten.add.out _operator.setitem _operator.iadd
      torch.relu_
      """
    ),
    (
      .random,
      """
      torch.ops.aten.rand.default torch.ops.aten.native_dropout.default torch.rand
      torch.nn.functional.dropout
      """
    ),
    (
      [.mutation, .random],
      """
      torch.ops.aten.bernoulli_.float
      """
    ),
    (
      .sideEffect,
      """
      torch.ops.aten._assert_scalar.default torch.ops.aten._assert_async.msg
      torch.ops.aten._assert_async.default torch.ops.aten.sym_constrain_range_for_size.default
      torch.ops.aten._print.default torch.ops.profiler._record_function_enter_new
      torch.ops._c10d_functional.wait_tensor.default torch.ops.higher_order.print
      torch.ops.higher_order.call_torchbind torch._C._set_grad_enabled
      torch.amp.autocast_mode._enter_autocast torch.amp.autocast_mode._exit_autocast
      torch.manual_seed torch._functorch.predispatch._vmap_increment_nesting
      """
    ),
    (
      .unknown,
      """
      torch.ops.mylib.f.default torch.ops.higher_order.no_such print my.module.function
      """
    ),
  ]

  @Test(arguments: EffectsTests.functionTable)
  func functions(effects: EffectSet, targets: String) {
    let library = library
    let withoutRandom = effects.subtracting(.random)
    for target in targets.split(whereSeparator: \.isWhitespace) {
      let node = call(String(target))
      #expect(library.effects(of: node) == effects, "\(target)")
      #expect(library.isImpure(node) == !effects.isEmpty, "\(target)")
      #expect(library.isImpure(node, countingRandom: false) == !withoutRandom.isEmpty, "\(target)")
    }
  }

  /// No schema tells that these write: `batch_norm(input, weight, bias, mean, var, training, ...)`.
  @Test func runningStatistics() {
    let graph = Graph(context: context)
    let x = Argument.node(graph.end.placeholder("x"))
    let library = library
    func effects(_ name: String, _ args: [Argument], _ kwargs: [NamedArgument] = []) -> EffectSet {
      library.effects(of: call("torch.ops.aten.\(name)", args, kwargs, in: graph))
    }
    for name in ["batch_norm", "instance_norm"] {
      let tail: [Argument] = [0.1, 1e-5, true]
      #expect(effects("\(name).default", [x, .none, .none, x, x, true] + tail) == .mutation)
      #expect(effects("\(name).default", [x, .none, .none, x, x, x] + tail) == .mutation)
      #expect(effects("\(name).default", [x, .none, .none, x, x, false] + tail) == [])
      #expect(effects("\(name).default", [x, .none, .none, .none, .none, true] + tail) == [])
      #expect(effects(name, [x, .none, .none, x, x, true] + tail) == .mutation)
    }
    let named = ["running_mean", "running_var"].map { NamedArgument($0, x) }
    #expect(effects("native_batch_norm.default", [x], named) == .mutation)
    #expect(
      effects("native_batch_norm.default", [x], named + [NamedArgument("training", false)]) == [])
    #expect(effects("batch_norm_update_stats.default", [x, x, x, 0.1]) == .mutation)
    #expect(effects("batch_norm_update_stats.default", [x, .none, .none, 0.1]) == [])
    #expect(effects("_native_batch_norm_legit_no_training.default", [x, x, x, x, x]) == [])
  }

  @Test func argumentsOfPythonFunctions() {
    let graph = Graph(context: context)
    let x = graph.end.placeholder("x")
    let library = library
    func effects(
      _ target: String, _ args: [Argument], _ kwargs: [NamedArgument] = []
    ) -> EffectSet {
      library.effects(of: call("torch.nn.functional.\(target)", args, kwargs, in: graph))
    }
    #expect(effects("relu", [.node(x), true]) == .mutation)
    #expect(effects("relu", [.node(x)], [NamedArgument("inplace", true)]) == .mutation)
    #expect(effects("relu", [.node(x)], [NamedArgument("inplace", false)]) == [])
    #expect(effects("dropout", [.node(x), 0.5, false]) == [])
    #expect(effects("dropout", [.node(x), 0.5, true, true]) == [.random, .mutation])
    #expect(effects("dropout", [.node(x)], [NamedArgument("training", .node(x))]) == .random)
    let out = call("torch.add", [.node(x), 1], [NamedArgument("out", .node(x))], in: graph)
    #expect(library.effects(of: out) == .mutation)
  }

  @Test func kindsThatStay() {
    let graph = Graph(context: context)
    let x = graph.end.placeholder("x")
    #expect(library.isImpure(x))
    #expect(!library.isImpure(graph.end.getAttr("w")))
    #expect(library.isImpure(graph.end.output(.node(x))))
  }

  static let methodTable: [(String, EffectSet)] = [
    ("add_", .mutation), ("add", []), ("__getitem__", []), ("__setitem__", .mutation),
    ("bernoulli", .random), ("backward", .sideEffect), ("size", []),
  ]

  @Test(arguments: EffectsTests.methodTable)
  func methods(name: String, effects: EffectSet) {
    let graph = Graph(context: context)
    let x = graph.end.placeholder("x")
    #expect(library.effects(of: graph.end.callMethod(name, [.node(x)])) == effects)
  }

  @Test func modules() {
    let graph = Graph(context: context)
    let module = GraphModule(graph)
    let inner = GraphModule(Graph(context: context))
    let innerX = inner.graph.end.placeholder("x")
    _ = call("torch.ops.aten.add_.Tensor", [.node(innerX), 1], in: inner.graph)
    _ = inner.graph.end.output(.node(innerX))
    module["linear"] = .module(Module(className: "torch.nn.modules.linear.Linear"))
    module["norm"] = .module(Module(className: "torch.nn.modules.batchnorm.BatchNorm2d"))
    module["custom"] = .module(Module(className: "mine.Linear"))
    module["inner"] = .module(inner)
    let x = graph.end.placeholder("x")
    let expected: [(String, EffectSet)] = [
      ("linear", []), ("norm", .unknown), ("custom", .unknown), ("inner", .mutation),
      ("missing", .unknown),
    ]
    let library = library
    for (name, effects) in expected {
      #expect(library.effects(of: graph.end.callModule(name, [.node(x)])) == effects, "\(name)")
    }
  }

  /// Builds `cond(x, @true, @false)`, with one call in the branch for false, inside `levels` calls.
  private func cond(calling target: String, levels: Int) -> Node {
    let pure = GraphModule(Graph(context: context))
    _ = pure.graph.end.output(.tuple([.node(pure.graph.end.placeholder("x"))]))
    let branch = GraphModule(Graph(context: context))
    let x = branch.graph.end.placeholder("x")
    let result = branch.graph.end.callFunction(target, [.node(x)])
    _ = branch.graph.end.output(.tuple([.node(result)]))
    var falseBranch = branch
    var node: Node?
    for _ in 0..<levels {
      let outer = GraphModule(Graph(context: context))
      outer["t"] = .module(pure)
      outer["f"] = .module(falseBranch)
      let x = outer.graph.end.placeholder("x")
      let (t, f) = (outer.graph.end.getAttr("t"), outer.graph.end.getAttr("f"))
      let call = outer.graph.end.callFunction(
        "torch.ops.higher_order.cond", [.node(x), .node(t), .node(f), .tuple([.node(x)])])
      _ = outer.graph.end.output(.node(call))
      falseBranch = outer
      keep.modules.append(outer)
      node = call
    }
    return node!
  }

  /// Keeps modules alive, which nodes do not.
  private final class Keeper { var modules: [GraphModule] = [] }
  private let keep = Keeper()

  @Test func higherOrderOperatorsAreAsTheirSubgraphs() {
    #expect(library.effects(of: cond(calling: "torch.ops.aten.relu.default", levels: 1)) == [])
    #expect(
      library.effects(of: cond(calling: "torch.ops.aten.relu_.default", levels: 1)) == .mutation)
    #expect(
      library.effects(of: cond(calling: "torch.ops.aten.rand_like.default", levels: 3)) == .random)
  }

  @Test func sharedSubgraphsAreVisitedOnce() {
    var module = GraphModule(Graph(context: context))
    _ = module.graph.end.output(.node(module.graph.end.placeholder("x")))
    var last: Node?
    for _ in 0..<40 {
      let outer = GraphModule(Graph(context: context))
      outer["a"] = .module(module)
      outer["b"] = .module(module)
      let (a, b) = (outer.graph.end.getAttr("a"), outer.graph.end.getAttr("b"))
      last = outer.graph.end.callFunction(
        "torch.ops.higher_order.cond", [true, .node(a), .node(b)])
      module = outer
      keep.modules.append(outer)
    }
    #expect(library.effects(of: last!) == [])
  }

  @Test func operatorsAmongArguments() {
    let wrapped = Argument.function("torch.ops.aten.add_.Tensor")
    let hop = "torch.ops.higher_order."
    #expect(library.effects(of: call(hop + "auto_functionalized_v2", [wrapped])) == [])
    #expect(
      library.effects(of: call(hop + "auto_functionalized", [.function("torch.ops.my.f.default")]))
        == [])
    let printing = Argument.function("torch.ops.aten._print.default")
    #expect(library.effects(of: call(hop + "with_effects", ["token", printing])) == .sideEffect)
    #expect(library.effects(of: call(hop + "foreach_map", [.list([wrapped])])) == .mutation)
  }

  @Test func declarationsReplaceWhatIsKnown() throws {
    let library = library
    let node = call("torch.ops.mylib.f.default")
    #expect(library.effects(of: node) == .unknown)
    library.declare(try OperatorSchema(parsing: "mylib::f(Tensor x) -> Tensor"))
    #expect(library.effects(of: node) == [])
    library.declare(try OperatorSchema(parsing: "mylib::f(Tensor(a!) x) -> ()"))
    #expect(library.effects(of: node) == [.mutation, .sideEffect])
    library.declare(effects: [], of: "torch.ops.mylib.f.default")
    #expect(library.effects(of: node) == [])
  }

  @Test func deadCodeGoesAndEffectsStay() {
    let graph = Graph(context: context)
    let x = graph.end.placeholder("x")
    _ = call("torch.ops.aten.relu.default", [.node(x)], in: graph)
    let write = call("torch.ops.aten.add_.Tensor", [.node(x), 1], in: graph)
    _ = graph.end.output(.node(x))
    let library = library
    #expect(graph.eliminateDeadCode { library.isImpure($0) } == 1)
    #expect(graph.nodes.map(\.name) == ["x", write.name, "output"])
  }
}
