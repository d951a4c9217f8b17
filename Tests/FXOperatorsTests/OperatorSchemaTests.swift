import FXCore
import FXGraph
import FXOperators
import FXSchemas
import Testing

@Suite struct OperatorSchemaTests {
  @Test func everyLineSurvivesParsingAndPrinting() throws {
    var count = 0
    var previous = ""
    try OperatorTable.forEachLine { line in
      let schema = try OperatorSchema(parsing: line)
      let tags = schema.tags.map { " #\($0)" }.joined()
      #expect(schema.description + tags == line)
      #expect(previous.utf8.lexicographicallyPrecedes(line.utf8))
      #expect(OperatorTable.schema(of: schema.target) == schema)
      for parameter in schema.parameters {
        #expect((parameter.defaultValue == nil) == parameter.isRequired)
        if case .opaque(let text)? = parameter.defaultValue { Issue.record("default \(text)") }
      }
      previous = line
      count += 1
    }
    #expect(count > 4400)
  }

  @Test func addTensor() throws {
    let schema = try #require(OperatorTable.schema(of: "torch.ops.aten.add.Tensor"))
    #expect(schema.parameterNames == ["self", "other", "alpha"])
    #expect(schema.positionalCount == 2)
    #expect(schema.parameters[2].defaultValue == .int(1))
    #expect(schema.isCore && !schema.isMutable && !schema.isRandom && !schema.isView)
    #expect(schema.returnsOneTensor)
    #expect(schema.target == "torch.ops.aten.add.Tensor")
  }

  @Test func absentOperators() {
    for target in [
      "torch.ops.aten.add", "torch.ops.aten.add.NoSuch", "torch.ops.aten.zzz.default",
      "torch.ops._", "aten::add", "", "torch.ops..", "torch.ops.aten.add.Tensor.x",
      "torch.ops.higher_order.cond", "torch.ops.aten.add\n.Tensor",
    ] {
      #expect(OperatorTable.schema(of: target) == nil, "\(target)")
    }
  }

  @Test(arguments: [
    ("aten::add_.Tensor", true, false), ("aten::view", false, true), ("aten::t_", true, false),
    ("aten::split.Tensor", false, true), ("aten::add.out", true, false),
    ("aten::contiguous", false, true), ("aten::clone", false, false),
    ("aten::_foreach_add_.Scalar", true, false), ("aten::relu", false, false),
  ])
  func writesAndViews(name: String, isMutable: Bool, isView: Bool) throws {
    let schema = try #require(OperatorTable.schema(named: name))
    #expect(schema.isMutable == isMutable)
    #expect(schema.isView == isView)
  }

  @Test func defaultsMeanWhatPyTorchMeans() throws {
    func value(_ operatorName: String, _ parameter: String) throws -> Argument? {
      let schema = try #require(OperatorTable.schema(named: operatorName))
      return try #require(schema.parameters.first { $0.name == parameter }).defaultValue
    }
    #expect(try value("aten::randperm", "dtype") == .dtype(.int64))
    #expect(try value("aten::contiguous", "memory_format") == .memoryFormat(.contiguous))
    #expect(try value("aten::conv2d", "stride") == .list([1, 1]))
    #expect(try value("aten::gelu", "approximate") == .string("none"))
    #expect(try value("aten::layer_norm", "eps") == .float(1e-05))
    #expect(try value("aten::elu", "alpha") == .int(1))
    #expect(try value("aten::clone", "memory_format") == Argument.none)
    #expect(try value("aten::lstrip", "chars") == .string(" \n\t\u{0C}\u{0B}"))
    #expect(try value("aten::sum.dim_IntList", "keepdim") == .bool(false))
  }

  @Test func typesHaveStructure() throws {
    let schema = try OperatorSchema(
      parsing: "a::b(Tensor(a!)?[] x, SymInt[2] y, Dict(str, Tensor(b -> *)) z, "
        + "__torch__.torch.classes.q.C c, (int, t)[]? w) -> (Tensor(b|c) out, Tensor[])")
    let types = schema.parameters.map(\.type)
    #expect(
      types[0]
        == .list(
          .optional(.aliased(.tensor, AliasSet(before: ["a"], isWrite: true))), count: nil))
    #expect(types[1] == .list(.named(.symInt), count: 2))
    #expect(types[2].alias == AliasSet(before: ["b"], after: ["*"]))
    #expect(types[3].isCustomClass)
    #expect(types[4].isOptional)
    #expect(schema.results.map(\.name) == ["out", nil])
    #expect(schema.results[0].type.alias?.before == ["b", "c"])
  }

  @Test(arguments: [
    ("", 0), ("aten", 4), ("aten::", 6), ("aten::f", 7), ("aten::f(", 8), ("aten::f(int", 11),
    ("aten::f(int )", 12), ("aten::f(int x", 13), ("aten::f(int x=)", 14),
    ("aten::f(int x=[1, 2) -> ()", 26), ("aten::f(int x=\"a) -> ()", 23), ("aten::f()", 9),
    ("aten::f() -> ", 13), ("aten::f() -> Tensor[", 20), ("aten::f() -> Tensor[x]", 20),
    ("aten::f(...", 11), ("aten::f(..., int x) -> ()", 13), ("aten::f() -> () x", 15),
    ("aten::f(Tensor(a x) -> ()", 16), ("aten::f(int x=\"\\", 16),
  ])
  func brokenSchemas(text: String, offset: Int) {
    #expect { try OperatorSchema(parsing: text) } throws: { error in
      let error = error as? FXError
      return error?.code == .schemaSyntax && error?.place.offset == offset
    }
  }

  @Test func deepTypesAreRefused() {
    let nested = String(repeating: "(", count: 100_000)
    let long = "Tensor" + String(repeating: "[]", count: 100_000)
    for type in [nested, long] {
      #expect { try OperatorSchema(parsing: "a::b(\(type) x) -> ()") } throws: {
        ($0 as? FXError)?.code == .schemaSyntax
      }
    }
  }
}
