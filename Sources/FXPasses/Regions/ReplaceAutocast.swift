import FXCore
import FXGraph

extension GraphPass {
  /// Wraps autocast regions in a higher-order call, nested ones inside the outer one's graph.
  ///
  ///     %c = enter_autocast('cpu', bfloat16, True, None); %m = mm(%x, %y); %_ = exit_autocast(%c)
  ///       →   %m = wrap_with_autocast('cpu', bfloat16, True, None, @submod_1, %x, %y)[0]
  ///
  /// The result is PyTorch's, which leaves the switches of some regions in the graph: those that
  /// fetch an attribute, and those in a grad-mode region that is not wrapped. The option
  /// `all-regions` wraps them as well. Source:
  /// `torch/_export/passes/replace_autocast_with_hop_pass.py`.
  public static let replaceAutocast = GraphPass(
    "replace-autocast", "wraps autocast regions in wrap_with_autocast",
    optionHelp: "all-regions: wrap regions too that PyTorch leaves as switches"
  ) { module, context in
    switch context.option {
    case nil, "", "all-regions": break
    case let option?:
      throw FXError(.badPassOption, "found '\(option)', expected all-regions")
    }
    let pass = AutocastReplacement(
      module.context, wrapsAll: context.option == "all-regions")
    try pass.rewrite(module, isTopLevel: true)
    context.count(pass.wrappedCount, "wrapped", "region")
    context.count(pass.inlinedCount, "inlined", "region")
    return pass.hasChanged
  }
}

/// One run of `replace-autocast` over a module tree.
private final class AutocastReplacement {
  private let atoms: RegionAtoms
  private let wrapsAll: Bool
  private var done: Set<ObjectIdentifier> = []
  private(set) var wrappedCount = 0
  private(set) var inlinedCount = 0
  private(set) var hasChanged = false

  init(_ context: GraphContext, wrapsAll: Bool) {
    atoms = RegionAtoms(context)
    self.wrapsAll = wrapsAll
  }

  func rewrite(_ module: GraphModule, isTopLevel: Bool) throws {
    guard done.insert(ObjectIdentifier(module)).inserted else { return }
    if module.graph.nodes.contains(where: { atoms.isEnter($0) || atoms.isExit($0) }) {
      try replaceSwitches(of: module, isTopLevel: isTopLevel)
    }
    try module.forEachFetchedModule { try rewrite($0, isTopLevel: false) }
  }

  private func replaceSwitches(of module: GraphModule, isTopLevel: Bool) throws {
    hasChanged = true
    RegionOrder.gatherItems(of: module.graph)
    var options = GraphModule.sequentialOptions
    options.keepPlaceholderNames = isTopLevel
    var regions = OuterRegions(atoms)
    let split = try module.sequentialSplit(options: options) { try regions.isStart($0) }
    var rewriter = RegionRewriter(split)
    for call in split.graph.findNodes(.callModule) {
      guard let body = split.graphModule(at: call.target) else { continue }
      if let start = start(of: body.graph) {
        try wrap(call, body, start, &rewriter)
      } else {
        try rewriter.inline(call)
      }
    }
    rewriter.finish(into: module)
    wrappedCount += rewriter.wrappedCount
    inlinedCount += rewriter.inlinedCount
  }

  /// Returns the enter of the region that a submodule is, where it is to be wrapped.
  private func start(of body: Graph) -> Node? {
    let first = body.nodes.first {
      $0.kind != .placeholder && !(wrapsAll && ($0.kind == .getAttr || atoms.isSetGrad($0)))
    }
    return first.flatMap { atoms.isEnter($0) ? $0 : nil }
  }

  private func wrap(
    _ call: Node, _ body: GraphModule, _ start: Node, _ rewriter: inout RegionRewriter
  ) throws {
    let exit = body.graph.nodes.reversed().first { atoms.isExit($0) || atoms.isEnter($0) }
    guard let exit, atoms.isExit(exit), exit.arg(0)?.node == start else {
      throw FXError(
        .unbalancedAutocast, "the autocast region is not left by the last exit in it",
        at: SourcePlace(node: start.name))
    }
    let settings = try AutocastRegion(of: start)
    try rewriter.wrap(
      call, body: body, start: start,
      settings: start.argCount == 4 ? start.args : settings.arguments,
      wrapper: Targets.wrapWithAutocast)
    try exit.erase()
    try start.erase()
  }
}

/// Finds where outermost autocast regions start and where the graph goes on behind them.
private struct OuterRegions {
  let atoms: RegionAtoms
  private var open: [NodeID] = []
  private var hasJustEnded = false

  init(_ atoms: RegionAtoms) { self.atoms = atoms }

  mutating func isStart(_ node: Node) throws -> Bool {
    let isEnter = atoms.isEnter(node)
    let isStart = hasJustEnded || (open.isEmpty && isEnter)
    hasJustEnded = false
    if isEnter {
      open.append(node.id)
    } else if atoms.isExit(node) {
      guard let innermost = open.popLast(), node.arg(0)?.node?.id == innermost else {
        throw FXError(
          .unbalancedAutocast, "it leaves a region that is not the innermost open one",
          at: SourcePlace(node: node.name))
      }
      hasJustEnded = open.isEmpty
    }
    return isStart
  }
}
