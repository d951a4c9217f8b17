import FXATen
import FXCore
import FXGraph
import FXOperators
import FXSchemas
import Testing

@Suite struct CallTests {
  let library = OperatorLibrary(context: GraphContext())

  private func call(
    _ target: String, _ args: [Argument], _ kwargs: [NamedArgument] = []
  ) -> Node {
    Graph(context: library.context).end.callFunction(target, args, kwargs: kwargs)
  }

  private func codes(
    _ target: String, _ args: [Argument], _ kwargs: [NamedArgument] = []
  ) -> [FXError.Code] {
    let node = call("torch.ops.\(target)", args, kwargs)
    let errors = library.checkCall(node)
    #expect(errors.allSatisfy { $0.place.node == node.name })
    return errors.map(\.code)
  }

  /// Stands for a tensor: nothing but its `repr` is known of it.
  private let x = Argument.opaque("x")

  @Test func arity() {
    #expect(codes("aten.relu.default", [x]) == [])
    #expect(codes("aten.relu.default", []) == [.missingArgument])
    #expect(codes("aten.relu.default", [x, x]) == [.tooManyArguments])
    #expect(codes("aten.relu.default", [], [NamedArgument("self", x)]) == [])
    #expect(codes("aten.relu.default", [x], [NamedArgument("self", x)]) == [.duplicateArgument])
    #expect(codes("aten.relu.default", [x], [NamedArgument("y", 1)]) == [.unknownKeyword])
    #expect(codes("aten.gelu.default", [x, "none"]) == [.tooManyArguments])
    #expect(codes("aten.gelu.default", [x], [NamedArgument("approximate", "tanh")]) == [])
    #expect(
      codes("aten.add.Tensor", [], [NamedArgument("alpha", "a"), NamedArgument("b", 1)])
        == [.argumentType, .unknownKeyword, .missingArgument, .missingArgument])
    #expect(codes("aten.einsum.sublist", [x, x, x]) == [])
    #expect(codes("aten.no_such.default", [x]) == [.unknownOperator])
    #expect(codes("mylib.f.default", [x]) == [])
    #expect(codes("higher_order.cond", [x]) == [])
  }

  /// PyTorch goes by the names that a file gives.
  @Test func namesOfPositions() {
    let node = call("torch.ops.aten.sub.Tensor", [x, x])
    node.argNames = ["self", "other"]
    #expect(library.checkCall(node).isEmpty)
    node.argNames = [nil, "other"]
    #expect(library.checkCall(node).isEmpty)
    node.argNames = ["other", "self"]
    #expect(library.checkCall(node).map(\.code) == [.unknownKeyword, .unknownKeyword])
    node.argNames = ["self", "nobody"]
    #expect(library.checkCall(node).map(\.code) == [.unknownKeyword])
  }

  /// What PyTorch 2.15 says of the same calls.
  @Test func literalsPyTorchTakes() {
    #expect(codes("aten.sum.dim_IntList", [x, 1]) == [])
    #expect(codes("aten.sum.dim_IntList", [x, [1], nil]) == [])
    #expect(codes("aten.sum.dim_IntList", [x, [1], 1.0]) == [])
    #expect(codes("aten.add.Tensor", [x, 1]) == [])
    #expect(codes("aten.add.Tensor", [x, .complex(real: 0, imaginary: 1)]) == [])
    #expect(codes("aten.unsqueeze.default", [x, true]) == [])
    #expect(codes("aten.unsqueeze.default", [x, .dtype(.uint8)]) == [])
    #expect(codes("aten.dropout.default", [x, 0, true]) == [])
    #expect(codes("aten.mul.Scalar", [x, .dtype(.int8)]) == [])
    #expect(codes("aten._to_copy.default", [x], [NamedArgument("dtype", 6)]) == [])
    #expect(codes("aten._to_copy.default", [x], [NamedArgument("device", "cpu")]) == [])
    #expect(codes("aten.cat.default", [.tuple([x, x])]) == [])
    #expect(codes("aten.index.Tensor", [x, [nil, x]]) == [])
    #expect(codes("aten.permute.default", [x, [true, false]]) == [])
  }

  @Test func literalsPyTorchRefuses() {
    let refused: [(String, Argument)] = [
      ("aten.view.default", 8), ("aten.permute.default", 0),
      ("aten.permute.default", nil), ("aten.permute.default", [1.0, 0.0]),
      ("aten.lt.Tensor", 1), ("aten.fmod.Tensor", 1), ("aten.unsqueeze.default", 1.0),
      ("aten.unsqueeze.default", nil), ("aten.mul.Scalar", "a"), ("aten.mul.Scalar", nil),
      ("aten.mul.Scalar", [1]), ("aten.index.Tensor", [1]), ("aten.mul.Tensor", "x"),
    ]
    for (target, argument) in refused {
      #expect(codes(target, [x, argument]) == [.argumentType], "\(target) \(argument)")
    }
  }

  @Test func keywordsPyTorchRefuses() {
    for (name, value) in [("dtype", 6.0), ("dtype", "float32"), ("device", 0)]
      as [(String, Argument)]
    {
      #expect(
        codes("aten._to_copy.default", [x], [NamedArgument(name, value)]) == [.argumentType])
    }
    #expect(codes("aten.cat.default", [[x, nil]]) == [.argumentType])
    #expect(codes("aten.cat.default", [[x, 1]]) == [.argumentType])
    #expect(
      codes("aten.bernoulli.default", [x], [NamedArgument("generator", "a")]) == [.argumentType])
  }

  @Test func functionsOfNumbers() {
    func codes(_ target: String, _ args: [Argument]) -> [FXError.Code] {
      library.checkCall(call(target, args)).map(\.code)
    }
    #expect(codes("_operator.add", [1, x]) == [])
    #expect(codes("_operator.add", [1]) == [.missingArgument])
    #expect(codes("math.trunc", [x, x]) == [.tooManyArguments])
    #expect(codes("torch.nn.functional.relu", [x, x, x]) == [])
    #expect(codes("torch._C._set_grad_enabled", [true, true]) == [])
  }

  @Test func argumentNames() throws {
    func names(_ target: String, _ args: [Argument]) -> [String?] {
      library.argumentNames(of: call(target, args))
    }
    #expect(names("torch.ops.aten.add.Tensor", [x, x]) == ["self", "other"])
    #expect(names("torch.ops.aten.add.Tensor", [x, x, x]) == ["self", "other", nil])
    #expect(names("_operator.floordiv", [1, 2]) == ["a", "b"])
    #expect(names("torch.sym_ite", [x, 1, 2]) == ["b", "t", "f"])
    #expect(names("math.trunc", [x]) == ["x"])
    #expect(names("torch.ops.higher_order.cond", [x, x]) == ["", ""])
    #expect(names("torch._C._set_grad_enabled", [true]) == [""])
    #expect(names("torch.ops.mylib.f.default", [x]) == [nil])
    library.declare(try OperatorSchema(parsing: "mylib::f(Tensor x) -> Tensor"))
    #expect(names("torch.ops.mylib.f.default", [x]) == ["x"])
  }

  @Test func normalizing() {
    let node = call(
      "torch.ops.aten.full.default", [[2], 1],
      [
        NamedArgument("pin_memory", false), NamedArgument("extra", 1),
        NamedArgument("dtype", .dtype(.float32)),
      ])
    library.normalizeArguments(of: node)
    #expect(node.argNames == ["size", "fill_value"])
    #expect(node.kwargs.map(\.name) == ["dtype", "pin_memory", "extra"])
    let scalar = call("torch.ops.aten.full.default", [[], 1])
    library.normalizeArguments(of: scalar)
    #expect(scalar.arg(0) == .list([], as: .asInts))
    let joined = call("torch.ops.aten.cat.default", [[]], [NamedArgument("dim", 0)])
    library.normalizeArguments(of: joined)
    #expect(joined.arg(0) == .list([], as: .asTensors))
    let custom = call("torch.ops.mylib.f.default", [x])
    custom.argNames = ["kept"]
    library.normalizeArguments(of: custom)
    #expect(custom.argNames == ["kept"])
  }
}
