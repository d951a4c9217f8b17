import FXCore
import FXGraph
import FXOperators

/// Puts grad-mode and autocast regions in the place of their calls, as `run_decompositions` does, and
/// remembers what autocast lowers the operators to that were in them.
///
/// A region whose arguments are no nodes stays as it is.
struct InlinedRegions {
  private let module: GraphModule
  /// What autocast lowers to outside of all regions; nil where it is off.
  private let outside: ScalarType?
  private var inside: [NodeID: ScalarType?] = [:]
  /// How many regions were inlined.
  private(set) var count = 0

  /// Inlines the regions of a module's graph, and those within them.
  init(inlining module: GraphModule, under outside: ScalarType?) throws {
    self.module = module
    self.outside = outside
    let atoms = RegionAtoms(module.context)
    var waiting = module.graph.nodes.filter { Self.isRegion($0, atoms) }
    guard !waiting.isEmpty else { return }
    var inliner = Inliner(module)
    defer { inliner.finish() }
    waiting.reverse()
    while let region = waiting.popLast() {
      let first = module.graph.idLimit
      guard let dtype = try inline(region, atoms, &inliner) else { continue }
      count += 1
      let limit = module.graph.idLimit
      let copies = (first..<limit).map { module.graph[NodeID(rawValue: Int32($0))] }
        .filter { !$0.isErased }
      for copy in copies { inside[copy.id] = dtype }
      waiting += copies.filter { Self.isRegion($0, atoms) }.reversed()
    }
  }

  /// Returns what autocast lowers an operator to; nil where it is off.
  func autocast(of node: Node) -> ScalarType? { inside[node.id] ?? outside }

  private static func isRegion(_ node: Node, _ atoms: RegionAtoms) -> Bool {
    node.calls(atoms.wrapSetGrad) || node.calls(atoms.wrapAutocast)
  }

  /// Inlines one region.
  ///
  /// - Returns: what autocast lowers to in it, nil in it where it is off; nil where it stays.
  private func inline(
    _ region: Node, _ atoms: RegionAtoms, _ inliner: inout Inliner
  ) throws -> ScalarType?? {
    let isAutocast = region.calls(atoms.wrapAutocast)
    let settings = isAutocast ? 4 : 1
    let arguments = region.args
    guard arguments.count > settings, let body = arguments[settings].node, body.kind == .getAttr,
      module.graphModule(at: body.target) != nil, body.userCount == 1
    else { return .none }
    let around = autocast(of: region)
    let dtype = isAutocast ? try AutocastRegion(of: region).loweredDType(outside: around) : around
    let call = module.graph.inserting(before: region).callModule(
      body.target, Array(arguments.dropFirst(settings + 1)))
    let users = region.users
    region.replaceAllUses(with: call)
    do {
      try inliner.inline(call)
    } catch is FXError {
      for user in users where user.inputs.contains(call) { user.replaceInput(call, with: region) }
      try call.erase()
      return .none
    }
    try region.erase()
    try body.erase()
    return .some(dtype)
  }
}
