import FXCore
import FXExport
import FXGraph
import FXOperators
import FXRuntime
import FXTensor

extension GraphPass {
  /// Computes what depends on weights and constants alone, and stores the results as constants.
  ///
  ///     %p = arange(8); %y = add(%x, %p)   →   %y = add(%x, %c_folded_p)
  ///
  /// What has an effect or is random stays, and so do views of one weight, results that are much
  /// larger than what they are made of, and weights that the program writes to.
  public static let foldConstants = GraphPass(
    "fold-constants", "computes what depends on weights and constants alone"
  ) { module, context in
    let folding = try ConstantFolding(module, context)
    guard let folding else { return false }
    let count = try folding.fold()
    context.count(count, "folded", "value")
    return count > 0
  }
}

/// One run of `fold-constants` over a program's graph.
private final class ConstantFolding {
  private let module: GraphModule
  private let context: PassContext
  private let library: OperatorLibrary
  private var signature: GraphSignature
  private let state: [String: Tensor]
  /// Nodes whose values are known before the program runs.
  private var constants: Set<NodeID> = []

  /// A result of more bytes than this is stored only where it is no larger than its inputs.
  private static let freeBytes = 1 << 20

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
    let roots = module.graph.nodes.filter { isRoot($0) }
    if roots.isEmpty { return 0 }
    let values = try compute(roots)
    var count = 0
    for (node, value) in zip(roots, values) {
      guard case .tensor(let tensor) = value, isWorthStoring(tensor, node) else { continue }
      try store(tensor, in: node)
      count += 1
    }
    context.signature = signature
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
      guard inputs.allSatisfy({ constants.contains($0.id) }), isFoldable(node) else { continue }
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

  private static func target(of spec: InputSpec) -> String? {
    switch spec.kind {
    case .parameter, .buffer, .tensorConstant: spec.target
    case .userInput, .constantInput, .customObject, .token: nil
    }
  }

  private func isFoldable(_ node: Node) -> Bool {
    if node.target == "_operator.getitem" { return true }
    guard let name = OperatorName(target: node.target), !name.isHigherOrder,
      library.effects(of: node).isEmpty, !mayBeWritten(node)
    else { return false }
    let resolved = try? library.resolved(named: name.qualifiedName)
    return resolved?.isRunnable == true
  }

  /// Tells whether a constant's value is used by what is not constant.
  private func isRoot(_ node: Node) -> Bool {
    guard constants.contains(node.id), node.kind == .callFunction, node.value?.tensor != nil else {
      return false
    }
    return node.users.contains { !constants.contains($0.id) } && !isViewOfWeight(node)
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

  private func isWorthStoring(_ tensor: Tensor, _ node: Node) -> Bool {
    if tensor.byteCount <= Self.freeBytes { return true }
    return tensor.byteCount <= node.inputs.reduce(0) { $0 + ($1.value?.tensor?.byteCount ?? 0) }
  }

  // MARK: Computing

  /// Runs the constant part of the graph.
  private func compute(_ roots: [Node]) throws -> [IValue] {
    let graph = Graph(context: module.context)
    var copies: [NodeID: Node] = [:]
    var inputs: [IValue] = []
    for (node, spec) in zip(module.graph.placeholders, signature.inputs)
    where constants.contains(node.id) {
      guard let target = Self.target(of: spec), let tensor = state[target] else { continue }
      copies[node.id] = graph.end.copy(node)
      inputs.append(.tensor(tensor))
    }
    for node in module.graph.nodes
    where node.kind == .callFunction && constants.contains(node.id) {
      copies[node.id] = graph.end.copy(node) { copies[$0.id] ?? $0 }
    }
    graph.end.output(.tuple(roots.compactMap { copies[$0.id] }.map { .node($0) }))
    let result = try Interpreter(
      GraphModule(graph), environment: ExecutionEnvironment(library: library)
    ).run(inputs)
    return result.elements ?? []
  }

  /// Puts a constant of the program in the place of a node.
  private func store(_ tensor: Tensor, in node: Node) throws {
    let placeholders = module.graph.placeholders
    let position =
      signature.inputs.firstIndex { Self.target(of: $0) == nil }
      ?? signature.inputs.count
    var target: String
    var number = context.addedConstants.count
    repeat {
      target = "_folded_tensor_constant\(number)"
      number += 1
    } while signature.inputs.contains { $0.target == target }
    let builder: NodeBuilder
    if position < placeholders.count {
      builder = module.graph.inserting(before: placeholders[position])
    } else if let last = placeholders.last {
      builder = module.graph.inserting(after: last)
    } else if let first = module.graph.first {
      builder = module.graph.inserting(before: first)
    } else {
      builder = module.graph.end
    }
    let name = "c_folded_\(node.name)"
    let placeholder = builder.placeholder(name, name: name)
    placeholder.target = placeholder.name
    // Dense tensors keep their order of dimensions.
    let stored = try tensor.clone(format: .preserve)
    placeholder.value = .tensor(
      TensorMeta(
        dtype: stored.dtype, sizes: stored.sizes.map { .int($0) }, device: stored.device,
        strides: stored.strides.map { .int($0) }))
    signature.insertInput(InputSpec(.tensorConstant(.positional, target: target)), at: position)
    context.addedConstants.append((target, stored))
    node.replaceAllUses(with: placeholder)
  }
}

extension GraphSignature {
  /// Adds an input, and renumbers what outputs say of those behind it.
  fileprivate mutating func insertInput(_ spec: InputSpec, at position: Int) {
    inputs.insert(spec, at: position)
    for index in outputs.indices {
      outputs[index].renumberInput { $0 >= position ? $0 + 1 : $0 }
    }
  }
}
