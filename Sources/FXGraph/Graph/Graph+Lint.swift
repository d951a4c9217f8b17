import FXCore

extension Graph {
  /// Checks every invariant and returns all violations, each with its own code and node.
  ///
  /// Beyond torch.fx's `lint`: places of placeholders and output, arguments by kind, and that the
  /// lists of users and inputs agree with the arguments.
  public func lint() -> [FXError] {
    var errors: [FXError] = []
    let storage = self.storage.pointee
    let strings = context.strings
    func report(_ code: FXError.Code, _ message: String, _ record: NodeRecord) {
      errors.append(FXError(code, message, at: SourcePlace(node: strings[record.name])))
    }
    var isDefined = [Bool](repeating: false, count: idLimit)
    var placeholdersEnded = false
    var outputs = 0
    var id = storage.first
    while id >= 0 {
      let (record, links) = (storage.nodes[id], storage.links[id])
      if outputs > 0 {
        report(.misplacedOutput, "the node comes after the output", record)
      }
      var edge = links.firstInput
      while edge >= 0 {
        let def = storage.edges[edge].def
        edge = storage.edges[edge].nextInput
        if isDefined[Int(def)] { continue }
        if storage.links[def].isErased {
          report(.usesErasedNode, "it uses an erased node", record)
        } else {
          let name = strings[storage.nodes[def].name]
          report(.useBeforeDefinition, "it uses '\(name)', which is defined later", record)
        }
      }
      isDefined[Int(id)] = true
      // The namespace knows the last node that was given a name; all others of that name are wrong.
      if namespace.owners[record.name] != id {
        report(.duplicateName, "two nodes are named '\(strings[record.name])'", record)
      }
      if record.name == .empty { report(.emptyName, "the name is empty", record) }
      if record.target == .empty { report(.emptyName, "the target is empty", record) }
      switch record.kind {
      case .placeholder:
        if placeholdersEnded {
          report(.misplacedPlaceholder, "a placeholder must come before all other nodes", record)
        }
      case .output: outputs += 1
      default: placeholdersEnded = true
      }
      if let message = argumentViolation(of: record) { report(.wrongArguments, message, record) }
      if !edgesAgree(with: record, links) {
        report(.usersMismatch, "the lists of inputs and users disagree with its arguments", record)
      }
      if record.kind == .getAttr || record.kind == .callModule, let owner,
        let error = attributeViolation(of: record, in: owner)
      {
        errors.append(error)
      }
      id = links.next
    }
    return errors
  }

  /// Throws the first violation that `lint` finds.
  public func check() throws {
    if let error = lint().first { throw error }
  }

  private func argumentViolation(of node: NodeRecord) -> String? {
    let (args, kwargs) = (node.args.count, node.kwargs.count)
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

  /// Tells whether the inputs of a node are those of its arguments, in their order, and know the
  /// cells that mention them.
  private func edgesAgree(with node: NodeRecord, _ links: NodeLinks) -> Bool {
    let visit = storage.pointee.nextEpoch()
    var edge = links.firstInput
    return agree(node.args, &edge, visit)
      && (node.kwargs.count == 0 || agree(node.kwargs, &edge, visit)) && edge < 0
  }

  private func agree(_ range: CellRange, _ edge: inout Int32, _ visit: Int32) -> Bool {
    for index in range.indices {
      switch storage.pointee.cells[index].tag {
      case .node:
        let def = storage.pointee.cells[index].node
        if storage.pointee.links[def].stamp == visit { continue }
        storage.pointee.links[def].stamp = visit
        guard edge >= 0, storage.pointee.edges[edge].def == def else { return false }
        let mention = storage.pointee.mentions[edge]
        guard mention < 0 || mention == index else { return false }
        edge = storage.pointee.edges[edge].nextInput
      case .list, .tuple, .dict, .slice:
        if !agree(storage.pointee.cells[index].parts, &edge, visit) { return false }
      default: break
      }
    }
    return true
  }

  private func attributeViolation(of node: NodeRecord, in owner: GraphModule) -> FXError? {
    let place = SourcePlace(node: context.strings[node.name])
    let target = context.strings[node.target]
    guard let member = owner.member(at: target) else {
      return FXError(.missingAttribute, "the module has no '\(target)'", at: place)
    }
    if node.kind == .callModule {
      guard case .module = member else {
        return FXError(.notAModule, "'\(target)' is not a module and can't be called", at: place)
      }
    }
    return nil
  }
}
