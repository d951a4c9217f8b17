import FXCore
import FXGraph

extension GraphPass {
  /// Wraps regions whose grad mode is not the ambient one in a higher-order call.
  ///
  ///     %_ = set_grad(False); %s = sin(%x); %_ = set_grad(True)
  ///       →   %s = wrap_with_set_grad_enabled(False, @submod_1, %x)[0]
  ///
  /// The switches go; regions of the ambient mode become part of the graph around them. Where
  /// PyTorch's pass keeps the grad mode of every operator, the result is PyTorch's. Source:
  /// `torch/_export/passes/replace_set_grad_with_hop_pass.py`.
  public static let replaceSetGrad = GraphPass(
    "replace-set-grad", "wraps grad-mode regions in wrap_with_set_grad_enabled"
  ) { module, context in
    let pass = SetGradReplacement(module, ambient: context.isAmbientGradEnabled)
    try pass.rewrite(module, isTopLevel: true)
    context.count(pass.wrappedCount, "wrapped", "region")
    context.count(pass.inlinedCount, "inlined", "region")
    return pass.hasChanged
  }
}

/// One run of `replace-set-grad` over a module tree.
private final class SetGradReplacement {
  private let atoms: RegionAtoms
  private let root: GraphModule
  private let ambient: Bool
  private var done: Set<ObjectIdentifier> = []
  private var entryModes: [ObjectIdentifier: Set<Bool>]?
  private(set) var wrappedCount = 0
  private(set) var inlinedCount = 0
  private(set) var hasChanged = false

  init(_ module: GraphModule, ambient: Bool) {
    atoms = RegionAtoms(module.context)
    root = module
    self.ambient = ambient
  }

  func rewrite(_ module: GraphModule, isTopLevel: Bool) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    if module.graph.nodes.contains(where: atoms.isSetGrad) {
      let entries = isTopLevel ? [ambient] : try modes(of: module)
      try replaceSwitches(of: module, entries: entries, isTopLevel: isTopLevel)
    }
    try module.forEachFetchedModule { try rewrite($0, isTopLevel: false) }
  }

  /// Returns the grad modes under which a submodule is called, found when first asked for.
  ///
  /// PyTorch takes the ambient mode for every submodule, and so loses the mode of a region that
  /// has the ambient mode inside a caller that has not.
  private func modes(of module: GraphModule) throws -> Set<Bool> {
    if entryModes == nil {
      let analysis = try ModeAnalysis(root, ambient: OperatorState(isGradEnabled: ambient))
      var modes: [ObjectIdentifier: Set<Bool>] = [:]
      for visit in analysis.visits {
        let entry = analysis.states[Int(visit.entry)]
        modes[ObjectIdentifier(visit.module), default: []].insert(entry.isGradEnabled)
      }
      entryModes = modes
    }
    return entryModes?[ObjectIdentifier(module)] ?? [ambient]
  }

  private func replaceSwitches(
    of module: GraphModule, entries: Set<Bool>, isTopLevel: Bool
  ) throws {
    hasChanged = true
    RegionOrder.gatherItems(of: module.graph)
    var options = GraphModule.sequentialOptions
    options.keepPlaceholderNames = isTopLevel
    let split = try module.sequentialSplit(options: options, startingAt: atoms.isSetGrad)
    var rewriter = RegionRewriter(split)
    for call in split.graph.findNodes(.callModule) {
      guard let body = split.graphModule(at: call.target) else { continue }
      let switches = body.graph.nodes.filter(atoms.isSetGrad)
      if let start = switches.first, try mustWrap(body.graph, start, entries: entries) {
        let mode = try start.switchedGradMode()
        try rewriter.wrap(
          call, body: body, start: start, settings: [.bool(mode)],
          wrapper: Targets.wrapWithSetGradEnabled)
        try start.erase()
      } else {
        for node in switches { try node.erase() }
        try rewriter.inline(call)
      }
    }
    rewriter.finish(into: module)
    wrappedCount += rewriter.wrappedCount
    inlinedCount += rewriter.inlinedCount
  }

  /// Tells whether a region needs a wrapper.
  ///
  /// PyTorch wraps a region of another mode than the ambient one if the switch comes first in it.
  /// It does not where attributes or autocast switches come before, and then operators lose their
  /// mode; nothing is lost where there are no operators, and then PyTorch's result is right.
  private func mustWrap(_ body: Graph, _ start: Node, entries: Set<Bool>) throws -> Bool {
    let mode = try start.switchedGradMode()
    if mode != ambient, body.nodes.firstNonPlaceholder == start { return true }
    let isLost = mode != ambient || entries.contains(!mode)
    return isLost && body.nodes.contains(where: atoms.isOperator)
  }
}
