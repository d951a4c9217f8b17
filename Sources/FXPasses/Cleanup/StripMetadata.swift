import FXCore
import FXGraph

extension GraphPass {
  /// Removes textual metadata of nodes, of all or of some kinds, in every graph.
  ///
  ///     %s = sin(%x)  # stack_trace, nn_module_stack   →   %s = sin(%x)
  public static let stripMetadata = GraphPass(
    "strip-metadata", "removes stack traces and other texts from nodes",
    optionHelp: "all (default), or keys joined by +: stack_trace+nn_module_stack"
  ) { module, context in
    let option = context.option ?? "all"
    let keys = option.split(separator: "+", omittingEmptySubsequences: false)
    if keys.contains("") {
      throw FXError(.badPassOption, "'\(option)' holds an empty key")
    }
    if keys.count > 1, keys.contains("all") {
      throw FXError(.badPassOption, "'all' stands alone, found '\(option)'")
    }
    let strings = module.context.strings
    let atoms = Set(keys.compactMap { strings.find(String($0)) })
    var stripping = MetadataStripping(
      module.context, isGone: { keys == ["all"] || atoms.contains($0) })
    module.forEachGraphModule { _, module in stripping.strip(module.graph) }
    context.count(stripping.count, "stripped", "node")
    return stripping.count > 0
  }
}

/// Strips nodes, looking at each distinct list of metadata once.
private struct MetadataStripping {
  let context: GraphContext
  let isGone: (Atom) -> Bool
  var count = 0
  private var results: [MetadataID: MetadataID] = [:]

  init(_ context: GraphContext, isGone: @escaping (Atom) -> Bool) {
    self.context = context
    self.isGone = isGone
  }

  mutating func strip(_ graph: Graph) {
    for node in graph.nodes {
      let old = node.metadataID
      let new = stripped(old)
      if new == old { continue }
      node.metadataID = new
      count += 1
    }
  }

  private mutating func stripped(_ id: MetadataID) -> MetadataID {
    if let known = results[id] { return known }
    let kept = context.metadata.entries(of: id).filter { !isGone($0.key) }
    let result = context.metadata.intern(Array(kept))
    results[id] = result
    return result
  }
}
