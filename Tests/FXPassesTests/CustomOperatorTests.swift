import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime
import FXSchemas
import FXTensor
import Testing

@testable import FXPasses

/// An operator from elsewhere with all that a library's user can register for it.
struct CustomOperatorTests {
  /// `scale * x³`.
  private static let schema = "mylib::cube(Tensor x, *, float scale=2.) -> Tensor"
  private static let name = "mylib::cube"

  private static let definition = OperatorDefinition(
    name, shape: ShapeRules.unary(),
    decomposition: { call, e in
      let square = try e.call("aten::mul.Tensor", call[0], call[0])
      let cube = try e.call("aten::mul.Tensor", square, call[0])
      return try e.call("aten::mul.Scalar", cube, call[1])
    },
    derivative: .custom { call, e in
      let square = try e.call("aten::mul.Tensor", call[0], call[0])
      let slope = try e.call("aten::mul.Scalar", square, .float(3 * call.call.float(1)))
      return [try e.call("aten::mul.Tensor", call.gradient, slope), .none]
    },
    kernel: { call in
      let x = try call.tensor(0)
      let result = try Tensor.empty(x.sizes, .float32)
      let (from, to) = (try x.pointer(Float.self), try result.mutablePointer(Float.self))
      let scale = Float(try call.float(1))
      for index in 0..<x.elementCount {
        to[index] = scale * from[index] * from[index] * from[index]
      }
      return .tensor(result)
    })

  private let program: ExportedProgram
  private let library: OperatorLibrary

  init() throws {
    let graph = Graph()
    let x = graph.end.placeholder("x")
    x.value = .tensor(TensorMeta(dtype: .float32, sizes: [3]))
    let cube = graph.end.callFunction("torch.ops.mylib.cube.default", [.node(x)])
    graph.end.output(.tuple([.node(cube)]))
    let signature = GraphSignature(
      inputs: [InputSpec(.userInput(.value(.positional)))],
      outputs: [OutputSpec(.userOutput(.value(.positional)))])
    program = ExportedProgram(module: GraphModule(graph), signature: signature)
    library = OperatorLibrary(context: graph.context)
  }

  private func register(_ definition: OperatorDefinition = definition) throws {
    library.declare(try OperatorSchema(parsing: Self.schema))
    try library.register(definition)
  }

  private func result() throws -> Tensor {
    let runner = try ProgramRunner(program, state: [:], library: library)
    let outputs = try runner.run([.tensor(.of([1, 2, -3] as [Float]))])
    guard case .tensor(let tensor)? = outputs.first else { throw FXError(.runInputs, "no tensor") }
    return tensor
  }

  private func code(_ body: () throws -> Void) -> FXError.Code? {
    do { try body() } catch { return (error as? FXError)?.code }
    return nil
  }

  @Test func withoutDefinitionItIsUnknown() throws {
    #expect(code { _ = try result() } == .unknownOperator)
    #expect(code { try library.register(Self.definition) } == .unknownOperator)
    library.declare(try OperatorSchema(parsing: Self.schema))
    #expect(code { _ = try result() } == .operatorUnsupported)
  }

  @Test func kernelRuns() throws {
    try register()
    #expect(try result().elements(as: Float.self) == [2, 16, -54])
  }

  @Test func decompositionRunsWhereThereIsNoKernel() throws {
    var definition = Self.definition
    definition.kernel = nil
    try register(definition)
    #expect(try result().elements(as: Float.self) == [2, 16, -54])
  }

  @Test func passesKnowIt() throws {
    try register()
    let context = PassContext(library)
    var program = program
    try PassPipeline("propagate-shapes").run(on: &program, context: context)
    let node = try #require(program.graph.findNodes(.callFunction).first)
    #expect(node.value == .tensor(TensorMeta(dtype: .float32, sizes: [3])))
    try PassPipeline("decompose").run(on: &program, context: context)
    #expect(
      program.graph.findNodes(.callFunction).map(\.target)
        == ["torch.ops.aten.mul.Tensor", "torch.ops.aten.mul.Tensor", "torch.ops.aten.mul.Scalar"])
    #expect(try result().elements(as: Float.self) == [2, 16, -54])
  }

  @Test func derivativeIsThatOfDifferences() throws {
    try register()
    let e = ExecutionEnvironment(library: library)
    let x = [0.5, 1, -2] as [Float]
    let y = try e.call(Self.name, .tensor(.of(x)))
    let weights = try Tensor.of([1, -1, 0.25] as [Float])
    let gradients = try e.vjp(
      Self.name, [.tensor(.of(x))], result: y, gradients: [.tensor(weights)])
    #expect(gradients.count == 2)
    guard case .tensor(let gradient) = gradients[0] else { throw FXError(.runInputs, "no tensor") }
    for index in x.indices {
      func value(_ change: Float) throws -> Float {
        var moved = x
        moved[index] += change
        let result = try e.call(Self.name, .tensor(.of(moved)))
        guard case .tensor(let tensor) = result else { return .nan }
        return try tensor.elements(as: Float.self)[index] * weights.elements(as: Float.self)[index]
      }
      let slope = try (value(0.01) - value(-0.01)) / 0.02
      #expect(try abs(gradient.elements(as: Float.self)[index] - slope) < 1e-2)
    }
  }

  @Test func derivativeIsRecordedInGraphs() throws {
    try register()
    let graph = program.graph
    let symbols = SymbolicContext(ranges: [:], unbackedCount: 0)
    let emitter = RecordingEmitter(program.module, library: library, symbols: symbols)
    emitter.move(before: try #require(graph.outputNode))
    let x = try #require(graph.placeholders.first)
    let fake = emitter.bound(.fake(FakeTensor(.float32, [3])), to: x)
    let cube = try emitter.call(Self.name, fake)
    let gradients = try emitter.vjp(Self.name, [fake], result: cube, gradients: [fake])
    #expect(emitter.node(of: gradients[0])?.target == "torch.ops.aten.mul.Tensor")
    #expect(graph.lint().isEmpty)
  }

  @Test func wrongDerivativesAreErrors() throws {
    var definition = Self.definition
    definition.derivative = .custom { _, _ in [] }
    try register(definition)
    let e = ExecutionEnvironment(library: library)
    let x = IValue.tensor(try .of([1] as [Float]))
    func vjp(_ name: String, _ gradients: [IValue]) -> FXError.Code? {
      code { _ = try e.vjp(name, [x], result: x, gradients: gradients) }
    }
    #expect(vjp(Self.name, [x]) == .gradientCount)
    #expect(vjp(Self.name, []) == .gradientCount)
    definition.derivative = nil
    try register(definition)
    #expect(vjp(Self.name, [x]) == .notDifferentiable)
    #expect(vjp("mylib::square", [x]) == .unknownOperator)
  }
}
