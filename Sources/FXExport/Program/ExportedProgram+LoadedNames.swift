import FXCore
import FXGraph

extension ExportedProgram {
  /// The module as PyTorch shows it: the loader names calls whose result is None after what they
  /// call, as `_vmap_increment_nesting_unused`, whatever the document names them.
  ///
  /// It is a copy where a name differs; documents are written with the names that they had.
  public var loadedModule: GraphModule {
    var needsCopy = false
    module.forEachGraphModule { _, module in
      if !needsCopy { needsCopy = module.graph.nodes.contains { $0.loadedName != nil } }
    }
    if !needsCopy { return module }
    let copy = module.copy()
    copy.forEachGraphModule { _, module in
      for node in module.graph.nodes {
        if let name = node.loadedName { module.graph.rename(node, to: name) }
      }
    }
    return copy
  }
}

extension Node {
  /// The name that PyTorch's loader proposes for a call whose result is None; nil for others.
  fileprivate var loadedName: String? {
    guard kind == .callFunction, value == Value.none, target != Targets.getitem else { return nil }
    return graph.context.unusedName(of: targetAtom)
  }
}
