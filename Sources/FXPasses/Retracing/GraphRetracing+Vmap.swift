import FXCore
import FXGraph
import FXOperators
import FXRuntime

/// Regions of `torch.vmap`, whose operators are called once for all tensors of the batch.
extension GraphRetracing {
  /// Takes a node of a region apart.
  ///
  /// - Returns: whether it did; all other nodes are treated as outside of regions.
  func visitBatched(_ node: Node, _ vmaps: VmapRegions) throws -> Bool {
    if LeftOperators.isVmap(node), vmaps.current == nil {
      guard let region = vmaps.region(from: node) else { return false }
      guard vmaps.isTakenApart(region, { canFollow(region) }) else { return false }
      if node == region.first { pass.batchedCount += 1 }
    }
    guard let value = try step(node, vmaps) else { return false }
    _ = try recorder.settle(.none, as: nil)
    results[node.id] = value
    replaced.append(node)
    if !LeftOperators.isVmap(node) { pass.decomposedCount += 1 }
    if let new = recorder.node(of: value), try functionalizer.current(new) != node {
      node.replaceAllUses(with: new)
    } else if case .symbol = value, node.userCount > 0,
      case .node(let new) = try recorder.argument(value)
    {
      node.replaceAllUses(with: new)
    }
    return true
  }

  /// Computes a node of a region; nil for one that no batch is part of.
  private func step(_ node: Node, _ vmaps: VmapRegions) throws -> IValue? {
    guard node.kind == .callFunction else { return nil }
    if LeftOperators.isVmap(node) {
      return try vmaps.follow(node, node.args.map { value(of: $0) ?? .none })
    }
    guard let batch = vmaps.current else { return nil }
    if node.target == Targets.getitem {
      guard let source = node.args.first?.node, case .int(let index)? = node.args.last,
        let parts = results[source.id]?.elements, parts.indices.contains(index),
        batch.isBatchedAnywhere(parts[index])
      else { return nil }
      return parts[index]
    }
    guard let resolved = resolve(node), let arguments = complete(node, resolved) else {
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
  private func canFollow(_ region: ArraySlice<Node>) -> Bool {
    let before = results
    defer { results = before }
    let trial = TrialEmitter(library: pass.library, symbols: pass.symbols)
    let vmaps = VmapRegions(Array(region), trial)
    for node in region {
      do {
        let expected = try recorder.values.fake(node.valueID)
        let found = try step(node, vmaps)
        if let found, let expected, found.isTensor, expected.isTensor {
          try check(found, against: expected, of: node)
        }
        results[node.id] = found ?? expected
      } catch let error as FXError {
        guard let first = region.first else { return false }
        pass.left.note(first, because: "\(error.message) ('\(node.name)')")
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
