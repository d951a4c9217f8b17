import FXCore
import FXGraph
import Testing

/// Prints of graphs made by code; the expected texts are what torch.fx 2.15 prints for the same.
@Suite struct PrintingTests {
  static func mixed() -> GraphModule {
    let graph = Graph()
    let b = graph.end
    let x = b.placeholder("x")
    let y = b.placeholder("y", default: 3.0)
    let a = b.callFunction("_operator.add", [.node(x), .node(y)])
    let sum = b.callFunction("torch.add", [.node(a), 1], kwargs: [NamedArgument("alpha", 2)])
    let c = b.callMethod("relu", [.node(sum)])
    b.callFunction("getattr", [.node(c), "shape"])
    let e = b.callFunction(
      "_operator.getitem",
      [.node(c), .tuple([.slice(start: nil, stop: nil, step: 2), .ellipsis, nil])])
    let f = b.callFunction("math.trunc", [.node(e)])
    let h = b.callFunction("torch.sym_max", [.node(f), 1])
    let i = b.callFunction(
      "torch.ops.aten.full.default", [[2, .node(h)], .float(.infinity)],
      kwargs: [
        NamedArgument("dtype", .dtype(.float32)),
        NamedArgument("device", .device(Device(type: "cuda", index: 1))),
        NamedArgument("m", .memoryFormat(.contiguous)),
        NamedArgument("c", .complex(real: 1, imaginary: 2)),
        NamedArgument("z", .complex(real: 0, imaginary: 1)),
        NamedArgument(
          "d",
          .dict([
            Argument.DictEntry(key: "a", value: .node(x)),
            Argument.DictEntry(
              key: "b",
              value: [
                .device(.cpu), "s", .complex(real: 0, imaginary: 1),
                .function("torch.ops.aten.add.Tensor"), .function("_operator.add"),
              ]),
          ])),
        NamedArgument("f", .function("torch.ops.aten.add.Tensor")),
        NamedArgument("s", .slice(start: .node(x), stop: "a", step: .device(.cpu))),
      ])
    let j = b.callFunction("_operator.iadd", [.node(i), .node(x)])
    b.callFunction("_operator.setitem", [.node(j), 0, .node(x)])
    let l = b.callFunction("_operator.not_", [.node(j)])
    b.output(
      .dict([
        Argument.DictEntry(key: "a", value: [.node(i), .tuple([.node(j)])]),
        Argument.DictEntry(key: "b", value: .node(l)),
      ]))
    return GraphModule(graph)
  }

