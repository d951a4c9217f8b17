import FXTestSupport
import Testing

/// Operators that `--operators FILE` declares.
struct OperatorFileTests {
  private let folder = TemporaryFolder()
  private let path = Fixtures.path("custom/operators.pt2")
  private let plain = Fixtures.path("custom/plain.pt2")

  /// The bodies of all operators of the fixture.
  private static let bodies = """
    fx 1
    module @operators {
      module @scaled "mylib::scaled(Tensor x, float factor=2.) -> Tensor" {
        %x = placeholder
        %factor = placeholder
        %y = call_function torch.ops.aten.mul.Scalar(%x, %factor)
        output %y
      }
      module @extremes "mylib::extremes(Tensor x, SymInt dim) -> (Tensor, Tensor)" {
        %x = placeholder
        %dim = placeholder
        %low = call_function torch.ops.aten.amin.default(%x, [%dim])
        %high = call_function torch.ops.aten.amax.default(%x, [%dim])
        output (%low, %high)
      }
      module @add_to "mylib::add_to(Tensor(a!) x, Tensor y) -> ()" {
        %x = placeholder
        %y = placeholder
        %sum = call_function torch.ops.aten.add_.Tensor(%x, %y)
        output None
      }
    }
    """

  /// The schemas alone.
  private static let schemas = """
    fx 1
    module @operators {
      leaf @scaled "mylib::scaled(Tensor x, float factor=2.) -> Tensor"
      leaf @extremes "mylib::extremes(Tensor x, SymInt dim) -> (Tensor, Tensor)"
      leaf @add_to "mylib::add_to(Tensor(a!) x, Tensor y) -> ()"
    }
    """

  private func file(_ text: String, _ name: String = "operators.fx") -> String {
    folder.write(name, text.utf8)
    return folder.file(name)
  }

  @Test func programsRunByBodies() {
    let operators = file(Self.bodies)
    #expect(Invocation("run", path).status == 1)
    #expect(Invocation("run", path, "--check").status == 1)
    #expect(Invocation("run", path, "--check", "--operators", operators).status == 0)
    let run = Invocation("run", path, "--operators", operators)
    #expect(run.status == 0)
    let same = Invocation("compare", plain, path, "--operators", operators)
    #expect(same.status == 0)
    #expect(same.errors.isEmpty)
    // PyTorch wraps the operator that writes in auto_functionalized_v2.
    let decomposed = Fixtures.path("custom/decomposed.pt2")
    #expect(Invocation("compare", plain, decomposed, "--operators", operators).status == 0)
    let other = file(Self.bodies.replacing("amax", with: "amin"), "other.fx")
    #expect(Invocation("compare", plain, path, "--operators", other).status == 1)
  }

  @Test func decomposeTakesThemApart() throws {
    let operators = file(Self.bodies)
    let output = folder.file("out.pt2")
    let run = Invocation(
      "transform", path, "-p", "propagate-shapes=check,decompose", "--operators", operators,
      "--check-numerics", "--verify-each", "-o", output)
    #expect(run.status == 0)
    // Nothing of the library is left, so that the program runs without the file.
    #expect(Invocation("compare", plain, output).status == 0)
    #expect(!Invocation("print", output).text.contains("mylib"))
    #expect(Invocation("validate", "--strict", output).status == 0)
  }

  @Test func schemasAreEnoughToValidateAndTransform() {
    let operators = file(Self.schemas)
    #expect(Invocation("validate", path, "--operators", operators).status == 0)
    let wrong = file(Self.schemas.replacing("float factor=2.", with: "Tensor factor"), "wrong.fx")
    let findings = Invocation("validate", path, "--operators", wrong)
    #expect(findings.status == 1)
    #expect(findings.text.contains("[operator.argumentType]"))
    let passes = Invocation(
      "transform", path, "-p", "eliminate-dead-code", "--operators", operators)
    #expect(passes.status == 0)
    let run = Invocation("run", path, "--operators", operators)
    #expect(run.status == 1)
    #expect(run.errors.contains { $0.contains("FXKit can't run") })
  }

  @Test func severalFilesAddUp() {
    let parts = Self.bodies.split(separator: "  module @extremes")
    let first = file(parts[0] + "}", "first.fx")
    let second = file("fx 1\nmodule @operators {\n  module @extremes" + parts[1], "second.fx")
    #expect(Invocation("run", path, "--operators", first, "--operators", second).status == 0)
    let twice = Invocation("run", path, "--operators", first, "--operators", first)
    #expect(twice.errors.contains { $0.contains("is declared twice") })
  }

