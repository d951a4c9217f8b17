import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTensor

/// One run of `fold-constants` over a program's graph.
final class ConstantFolding {
  let module: GraphModule
  let context: PassContext
  let library: OperatorLibrary
  var signature: GraphSignature
  let state: [String: Tensor]
  /// Nodes whose values are known before the program runs.
  var constants: Set<NodeID> = []
  /// Those of them that only show a weight in another form, which costs nothing.
  private var viewsOfWeights: Set<NodeID> = []

  /// Prepares a program's graph; nil for a module without a signature.
  init?(_ module: GraphModule, _ context: PassContext) throws {
    guard let signature = context.signature else { return nil }
    self.module = module
    self.context = context
    self.signature = signature
    library = context.library(of: module)
    var state = try context.readState()
    for (name, tensor) in context.addedConstants { state[name] = tensor }
    self.state = state
  }

  func fold() throws -> Int {
    findConstants()
    let taken = chooseRoots()
    if taken.isEmpty { return 0 }
    var values: [(node: Node, tensor: Tensor)] = []
    for (node, value) in zip(taken, try compute(taken)) {
      if case .tensor(let tensor) = value { values.append((node, tensor)) }
    }
    let count = values.count
    try store(values)
    if count == 0 { return 0 }
    context.signature = signature
    module.graph.eliminateDeadCode(isImpure: context.isImpure)
    try eraseLonelyAssertions()
    module.graph.eliminateDeadCode(isImpure: context.isImpure)
    return count
  }

  /// Returns the nodes whose values are to be stored.
  private func chooseRoots() -> [Node] {
    var worth = FoldingWorth(library, module.graph, constants)
    var taken: [Node] = []
    var seen: Set<NodeID> = []
    var positions: [NodeID: Int] = [:]
    for (position, node) in module.graph.nodes.enumerated() { positions[node.id] = position }
    var candidates = module.graph.nodes.filter { node in
      mayBeRoot(node) && node.users.contains { !constants.contains($0.id) }
    }
    seen.formUnion(candidates.map(\.id))
    while !candidates.isEmpty {
      // What is not worth it is computed by the program, from constants that may be worth it.
      var next: [Node] = []
      for node in candidates {
        if worth.take(node) {
          taken.append(node)
          continue
        }
        for input in node.inputs where mayBeRoot(input) && seen.insert(input.id).inserted {
          next.append(input)
        }
      }
      candidates = next.sorted { positions[$0.id, default: 0] < positions[$1.id, default: 0] }
    }
    return taken
  }

  // MARK: Finding

  private func findConstants() {
    let writtenNodes = WrittenNodes(module.graph, library)
    let written = writtenTargets(writtenNodes)
    for (node, spec) in zip(module.graph.placeholders, signature.inputs) {
      guard let target = Self.target(of: spec), state[target] != nil, !written.contains(target)
      else { continue }
      constants.insert(node.id)
      viewsOfWeights.insert(node.id)
    }
    for node in module.graph.nodes where node.kind == .callFunction {
      let inputs = node.inputs
      guard inputs.allSatisfy({ constants.contains($0.id) }),
        isFoldable(node, writtenNodes) || isAssertion(node)
      else { continue }
      constants.insert(node.id)
      if let source = inputs.first, viewsOfWeights.contains(source.id),
        node.target == "_operator.getitem" || library.schema(of: node)?.isView == true
      {
        viewsOfWeights.insert(node.id)
      }
    }
  }

  /// Returns the names of the weights to whose memory the program may write, by whatever name.
  private func writtenTargets(_ nodes: WrittenNodes) -> Set<String> {
    var result = Set(
      signature.outputs.compactMap { spec -> String? in
        switch spec.kind {
        case .bufferMutation, .parameterMutation: spec.target
        default: nil
        }
      })
    // Programs that are not functional write to their inputs, or to views of them.
    for (node, spec) in zip(module.graph.placeholders, signature.inputs) {
      if let target = Self.target(of: spec), nodes.contains(node) { result.insert(target) }
    }
    let occupied = OccupiedMemory(result.compactMap { state[$0] })
    for (name, tensor) in state where occupied.count(sharingWith: tensor) > 0 {
      result.insert(name)
    }
    return result
  }

  static func target(of spec: InputSpec) -> String? {
    switch spec.kind {
    case .parameter, .buffer, .tensorConstant: spec.target
    case .userInput, .constantInput, .customObject, .token: nil
    }
  }

  /// Tells whether a node only checks what is known of a tensor before the program runs.
  func isAssertion(_ node: Node) -> Bool {
    node.target == "torch.ops.aten._assert_tensor_metadata.default"
  }

  /// Removes checks of values that nothing else uses any more.
  private func eraseLonelyAssertions() throws {
    var seen: Set<NodeID> = []
    for node in module.graph.nodes.filter({ isAssertion($0) }) {
      guard let input = node.inputs.first, input.kind == .callFunction,
        seen.insert(input.id).inserted, input.users.allSatisfy({ isAssertion($0) })
      else { continue }
      for assertion in input.users { try assertion.erase() }
    }
  }

  private func isFoldable(_ node: Node, _ written: WrittenNodes) -> Bool {
    if node.target == "_operator.getitem" { return true }
    guard let name = OperatorName(target: node.target), !name.isHigherOrder,
      library.effects(of: node).isEmpty, !written.contains(node),
      !FoldingWorth.isDequantization(name)
    else { return false }
    return library.knownOperator(named: name.qualifiedName)?.isRunnable == true
  }

  /// Tells whether a constant may be stored, if the program uses it.
  private func mayBeRoot(_ node: Node) -> Bool {
    constants.contains(node.id) && node.kind == .callFunction && node.value?.tensor != nil
      && !viewsOfWeights.contains(node.id)
  }
}