  @Test func listsArgumentsOfEveryKind() {
    #expect(
      Self.mixed().graph.listing == """
        graph():
            %x : [num_users=4] = placeholder[target=x]
            %y : [num_users=1] = placeholder[target=y](default=3.0)
            %add : [num_users=1] = call_function[target=operator.add](args = (%x, %y), kwargs = {})
            %add_1 : [num_users=1] = call_function[target=torch.add](args = (%add, 1), \
        kwargs = {alpha: 2})
            %relu : [num_users=2] = call_method[target=relu](args = (%add_1,), kwargs = {})
            %getattr_1 : [num_users=0] = call_function[target=builtins.getattr](args = \
        (%relu, shape), kwargs = {})
            %getitem : [num_users=1] = call_function[target=operator.getitem](args = (%relu, \
        (slice(None, None, 2), Ellipsis, None)), kwargs = {})
            %trunc : [num_users=1] = call_function[target=math.trunc](args = (%getitem,), \
        kwargs = {})
            %sym_max : [num_users=1] = call_function[target=torch.sym_max](args = (%trunc, 1), \
        kwargs = {})
            %full_default : [num_users=2] = call_function[target=torch.ops.aten.full.default](args \
        = ([2, %sym_max], inf), kwargs = {dtype: torch.float32, device: cuda:1, m: \
        torch.contiguous_format, c: (1+2j), z: 1j, d: {a: %x, b: [cpu, s, 1j, aten.add.Tensor, \
        <built-in function add>]}, f: aten.add.Tensor, s: slice(x, 'a', device(type='cpu'))})
            %iadd : [num_users=3] = call_function[target=operator.iadd](args = (%full_default, \
        %x), kwargs = {})
            %setitem : [num_users=0] = call_function[target=operator.setitem](args = (%iadd, 0, \
        %x), kwargs = {})
            %not_ : [num_users=1] = call_function[target=operator.not_](args = (%iadd,), kwargs = \
        {})
            return {'a': [full_default, (iadd,)], 'b': not_}
        """)
  }

  @Test func generatesCodeForOperatorsAndGlobals() {
    let expected = """



      def forward(self, x, y = 3.0):
          add = x + y;  y = None
          add_1 = torch.add(add, 1, alpha = 2);  add = None
          relu = add_1.relu();  add_1 = None
          getattr_1 = relu.shape;  getattr_1 = None
          getitem = relu[(slice(None, None, 2), Ellipsis, None)];  relu = None
          trunc = math_trunc(getitem);  getitem = None
          sym_max = torch.sym_max(trunc, 1);  trunc = None
          full_default = torch.ops.aten.full.default([2, sym_max], inf, dtype = torch.float32, \
      device = device(type='cuda', index=1), m = torch.contiguous_format, c = (1+2j), z = \
      complex(0.0, 1.0), d = {'a': x, 'b': [device(type='cpu'), 's', 1j, <OpOverload(op='aten.add', \
      overload='Tensor')>, <built-in function add>]}, f = torch.ops.aten.add.Tensor, s = slice(x, \
      'a', device(type='cpu')));  sym_max = None
          full_default += x;  iadd = full_default
          iadd[0] = x;  setitem = iadd;  x = setitem = None
          not_ = _operator_not_(iadd)
          return {'a': [full_default, (iadd,)], 'b': not_}

      """ + "    "
    #expect(Self.mixed().code == expected)
  }

  @Test func tabulatesLikePyTorch() {
    let lines = Self.mixed().graph.table.split(separator: "\n")
    let expected = """
      opcode         name          target                                                  args                                            kwargs
      -------------  ------------  ------------------------------------------------------  ----------------------------------------------  
      placeholder    x             x                                                       ()                                              {}
      placeholder    y             y                                                       (3.0,)                                          {}
      call_function  add           <built-in function add>                                 (x, y)                                          {}
      call_function  add_1         <built-in method add of type object at 0x000000000000>  (add, 1)                                        {'alpha': 2}
      call_method    relu          relu                                                    (add_1,)                                        {}
      call_function  getattr_1     <built-in function getattr>                             (relu, 'shape')                                 {}
      call_function  getitem       <built-in function getitem>                             (relu, (slice(None, None, 2), Ellipsis, None))  {}
      call_function  trunc         <built-in function trunc>                               (getitem,)                                      {}
      call_function  sym_max       <function sym_max at 0x000000000000>                    (trunc, 1)                                      {}
      """.split(separator: "\n")
    for (line, wanted) in zip(lines, expected) { #expect(line.hasPrefix(wanted)) }
    #expect(lines.count == 16)
  }

  @Test func tabulatesAnEmptyGraph() {
    #expect(
      Graph().table == """
        opcode    name    target    args    kwargs
        --------  ------  --------  ------  --------

        """)
  }

  @Test func showsTypesAndOddTargets() {
    let graph = Graph()
    let b = graph.end
    let x = b.makeNode(.placeholder, target: "x", type: "torch.Tensor")
    b.makeNode(.placeholder, target: "*args", type: "typing.List[int]")
    b.makeNode(.placeholder, target: "z", type: "typing.Optional[torch.Tensor]")
    b.makeNode(.placeholder, target: "w", type: "int | None")
    let t = b.makeNode(
      .callFunction, target: "torch.relu", args: [.node(x)], type: "typing.Tuple[int, ...]")
    b.makeNode(
      .callMethod, target: "foo.bar-x", args: [.node(x), 1], kwargs: [NamedArgument("k", 2)],
      type: "list[torch.Tensor]")
    b.callModule("layers.0.w", [.node(x), 1], kwargs: [NamedArgument("k", 2)])
    b.getAttr("layers.0.w")
    b.callFunction("_operator.neg", [.node(x)])
    b.output(.node(t), type: "dict[str, int]")
    let code = """



      def forward(self, x : torch.Tensor, *args : typing_List[int], z : \
      typing_Union[torch.Tensor,NoneType], w : typing_Union[int,NoneType]) -> dict[str,int]:
          _args = args
          relu : typing_Tuple[int,_] = torch.relu(x)
          foo_bar_x : list[torch.Tensor] = getattr(x.foo, "bar-x")(1, k = 2);  foo_bar_x = None
          layers_0_w = getattr(self.layers, "0").w(x, 1, k = 2);  layers_0_w = None
          layers_0_w_1 = getattr(self.layers, "0").w;  layers_0_w_1 = None
          neg = -x;  x = neg = None
          return relu

      """ + "    "
    #expect(GraphModule(graph).code == code)
    let lines = graph.listing.split(separator: "\n")
    #expect(
      lines[3] == "    %z : typing.Optional[torch.Tensor] [num_users=0] = placeholder[target=z]")
    #expect(
      lines[7] == "    %layers_0_w : [num_users=0] = call_module[target=layers.0.w]"
        + "(args = (%x, 1), kwargs = {k: 2})")
  }

  @Test func printsManyNodesInLinearTime() {
    let graph = Graph()
    var last = graph.end.placeholder("x")
    for _ in 0..<20_000 {
      last = graph.end.callFunction("torch.ops.aten.add.Tensor", [.node(last), 1])
    }
    graph.end.output(.tuple([.node(last)]))
    let module = GraphModule(graph)
    #expect(module.code.utf8.count > 1_000_000)
    #expect(module.readable().utf8.count > 1_000_000)
    #expect(graph.table.utf8.count > 1_000_000)
    #expect(graph.listing.utf8.count > 1_000_000)
  }
}
