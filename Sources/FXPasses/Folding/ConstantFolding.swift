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
  var state: [String: Tensor]
  /// Nodes whose values are known before the program runs.
  var constants: Set<NodeID> = []
  /// Those of them that the program goes on to compute.
  private var rejected: Set<NodeID> = []

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
    var worth = FoldingWorth(library, constants)
    var count = 0
    while true {
      // What is not worth it is computed by the program, from constants that may be worth it.
      let roots = module.graph.nodes.filter { isRoot($0) }
      let taken = roots.filter { worth.take($0) }
      rejected.formUnion(Set(roots.map(\.id)).subtracting(taken.map(\.id)))
      for (node, value) in zip(taken, taken.isEmpty ? [] : try compute(taken)) {
        guard case .tensor(let tensor) = value else { continue }
        constants.insert(try store(tensor, in: node).id)
        count += 1
      }
      if taken.count == roots.count { break }
    }
    if count == 0 { return 0 }
    context.signature = signature
    module.graph.eliminateDeadCode(isImpure: context.isImpure)
    try eraseLonelyAssertions()
    module.graph.eliminateDeadCode(isImpure: context.isImpure)
    return count
  }

  // MARK: Finding

  private func findConstants() {
    let written = writtenTargets()
    for (node, spec) in zip(module.graph.placeholders, signature.inputs) {
      guard let target = Self.target(of: spec), state[target] != nil, !written.contains(target)
      else { continue }
      constants.insert(node.id)
    }
    for node in module.graph.nodes where node.kind == .callFunction {
      let inputs = node.inputs
      guard inputs.allSatisfy({ constants.contains($0.id) }), isFoldable(node) || isAssertion(node)
      else { continue }
      constants.insert(node.id)
    }
  }

  private func writtenTargets() -> Set<String> {
    var result = Set(
      signature.outputs.compactMap { spec -> String? in
        switch spec.kind {
        case .bufferMutation, .parameterMutation: spec.target
        default: nil
        }
      })
    // Programs that are not functional write to their inputs, or to views of them.
    for (node, spec) in zip(module.graph.placeholders, signature.inputs) {
      if let target = Self.target(of: spec), mayBeWritten(node) { result.insert(target) }
    }
    return result
  }

  private func mayBeWritten(_ node: Node) -> Bool {
    node.users.contains { user in
      let effects = library.effects(of: user)
      if effects.contains(.mutation) || effects.contains(.unknown) { return true }
      return user.kind == .callFunction && library.mayAlias(user) && mayBeWritten(user)
    }
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
    for node in module.graph.nodes.filter({ isAssertion($0) }) {
      guard let input = node.inputs.first, input.kind == .callFunction,
        input.users.allSatisfy({ isAssertion($0) })
      else { continue }
      try node.erase()
    }
  }

  private func isFoldable(_ node: Node) -> Bool {
    if node.target == "_operator.getitem" { return true }
    guard let name = OperatorName(target: node.target), !name.isHigherOrder,
      library.effects(of: node).isEmpty, !mayBeWritten(node), !FoldingWorth.isDequantization(name)
    else { return false }
    return library.knownOperator(named: name.qualifiedName)?.isRunnable == true
  }

  /// Tells whether a constant's value is used by what the program computes.
  private func isRoot(_ node: Node) -> Bool {
    guard constants.contains(node.id), !rejected.contains(node.id), node.kind == .callFunction,
      node.value?.tensor != nil
    else { return false }
    let isUsed = node.users.contains { !constants.contains($0.id) || rejected.contains($0.id) }
    return isUsed && !isViewOfWeight(node)
  }

  /// Tells whether a node only shows a weight in another form, which costs nothing.
  private func isViewOfWeight(_ node: Node) -> Bool {
    if node.kind == .placeholder { return true }
    guard node.target == "_operator.getitem" || library.schema(of: node)?.isView == true else {
      return false
    }
    guard let source = node.inputs.first else { return false }
    return isViewOfWeight(source)
  }
}
