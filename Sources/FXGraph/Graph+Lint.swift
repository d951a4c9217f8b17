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
    var namesSeen: Set<Atom> = []
    var placeholdersEnded = false
    var outputs = 0
    for node in nodes {
      if outputs > 0 {
        report(.misplacedOutput, "the node comes after the output", node)
      }
      node.forEachInput { input in
        if input.isErased {
          report(.usesErasedNode, "it uses an erased node", node)
        } else if !isDefined[Int(input.id.rawValue)] {
          report(.useBeforeDefinition, "it uses '\(input.name)', which is defined later", node)
        }
      }
      isDefined[Int(node.id.rawValue)] = true
      if !namesSeen.insert(node.nameAtom).inserted {
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
      if let error = attributeViolation(of: node) { errors.append(error) }
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

  private func edgesAgree(with node: Node) -> Bool {
    var expected: [Int32] = []
    // Few inputs are compared one by one; of many, a set keeps time linear.
    var known: Set<Int32> = []
    func isNew(_ id: Int32) -> Bool {
      if expected.count < 16 { return !expected.contains(id) }
      if known.isEmpty { known = Set(expected) }
      return known.insert(id).inserted
    }
    func collect(_ range: CellRange) {
      for index in range.indices {
        let cell = storage.pointee.cells[index]
        switch cell.tag {
        case .node: if isNew(cell.node) { expected.append(cell.node) }
        case .list, .tuple, .dict, .slice: collect(cell.parts)
        default: break
        }
      }
    }
    collect(node.record.args)
    collect(node.record.kwargs)
    var actual: [Int32] = []
    node.forEachInput { actual.append($0.id.rawValue) }
    return expected == actual
  }

  private func attributeViolation(of node: Node) -> FXError? {
    guard let owner, node.kind == .getAttr || node.kind == .callModule else { return nil }
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
