import FXCore
import FXGraph

/// Puts the submodules of a split module back: as calls of wrappers, or inlined.
///
/// Source: `torch/_export/passes/replace_with_hop_pass_util.py`. Names are made in the same order.
struct RegionRewriter {
  let module: GraphModule
  private var inliner: Inliner
  private(set) var wrappedCount = 0
  private(set) var inlinedCount = 0
  private var graph: Graph { module.graph }

  init(_ split: GraphModule) {
    module = split
    inliner = Inliner(split)
  }

  mutating func inline(_ call: Node) throws {
    try inliner.inline(call)
    inlinedCount += 1
  }

  /// Makes the call of a region's submodule a call of `wrapper` with the submodule as an argument.
  ///
  /// - Parameter start: the switch in the submodule that begins the region.
  /// - Parameter settings: the first arguments of the wrapper.
  mutating func wrap(
    _ call: Node, body: GraphModule, start: Node, settings: [Argument], wrapper: String
  ) throws {
    guard let output = body.graph.outputNode, let result = output.arg(0) else {
      throw FXError(
        .misplacedOutput, "the graph has no output", at: SourcePlace(path: call.target))
    }
    wrappedCount += 1
    let builder = graph.inserting(before: call)
    let attribute = builder.getAttr(call.target)
    attribute.metadataID = moduleStack(of: start)
    let args = settings + [.node(attribute)] + call.args
    if case .node(let part) = result {
      // A single result stays the name of the call, and `getitem` gets a name of its own.
      let wrapped = builder.callFunction(wrapper, args, name: part.name)
      output.args = [.tuple([result])]
      let item = builder.callFunction(Targets.getitem, [.node(wrapped), 0])
      takeFacts(of: part, to: item)
      describe(wrapped, wrapper, start, values: [part.valueID])
      try graph.replace(call, with: item)
      return
    }
    let parts = (result.elements ?? []).compactMap(\.node)
    let wrapped = builder.callFunction(wrapper, args)
    describe(wrapped, wrapper, start, values: parts.map(\.valueID))
    try graph.replace(call, with: wrapped)
    for item in wrapped.users {
      guard let index = item.arg(1)?.int, parts.indices.contains(index) else { continue }
      graph.rename(item, to: parts[index].name)
      takeFacts(of: parts[index], to: item)
    }
  }

  /// Removes submodules that are no longer used and gives graph and members to `target`.
  mutating func finish(into target: GraphModule) {
    inliner.finish()
    target.take(module)
  }

  private func takeFacts(of node: Node, to item: Node) {
    item.valueID = node.valueID
    item.metadataID = node.metadataID
  }

  private func moduleStack(of node: Node) -> MetadataID {
    let context = graph.context
    guard let key = context.strings.find("nn_module_stack") else { return .empty }
    let entry = context.metadata.entries(of: node.metadataID).first { $0.key == key }
    return entry.map { context.metadata.intern([$0]) } ?? .empty
  }

  private func describe(_ call: Node, _ wrapper: String, _ start: Node, values: [ValueID]) {
    let context = graph.context
    // The names of a higher-order operator's arguments are empty in files.
    call.argNames = [String?](repeating: "", count: call.argCount)
    call.valueID = context.values.intern(.tuple(values))
    let name = wrapper.split(separator: ".").last.map(String.init) ?? wrapper
    let className = name.split(separator: "_").map { part in
      part.prefix(1).uppercased() + part.dropFirst()
    }.joined()
    let function = MetadataEntry(
      key: context.strings.intern("torch_fn"),
      text: context.strings.intern("\(name);\(className).\(name)"))
    let stack = context.metadata.entries(of: moduleStack(of: start)).map { $0 }
    call.metadataID = context.metadata.intern(stack + [function])
  }
}

extension GraphModule {
  /// Takes over the graph and the members of another module. Members that are no modules stay.
  func take(_ other: GraphModule) {
    graph = other.graph
    var gone: Set<String> = []
    for (name, member) in members {
      if case .module = member { gone.insert(name) }
    }
    removeMembers(named: gone)
    for (name, member) in other.members { self[name] = member }
  }

  /// Calls `body` with each graph module that a `get_attr` of this module's graph fetches, once.
  func forEachFetchedModule(_ body: (GraphModule) throws -> Void) rethrows {
    var seen: Set<Atom> = []
    for node in graph.nodes where node.kind == .getAttr {
      guard seen.insert(node.targetAtom).inserted, let module = graphModule(at: node.target)
      else { continue }
      try body(module)
    }
  }
}