  /// Texts that declare nothing that could be called, and what is said of each.
  static let refused: [(body: String, words: String)] = [
    ("", "no operator is declared"),
    ("leaf @a \"mylib::a(Tensor x)\"", "expected ' -> '"),
    ("module @a { }", "in the schema"),
    ("module @a \"aten::relu(Tensor self) -> Tensor\" {\n%x = placeholder\noutput %x }", "knows"),
    (
      "module @a \"torchvision::nms(Tensor x) -> Tensor\" {\n%x = placeholder\noutput %x }",
      "knows"
    ),
    ("module @a \"mylib::a(Tensor x) -> Tensor\" { output None }", "0 inputs"),
    (
      """
      module @a "mylib::a(Tensor x) -> Tensor" {
        %x = placeholder
        %y = call_function torch.ops.mylib.b.default(%x)
        output %y
      }
      module @b "mylib::b(Tensor x) -> Tensor" {
        %x = placeholder
        %y = call_function torch.ops.mylib.a.default(%x)
        output %y
      }
      """, "calls the operator itself"
    ),
    (
      """
      module @a "mylib::a(Tensor x) -> Tensor" {
        %x = placeholder
        %y = call_method relu(%x)
        output %y
      }
      """, "may call functions alone"
    ),
  ]

  /// Bodies of an operator that do not fit its schema, and what is said of each.
  static let unfitting: [(schema: String, body: String, words: String)] = [
    (
      "(Tensor x) -> (Tensor, Tensor)", "%x = placeholder\noutput (%x,)",
      "returns 1 value, and the schema"
    ),
    (
      "(Tensor x) -> (Tensor, Tensor)", "%x = placeholder\noutput %x",
      "returns 1 value, and the schema"
    ),
    ("(Tensor x) -> Tensor", "%x = placeholder\noutput (%x, %x)", "returns 2 values"),
    ("(Tensor x) -> ()", "%x = placeholder\noutput %x", "returns 1 value, and the schema"),
    ("(Tensor x) -> Tensor", "%x = placeholder\noutput 3", "result 0 of the graph"),
    ("(Tensor x) -> Tensor", "%x = placeholder\noutput None", "is None"),
    (
      "(Tensor x) -> Tensor[]", "%x = placeholder\noutput %x",
      "is Tensor, and by the schema Tensor[]"
    ),
    ("(Tensor x) -> Tensor[]", "%x = placeholder\noutput ([%x, 1],)", "a list of 2 values"),
    ("(Tensor x, int n) -> Tensor", "%x = placeholder\n%n = placeholder\noutput %n", "is int"),
    ("(Tensor x) -> int", "%x = placeholder\noutput %x", "is Tensor"),
    ("(Tensor x) -> (Tensor, int)", "%x = placeholder\noutput (%x, %x)", "result 1"),
    (
      "(Tensor x) -> (Tensor, Tensor)",
      "%x = placeholder\n%y = call_function torch.ops.aten.var_mean.default(%x)\n"
        + "%z = call_function _operator.getitem(%y, 0)\noutput (%z, 1)", "result 1"
    ),
    (
      "(Tensor x) -> (Tensor, Tensor, Tensor)",
      "%x = placeholder\n%y = call_function torch.ops.aten.var_mean.default(%x)\noutput %y",
      "returns 2 values"
    ),
    (
      "(Tensor x, Tensor y) -> Tensor", "%y = placeholder\n%x = placeholder\noutput %x",
      "has the name of parameter 1"
    ),
    (
      "(Tensor x) -> Tensor",
      "%x = placeholder\n%y = call_function torch.ops.aten.mul_.Scalar(%x, 2)\noutput %y",
      "writes to 'x'"
    ),
    (
      "(Tensor x, Tensor(a!) y) -> Tensor",
      "%x = placeholder\n%y = placeholder\n"
        + "%v = call_function torch.ops.aten.split.Tensor(%x, 2)\n"
        + "%p = call_function _operator.getitem(%v, 0)\n"
        + "%w = call_function torch.ops.aten.add_.Tensor(%p, %y)\noutput %w", "writes to 'x'"
    ),
    (
      "(Tensor x) -> Tensor",
      "%x = placeholder\n%y = call_function torch.ops.aten.mul.Scalar(%x)\noutput %y",
      "argument 'other' of aten::mul.Scalar is missing"
    ),
  ]

