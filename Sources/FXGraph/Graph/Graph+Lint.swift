import FXCore

extension Graph {
  /// Checks every invariant and returns all violations, each with its own code and node.
  ///
  /// Beyond torch.fx's `lint`: places of placeholders and output, arguments by kind, and that the
  /// lists of users and inputs agree with the arguments.
  public func lint() -> [FXError] {
    var errors: [FXError] = []
    func report(_ code: FXError.Code, _ message: String, _ node: Node) {
      errors.append(FXError(code, message, at: SourcePlace(node: node.name)))
    }
    var isDefined = [Bool](repeating: false, count: idLimit)
    var placeholdersEnded = false
    var outputs = 0
    for node in nodes {
      if outputs > 0 {
        report(.misplacedOutput, "the node comes after the output", node)
      }
      var edge = node.record.firstInput
      while edge >= 0 {
        let def = storage.pointee.edges[edge].def
        edge = storage.pointee.edges[edge].nextInput
        if isDefined[Int(def)] { continue }
        if storage.pointee.nodes[def].isErased {
          report(.usesErasedNode, "it uses an erased node", node)
        } else {
          let name = context.strings[storage.pointee.nodes[def].name]
          report(.useBeforeDefinition, "it uses '\(name)', which is defined later", node)
        }
      }
      isDefined[Int(node.id.rawValue)] = true
      // The namespace knows the last node that was given a name; all others of that name are wrong.
      if namespace.owners[node.nameAtom] != node.id.rawValue {
        report(.duplicateName, "two nodes are named '\(node.name)'", node)
      }
      if node.nameAtom == .empty { report(.emptyName, "the name is empty", node) }
      if node.targetAtom == .empty { report(.emptyName, "the target is empty", node) }
      switch node.kind {
      case .placeholder:
        if placeholdersEnded {
          report(.misplacedPlaceholder, "a placeholder must come before all other nodes", node)
        }
      case .output: outputs += 1
      default: placeholdersEnded = true
      }
      if let message = argumentViolation(of: node) { report(.wrongArguments, message, node) }
      if !edgesAgree(with: node) {
        report(.usersMismatch, "the lists of inputs and users disagree with its arguments", node)
      }
      if node.kind == .getAttr || node.kind == .callModule, let owner,
        let error = attributeViolation(of: node, in: owner)
      {
        errors.append(error)
      }
    }
    return errors
  }

  /// Throws the first violation that `lint` finds.
  public func check() throws {
    if let error = lint().first { throw error }
  }

  private func argumentViolation(of node: Node) -> String? {
    let (args, kwargs) = (node.record.args.count, node.record.kwargs.count)
    switch node.kind {
    case .placeholder where args > 1 || kwargs > 0:
      return "a placeholder has at most one argument, its default value"
    case .output where args != 1 || kwargs > 0:
      return "the output has exactly one argument"
    case .getAttr where args + kwargs > 0:
      return "get_attr has no arguments"
    case .callMethod where args == 0:
      return "call_method needs the object as its first argument"
    default: return nil
    }
  }

  /// Tells whether the inputs of a node are those of its arguments, in their order.
  private func edgesAgree(with node: Node) -> Bool {
    let visit = storage.pointee.nextEpoch()
    var edge = node.record.firstInput
    return agree(node.record.args, &edge, visit) && agree(node.record.kwargs, &edge, visit)
      && edge < 0
  }

  private func agree(_ range: CellRange, _ edge: inout Int32, _ visit: Int32) -> Bool {
    for index in range.indices {
      switch storage.pointee.cells[index].tag {
      case .node:
        let def = storage.pointee.cells[index].node
        if storage.pointee.nodes[def].stamp == visit { continue }
        storage.pointee.nodes[def].stamp = visit
        guard edge >= 0, storage.pointee.edges[edge].def == def else { return false }
        edge = storage.pointee.edges[edge].nextInput
      case .list, .tuple, .dict, .slice:
        if !agree(storage.pointee.cells[index].parts, &edge, visit) { return false }
      default: break
      }
    }
    return true
  }

  private func attributeViolation(of node: Node, in owner: GraphModule) -> FXError? {
    let place = SourcePlace(node: node.name)
    guard let member = owner.member(at: node.target) else {
      return FXError(.missingAttribute, "the module has no '\(node.target)'", at: place)
    }
    if node.kind == .callModule {
      guard case .module = member else {
        return FXError(.notAModule, "'\(node.target)' is no module and can't be called", at: place)
      }
    }
    return nil
  }
}
