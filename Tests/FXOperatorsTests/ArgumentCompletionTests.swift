import FXATen
import FXCore
import FXGraph
import Testing

@testable import FXOperators
@testable import FXSchemas

/// Arguments of calls, completed by an operator's schema.
@Suite struct ArgumentCompletionTests {
  private let library = OperatorLibrary(context: GraphContext())

  private func code(
    _ name: String, _ arguments: [IValue], _ keywords: [(name: String, value: IValue)]
  ) throws -> FXError.Code? {
    do {
      _ = try library.resolved(named: name).complete(arguments, keywords)
      return nil
    } catch let error as FXError {
      return error.code
    }
  }

  @Test func argumentsThatDoNotFitAreErrors() throws {
    let name = "aten::sum.dim_IntList"
    #expect(try code(name, [1], [("dim", [0])]) == nil)
    #expect(try code(name, [], []) == .missingArgument)
    #expect(try code(name, [1, [0], true, .none, 1], []) == .tooManyArguments)
    #expect(try code(name, [1, [0]], [("axis", [0])]) == .unknownKeyword)
    #expect(try code(name, [1, [0]], [("dim", [0])]) == .duplicateArgument)
    #expect(try code(name, [1], [("dim", [0]), ("dim", [0])]) == .duplicateArgument)
  }

  @Test func variadicOperatorsTakeMoreAndNoUnknownKeywords() throws {
    let schema = try OperatorSchema(parsing: "mylib::many(Tensor x, ...) -> Tensor")
    let many = ResolvedOperator(schema, nil, .direct)
    #expect(try many.complete([1, 2, 3], []).count == 3)
    #expect(throws: FXError.self) { try many.complete([1, 2, 3], [("y", 4)]) }
  }

  @Test func namesOfOverloads() throws {
    #expect(OperatorName.qualified("aten", "add", "Tensor") == "aten::add.Tensor")
    #expect(OperatorName.qualified("aten", "relu", "default") == "aten::relu")
    #expect(OperatorName.qualified("aten", "relu") == "aten::relu")
    #expect(OperatorName.qualified("", "relu", "out") == "relu.out")
    let target = "torch.ops.aten.add.Tensor"
    #expect(OperatorName(target: target)?.qualifiedName == "aten::add.Tensor")
    #expect(OperatorTable.schema(of: target)?.qualifiedName == "aten::add.Tensor")
    #expect(OperatorTable.schema(of: "torch.ops.aten.add") == nil)
  }
}
