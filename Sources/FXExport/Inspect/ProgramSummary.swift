import FXCore
import FXGraph

/// What one looks for first in a program: its inputs and outputs, operators and weights.
public struct ProgramSummary {
  /// An input or output.
  public struct Item {
    /// The name of the placeholder or output.
    public var name: String
    /// The schema's kind: `parameter`, `user_input`, `buffer_mutation`.
    public var kind: String
    /// The parameter, buffer or constant that it is.
    public var target: String?
    /// What is known of it; nil for nothing.
    public var value: Value?
  }

  /// How often a target is called, in all graphs.
  public struct OperatorCount: Hashable, Sendable {
    /// The function, method or module path.
    public var target: String
    /// How many nodes call it.
    public var count: Int
  }

  /// The inputs in order.
  public private(set) var inputs: [Item] = []
  /// The outputs in order.
  public private(set) var outputs: [Item] = []
  /// The operators by count, the most frequent first.
  public private(set) var operators: [OperatorCount] = []
  /// Nodes in all graphs.
  public private(set) var nodeCount = 0
  /// Graphs: the program's and those of its submodules.
  public private(set) var graphCount = 0

  /// Summarizes a program.
  public init(of program: ExportedProgram) {
    summarize(program.module)
    let placeholders = program.graph.placeholders
    for (index, name) in program.inputNames.enumerated() {
      let spec = program.signature.inputs[index]
      inputs.append(
        Item(
          name: name, kind: spec.kindName, target: spec.target,
          value: index < placeholders.count ? placeholders[index].value : nil))
    }
    let arguments = program.outputArguments
    for (index, name) in program.outputNames.enumerated() {
      let spec = program.signature.outputs[index]
      let node = index < arguments.count ? arguments[index].node : nil
      outputs.append(
        Item(
          name: name ?? "", kind: spec.kindName, target: spec.target,
          value: node?.value ?? Self.constant(spec)))
    }
  }

  /// Summarizes a graph module without a signature.
  public init(of module: GraphModule) {
    summarize(module)
    inputs = module.graph.placeholders.map {
      Item(name: $0.name, kind: "placeholder", target: nil, value: $0.value)
    }
    let result = module.graph.outputNode?.arg(0)
    outputs = (result?.elements ?? result.map { [$0] } ?? []).compactMap { argument in
      argument.node.map { Item(name: $0.name, kind: "output", target: nil, value: $0.value) }
    }
  }

  private mutating func summarize(_ module: GraphModule) {
    var counts: [String: Int] = [:]
    var nodes = 0
    var graphs = 0
    module.forEachGraphModule { _, module in
      graphs += 1
      nodes += module.graph.count
      for node in module.graph.nodes {
        switch node.kind {
        case .callFunction, .callMethod, .callModule: counts[node.target, default: 0] += 1
        case .placeholder, .getAttr, .output: break
        }
      }
    }
    (nodeCount, graphCount) = (nodes, graphs)
    counts[Targets.getitem] = nil
    operators = counts.map { OperatorCount(target: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.target) < ($0.count, $1.target) }
  }

  private static func constant(_ spec: OutputSpec) -> Value? {
    guard case .userOutput(.constant(let constant)) = spec.kind else { return nil }
    return Value(constant)
  }

  /// Returns the inputs of kind parameter, buffer or tensor constant, with the bytes of their data;
  /// nil where a size is symbolic.
  public var weights: [(item: Item, byteCount: Int?)] {
    inputs.compactMap { item in
      guard ["parameter", "buffer", "tensor_constant"].contains(item.kind),
        let meta = item.value?.tensor
      else { return nil }
      return (item, meta.byteCount)
    }
  }

  /// Returns the bytes of all weights whose sizes are numbers; nil beyond 64 bits.
  public var weightByteCount: Int? {
    var total = 0
    for case let count? in weights.map(\.byteCount) {
      let (sum, overflow) = total.addingReportingOverflow(count)
      if overflow { return nil }
      total = sum
    }
    return total
  }
}
