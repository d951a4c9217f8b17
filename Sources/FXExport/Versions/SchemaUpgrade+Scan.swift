import FXCore
import FXGraph
import FXTensor

extension SchemaUpgrade {
  /// Makes scans go along the first dimension and forward, as all do since PyTorch 2.7.
  ///     %scan = scan(%f, [%init], [%xs], 1, True, [])
  ///   →
  ///     %movedim = movedim(%xs, 1, 0); %flip = flip(%movedim, [0])
  ///     %scan = scan(%f, [%init], [%flip], []), each of its stacked results flipped
  ///
  /// PyTorch 2.6 stacked results along the first dimension, whichever it went along, so that they are
  /// not moved back. A scan of values whose shapes are not known stays, and does not pass validation.
  static let scansAlongTheFirst = SchemaUpgrade(
    from: (8, 2), to: (8, 7), "scan has no dimension and no direction"
  ) { (program: ExportedProgram) in
    let isTraining = program.verifiers.contains("TRAINING")
    program.module.forEachGraphModule { _, module in
      for node in module.graph.nodes where node.isCall(of: "torch.ops.higher_order.scan") {
        OldScan(node)?.rewrite(isTraining: isTraining)
      }
    }
  }
}

/// A call of `scan` with a dimension and a direction, behind the values it goes along.
private struct OldScan {
  let node: Node
  let initial: [Argument]
  /// What it goes along, with what is known of each.
  let scanned: [(node: Node, meta: TensorMeta)]
  let dimension: Int
  let isReversed: Bool

  init?(_ node: Node) {
    let args = node.args
    guard args.count == 6, let initial = args[1].elements, let parts = args[2].elements,
      let dimension = args[3].int, let isReversed = args[4].bool
    else { return nil }
    scanned = parts.compactMap { part in
      guard let input = part.node, let meta = input.value?.tensor, meta.sizes.count > dimension,
        meta.sizes.count == meta.strides.count
      else { return nil }
      return (input, meta)
    }
    let isPlain = dimension == 0 && !isReversed
    guard dimension >= 0, isPlain || scanned.count == parts.count else { return nil }
    (self.node, self.initial, self.dimension, self.isReversed) =
      (node, initial, dimension, isReversed)
  }

  func rewrite(isTraining: Bool) {
    node.removeArgs(3..<5)
    if dimension > 0 || isReversed {
      var inputs = scanned
      if dimension > 0 { inputs = inputs.map { moved($0, isTraining: isTraining) } }
      if isReversed {
        inputs = inputs.map(flipped)
        flipResults()
      }
      node.setArg(2, to: .list(inputs.map { .node($0.node) }, as: .asTensors))
    }
  }

  /// Adds a call before the scan, in its place of the program.
  private func added(
    _ name: String, _ overload: String, _ args: [Argument], _ names: [String], _ meta: TensorMeta
  ) -> Node {
    // The scan's graph is fetched right before it.
    let body = node.arg(0)?.node
    let call = node.graph.inserting(before: node.previous == body ? body ?? node : node)
      .callFunction("torch.ops.aten.\(name).\(overload)", args, name: name)
    call.argNames = names
    call.value = .tensor(meta)
    copyPlace(to: call)
    return call
  }

  private func copyPlace(to other: Node) {
    other.setMetadata(node.metadata.filter { ["stack_trace", "nn_module_stack"].contains($0.key) })
  }

  private func moved(_ input: (node: Node, meta: TensorMeta), isTraining: Bool)
    -> (node: Node, meta: TensorMeta)
  {
    var meta = input.meta
    meta.requiresGrad = false
    meta.sizes.insert(meta.sizes.remove(at: dimension), at: 0)
    meta.strides.insert(meta.strides.remove(at: dimension), at: 0)
    if isTraining {
      let args: [Argument] = [.node(input.node), .int(dimension), .int(0)]
      let names = ["self", "source", "destination"]
      return (added("movedim", "int", args, names, meta), meta)
    }
    // Programs of core ATen have no other operator for it.
    let order = [dimension] + meta.sizes.indices.filter { $0 != dimension }
    let args: [Argument] = [.node(input.node), .list(order.map { .int($0) }, as: .asInts)]
    return (added("permute", "default", args, ["self", "dims"], meta), meta)
  }

  private func flipped(_ input: (node: Node, meta: TensorMeta)) -> (node: Node, meta: TensorMeta) {
    let meta = input.meta.dense(node.graph.context.expressions)
    return (added("flip", "default", Self.flipArgs(input.node), ["self", "dims"], meta), meta)
  }

  private static func flipArgs(_ input: Node) -> [Argument] {
    [.node(input), .list([.int(0)], as: .asInts)]
  }

  /// Flips the stacked results. What was one is flipped from now on, so that its name still means
  /// what it meant, to users as well as to signatures.
  private func flipResults() {
    for item in node.users where item.isCall(of: Targets.getitem) {
      guard let index = item.arg(1)?.int, index >= initial.count else { continue }
      let stacked = node.graph.inserting(before: item).callFunction(
        Targets.getitem, [.node(node), .int(index)])
      stacked.valueID = item.valueID
      stacked.metadataID = item.metadataID
      item.target = "torch.ops.aten.flip.default"
      item.args = Self.flipArgs(stacked)
      item.argNames = ["self", "dims"]
      copyPlace(to: item)
    }
  }
}

extension TensorMeta {
  /// Returns the metadata of a new tensor of the same sizes: without gaps, in the order in which the
  /// dimensions of this one are in memory (`torch.preserve_format`).
  fileprivate func dense(_ expressions: ExpressionTable) -> TensorMeta {
    var result = self
    result.requiresGrad = false
    result.storageOffset = 0
    var stride = SymInt.int(1)
    for axis in memoryOrder {
      result.strides[axis] = stride
      stride = stride.times(sizes[axis], expressions)
    }
    return result
  }

  /// The dimensions, the one with the smallest steps in memory first, as tracing saw them.
  private var memoryOrder: [Int] {
    let (numbers, steps) = (sizes.compactMap(\.example), strides.compactMap(\.example))
    let isKnown = numbers.count == sizes.count && steps.count == sizes.count
    if !isKnown || Geometry.isContiguous(numbers, steps) { return sizes.indices.reversed() }
    return StrideOrder.fastestFirst(numbers, [steps])
  }
}

extension SymInt {
  /// The number, or the one that tracing saw for the expression.
  fileprivate var example: Int? {
    switch self {
    case .int(let value): return value
    case .expr(let expression):
      guard case .int(let value)? = expression.hint else { return nil }
      return value
    }
  }

  /// Returns the product with a size, where 0 counts as 1; what can't be given comes out as 0.
  fileprivate func times(_ size: SymInt, _ expressions: ExpressionTable) -> SymInt {
    func parsed(_ size: SymInt) throws(FXError) -> SymbolicExpression {
      switch size {
      case .int(let value): .integer(max(value, 1))
      case .expr(let expression): try expressions.parse(expression.text)
      }
    }
    guard let product = try? SymbolicExpression.applying(.mul, to: [parsed(self), parsed(size)])
    else { return 0 }
    if case .integer(let value) = product { return .int(value) }
    var hint: SymHint?
    if let x = example, let y = size.example {
      let (value, overflows) = x.multipliedReportingOverflow(by: max(y, 1))
      hint = overflows ? nil : .int(value)
    }
    return .expr(SymExpr(product.srepr, hint: hint))
  }
}
