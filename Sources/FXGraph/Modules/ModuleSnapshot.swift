/// What a module tree was at one moment, to which it can be taken back.
///
/// Going back changes the graphs that are there, so that handles of modules and nodes stay valid.
package struct ModuleSnapshot {
  private struct Entry {
    let module: Module
    let className: String
    let members: [(name: String, member: Module.Member)]
    let code: (graph: Graph, copy: Graph)?
    let metadata: [(key: String, text: String)]
  }

  private var entries: [Entry] = []

  /// Keeps a module with all modules below it.
  package init(of module: GraphModule) {
    var seen: Set<ObjectIdentifier> = []
    add(module, &seen)
  }

  private mutating func add(_ module: Module, _ seen: inout Set<ObjectIdentifier>) {
    guard seen.insert(ObjectIdentifier(module)).inserted else { return }
    let graphModule = module as? GraphModule
    entries.append(
      Entry(
        module: module, className: module.className, members: module.members,
        code: graphModule.map { ($0.graph, $0.graph.copy()) },
        metadata: graphModule?.metadata ?? []))
    for case (_, .module(let child)) in module.members { add(child, &seen) }
  }

  /// Makes the modules what they were. A snapshot serves once.
  package consuming func restore() {
    for entry in entries {
      entry.module.className = entry.className
      entry.module.replaceMembers(with: entry.members)
      guard let module = entry.module as? GraphModule, let code = entry.code else { continue }
      code.graph.takeContents(of: code.copy)
      module.graph = code.graph
      module.metadata = entry.metadata
    }
  }
}

extension Graph {
  /// Becomes what a copy of the graph holds, which is of no use afterwards.
  fileprivate func takeContents(of copy: Graph) {
    swap(&storage.pointee, &copy.storage.pointee)
    namespace = copy.namespace
    unknownFields = copy.unknownFields
    unknownNodeFields = copy.unknownNodeFields
    unclaimedValues = copy.unclaimedValues
  }
}
