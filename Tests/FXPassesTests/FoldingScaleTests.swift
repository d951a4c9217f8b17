import FXCore
import FXExport
import FXGraph
import FXPasses
import FXTensor
import Testing

/// Graphs of sizes that `fold-constants` would not finish, or would need too deep a stack for, if it
/// looked at nodes more often than once.
struct FoldingScaleTests {
  private let graph = Graph()
  private let weight: Node
  private let input: Node

  init() {
    weight = graph.end.placeholder("w")
    input = graph.end.placeholder("x")
    for node in [weight, input] { node.value = Self.value }
  }

  private static let value = Value.tensor(TensorMeta(dtype: .float32, sizes: [1]))

  private func call(_ name: String, _ args: Argument...) -> Node {
    let node = graph.end.callFunction("torch.ops.aten.\(name)", args)
    node.value = Self.value
    return node
  }

  /// Runs the pass with a weight of 3 and returns the values that it stores.
  private func fold(_ results: [Node], isWritten: Bool = false) throws -> [Float] {
    if isWritten { _ = call("add_.Tensor", .node(weight), .node(input)) }
    graph.end.output(.tuple(results.map { .node($0) }))
    let context = PassContext()
    context.signature = GraphSignature(
      inputs: [
        InputSpec(.buffer(.positional, target: "w", isPersistent: true)),
        InputSpec(.userInput(.value(.positional))),
      ], outputs: results.map { _ in OutputSpec(.userOutput(.value(.positional))) })
    context.readState = { ["w": try .of([3] as [Float])] }
    try PassPipeline("fold-constants").run(on: GraphModule(graph), context: context)
    let stored = context.signature?.inputs.compactMap(\.target).dropFirst() ?? []
    #expect(Array(stored) == context.addedConstants.map(\.name))
    return try context.addedConstants.map { try #require($0.tensor.elements(as: Float.self).first) }
  }

  private func views(_ count: Int) -> Node {
    (0..<count).reduce(weight) { node, _ in call("alias.default", .node(node)) }
  }

  @Test(arguments: [false, true]) func chainsOfViews(isWritten: Bool) throws {
    let last = views(30_000)
    let sum = call("add.Tensor", .node(last), 1)
    let product = call("mul.Tensor", .node(sum), .node(input))
    #expect(try fold([product], isWritten: isWritten) == (isWritten ? [] : [4]))
  }

  @Test(arguments: [false, true]) func diamondsOfViews(isWritten: Bool) throws {
    var node = weight
    for _ in 0..<100 {
      let (left, right) = (call("alias.default", .node(node)), call("alias.default", .node(node)))
      node = call("expand_as.default", .node(left), .node(right))
    }
    let sum = call("add.Tensor", .node(node), 1)
    let product = call("mul.Tensor", .node(sum), .node(input))
    #expect(try fold([product], isWritten: isWritten) == (isWritten ? [] : [4]))
  }

  @Test func chainsOfResultsAreNoDeeperThanOne() throws {
    var node = weight
    for _ in 0..<20_000 { node = call("neg.default", .node(node)) }
    #expect(try fold([call("mul.Tensor", .node(node), .node(input))]) == [3])
  }

  @Test func manyResultsOfOneWeight() throws {
    let results = (0..<8_000).map { number in
      call("mul.Tensor", .node(call("mul.Tensor", .node(weight), .int(number))), .node(input))
    }
    #expect(try fold(results) == (0..<8_000).map { Float(3 * $0) })
  }

  @Test func manyResultsOfOneChain() throws {
    var node = weight
    var results: [Node] = []
    for _ in 0..<8_000 {
      node = call("add.Tensor", .node(node), 1)
      results.append(call("mul.Tensor", .node(node), .node(input)))
    }
    #expect(try fold(results) == (0..<8_000).map { Float(4 + $0) })
  }

  /// No result is worth it, so that each makes candidates of what it is made of.
  @Test func manyResultsThatAreNotWorthIt() throws {
    let wide = Value.tensor(TensorMeta(dtype: .float32, sizes: [600_000]))
    var node = call("expand.default", .node(weight), [600_000])
    node.value = wide
    for _ in 0..<8_000 {
      node = call("add.Tensor", .node(node), 1)
      node.value = wide
    }
    let product = call("mul.Tensor", .node(node), .node(input))
    product.value = wide
    #expect(try fold([product]) == [])
  }
}
