import FXCore
import FXGraph
import FXOperators
import FXRuntime

/// Regions of `torch.vmap`, whose operators are called once for all tensors of the batch.
extension Decomposition {
  /// Takes a node of a region apart.
  ///
  /// - Returns: whether it did; all other nodes are treated as outside of regions.
  func visitBatched(
    _ node: Node, _ emitter: GraphEmitter, _ vmaps: VmapRegions, _ values: ShapeValues,
    _ results: inout [NodeID: IValue], _ replaced: inout ReplacedNodes
  ) throws -> Bool {
    if LeftOperators.isVmap(node), vmaps.current == nil {
      guard let region = vmaps.region(from: node) else { return false }
      let known = results
      guard vmaps.isTakenApart(region, { canFollow(region, known, values) }) else { return false }
      if node == region.first { batchedCount += 1 }
    }
    guard let value = try step(node, vmaps, results) else { return false }
    _ = try emitter.settle(.none, as: nil)
    results[node.id] = value
    replaced.append(node)
    if !LeftOperators.isVmap(node) { decomposedCount += 1 }
    if let new = value.node, try emitter.aliases.current(new, emitter) != node {
      node.replaceAllUses(with: new)
    } else if case .symbol = value, node.userCount > 0,
      case .node(let new) = try emitter.argument(value)
    {
      node.replaceAllUses(with: new)
    }
    return true
  }

  /// Computes a node of a region; nil for one that no batch is part of.
  private func step(
    _ node: Node, _ vmaps: VmapRegions, _ results: [NodeID: IValue]
  ) throws -> IValue? {
    guard node.kind == .callFunction else { return nil }
    if LeftOperators.isVmap(node) {
      let arguments = node.args.map { value(of: $0, results) ?? .none }
      return try vmaps.follow(node, arguments)
    }
    guard let batch = vmaps.current else { return nil }
    if node.target == Targets.getitem {
      guard let source = node.args.first?.node, case .int(let index)? = node.args.last,
        let parts = results[source.id]?.elements, parts.indices.contains(index),
        batch.isBatchedAnywhere(parts[index])
      else { return nil }
      return parts[index]
    }
    guard let resolved = resolve(node), let arguments = complete(node, resolved, results) else {
      let inputs = node.inputs.compactMap { results[$0.id] }
      guard !inputs.contains(where: { batch.isBatchedAnywhere($0) }) else {
        throw batch.unsupported(node.target)
      }
      return nil
    }
    let draws = resolved.schema.isRandom && batch.drawsForEachAnywhere
    guard draws || arguments.contains(where: { batch.isBatchedAnywhere($0) }) else { return nil }
    return try batch.emit(resolved, arguments)
  }

  /// Tells whether there are rules for all of a region, by a trial without a graph.
  private func canFollow(
    _ region: ArraySlice<Node>, _ known: [NodeID: IValue], _ values: ShapeValues
  ) -> Bool {
    var results = known
    let vmaps = VmapRegions(Array(region), TrialEmitter(library: library, symbols: symbols))
    for node in region {
      do {
        let expected = try values.fake(node.valueID, node: node)
        let found = try step(node, vmaps, results)
        if let found, let expected, found.isTensor, expected.isTensor {
          try check(found, against: expected, of: node)
        }
        results[node.id] = found ?? expected
      } catch let error as FXError {
        guard let first = region.first else { return false }
        left.note(first, because: "\(error.message) ('\(node.name)')")
        return false
      } catch {
        return false
      }
    }
    return true
  }

  private func check(_ found: IValue, against expected: IValue, of node: Node) throws {
    let (sizes, wanted) = (try found.sizes, try expected.sizes)
    let fits =
      sizes.count == wanted.count
      && zip(sizes, wanted).allSatisfy { $0.int == nil || $1.int == nil || $0 == $1 }
    guard fits, try found.dtype == expected.dtype else {
      throw FXError(
        .operatorUnsupported,
        "the result of \(node.target) in torch.vmap has another shape or dtype")
    }
  }
}
