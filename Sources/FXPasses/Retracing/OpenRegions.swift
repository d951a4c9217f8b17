import FXCore
import FXGraph
import FXOperators

/// The regions of autocast and `torch.vmap` around a node of a graph in which they stay.
struct OpenRegions {
  /// What autocast lowers to; nil where it is off.
  var autocast: ScalarType?
  private var outside: [ScalarType?] = []
  private var vmapDepth = 0

  /// Follows a switch; other nodes switch nothing.
  ///
  /// - Throws: `regions.badSwitch` for an autocast switch without its settings.
  mutating func follow(_ node: Node) throws {
    switch node.target {
    case Targets.enterAutocast:
      outside.append(autocast)
      autocast = try AutocastRegion(of: node).loweredDType(outside: autocast)
    case Targets.exitAutocast: autocast = outside.popLast() ?? nil
    default:
      guard LeftOperators.isVmap(node) else { return }
      if node.target.hasSuffix("_vmap_increment_nesting") { vmapDepth += 1 }
      if node.target.hasSuffix("_vmap_decrement_nesting") { vmapDepth -= 1 }
    }
  }

  /// Makes sure that the functional form of a write gives what the write does here.
  ///
  /// - Throws: `operator.unsupported` where a region changes the one and not the other.
  func check(_ resolved: ResolvedOperator, _ library: OperatorLibrary) throws {
    let name = resolved.schema.qualifiedName
    if vmapDepth > 0 {
      throw FXError(
        .operatorUnsupported,
        "\(name) writes inside of torch.vmap, which 'functionalize' leaves; 'decompose' takes it apart"
      )
    }
    guard autocast != nil, let form = library.functionalForm(of: resolved),
      try Autocast.concerns(library.resolved(named: form.schema.qualifiedName))
    else { return }
    throw FXError(
      .operatorUnsupported,
      "\(name) writes in an autocast region, which would convert the arguments of "
        + "\(form.schema.qualifiedName); 'decompose' inlines the region")
  }
}