  @Test(arguments: unfitting)
  func bodiesFitTheirSchemas(_ schema: String, _ body: String, _ words: String) {
    let operators = file(
      "fx 1\nmodule @operators {\nmodule @a \"mylib::a\(schema)\" {\n\(body)\n}\n}")
    let run = Invocation("run", path, "--operators", operators)
    #expect(run.status == 1)
    #expect(run.errors.first?.contains(words) == true, "\(run.errors)")
    #expect(run.errors.first?.contains("operators.fx") == true)
  }

  /// Bodies that do fit, by what is known of them.
  static let fitting: [(schema: String, body: String)] = [
    ("(Tensor x) -> Tensor", "%x = placeholder\noutput (%x,)"),
    ("(Tensor x) -> Tensor?", "%x = placeholder\noutput None"),
    ("(Tensor x) -> Tensor[]", "%x = placeholder\noutput [%x, %x]"),
    ("(Tensor x) -> ()", "%x = placeholder\noutput ()"),
    ("(Tensor x) -> float", "%x = placeholder\noutput 2"),
    ("(Tensor first) -> Tensor", "%x = placeholder\noutput %x"),
    (
      "(Tensor x) -> (Tensor, Tensor)",
      "%x = placeholder\n%y = call_function torch.ops.aten.var_mean.default(%x)\noutput %y"
    ),
    (
      "(Tensor x) -> Tensor",
      "%x = placeholder\n%c = call_function torch.ops.aten.clone.default(%x)\n"
        + "%y = call_function torch.ops.aten.mul_.Scalar(%c, 2)\noutput %y"
    ),
    (
      "(Tensor(a!) x, Tensor y) -> Tensor",
      "%x = placeholder\n%y = placeholder\n"
        + "%v = call_function torch.ops.aten.expand_as.default(%x, %y)\n"
        + "%w = call_function torch.ops.aten.add_.Tensor(%v, %y)\noutput %w"
    ),
  ]

  @Test(arguments: fitting)
  func fittingBodiesAreTaken(_ schema: String, _ body: String) {
    let operators = file(
      "fx 1\nmodule @operators {\nmodule @a \"mylib::a\(schema)\" {\n\(body)\n}\n}")
    let plainPath = Fixtures.path("custom/plain.pt2")
    let run = Invocation("validate", plainPath, "--operators", operators)
    #expect(run.status == 0, "\(run.errors) \(run.text)")
  }

  /// Each operator calls the one before it twice, so that the last would make 2^40 calls.
  @Test func expansionsAreBounded() {
    let bodies = (0..<40).map { number in
      let callee = number == 0 ? "aten.neg" : "mylib.a\(number - 1)"
      return """
        module @a\(number) "mylib::a\(number)(Tensor x) -> Tensor" {
          %x = placeholder
          %y = call_function torch.ops.\(callee).default(%x)
          %z = call_function torch.ops.\(callee).default(%y)
          output %z
        }
        """
    }
    let operators = file("fx 1\nmodule @operators {\n\(bodies.joined(separator: "\n"))\n}")
    let run = Invocation("validate", path, "--operators", operators)
    #expect(run.status == 1)
    #expect(run.errors.first?.contains("operatorCalls of 100000") == true, "\(run.errors)")
    #expect(run.errors.first?.contains("operators.fx") == true)
  }

  @Test(arguments: refused)
  func refusesWhatDeclaresNothing(_ body: String, _ words: String) {
    let operators = file("fx 1\nmodule @operators {\n\(body)\n}")
    let run = Invocation("run", path, "--operators", operators)
    #expect(run.status == 1)
    #expect(run.errors.count == 1)
    #expect(run.errors.first?.contains(words) == true, "\(run.errors)")
    #expect(run.errors.first?.contains("operators.fx") == true)
  }

  @Test func failingBodiesAreNamed() {
    let text = Self.bodies.replacing(
      "torch.ops.aten.amin.default(%x, [%dim])", with: "math.floor(%x)")
    let run = Invocation("run", path, "--operators", file(text))
    #expect(run.status == 1)
    #expect(run.errors.first?.contains("in the body of mylib::extremes, node 'low'") == true)
  }
}
