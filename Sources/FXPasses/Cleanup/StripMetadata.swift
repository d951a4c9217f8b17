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
    try checkKeys(keys, of: module)
    let strings = module.context.strings
    let atoms = Set(keys.compactMap { strings.find(String($0)) })
    var stripping = MetadataStripping(
      module.context, isGone: { keys == ["all"] || atoms.contains($0) })
    module.forEachGraphModule { _, module in stripping.strip(module.graph) }
    context.count(stripping.count, "stripped", "node")
    return stripping.count > 0
  }
}

extension GraphPass {
  /// The keys of texts that the export serializer writes, all of which a program may lack.
  private static let knownKeys = SlimPart.allCases.flatMap(\.metadataKeys) + ["custom"]

  /// Makes sure that each key is one that programs have, or that this one has.
  ///
  /// - Throws: `pass.badOption`.
  private static func checkKeys(_ keys: [Substring], of module: GraphModule) throws {
    let unknown = Set(keys.map(String.init)).subtracting(knownKeys + ["all"])
    if unknown.isEmpty { return }
    var present: Set<String> = []
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes {
        for entry in module.context.metadata.entries(of: node.metadataID) {
          present.insert(module.context.strings[entry.key])
        }
      }
    }
    guard let key = unknown.subtracting(present).min() else { return }
    let names = present.union(knownKeys).sorted()
    throw FXError(
      .badPassOption,
      "no node has metadata '\(key)'; there is \(names.joined(separator: ", "))"
        + Spelling.hint(for: key, among: names))
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
