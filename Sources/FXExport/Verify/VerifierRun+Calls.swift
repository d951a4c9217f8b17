import FXCore
import FXGraph

/// Checks calls: what is called, and that its result is known.
extension VerifierRun {
  mutating func checkCall(_ node: Node, _ regions: inout RegionStack, _ scope: GraphScope) {
    let target = target(of: node)
    switch target {
    case .getitem, .function: break
    case .setGradEnabled: checkSetGrad(node, scope)
    case .enterAutocast: checkEnter(node, &regions, scope)
    case .exitAutocast: checkExit(node, &regions, scope)
    case .higherOrder(let name):
      checkHigherOrder(name, node, scope)
      checkCallees(of: node, scope)
    case .overload(let name, let isKnown): checkOverload(node, name, isKnown, scope)
    case .extensionOperator:
      warnOnce(.operatorCustom, "PyTorch needs an extension to load '\(node.target)'", node, scope)
    case .notAllowed:
      report(
        .error, .operatorNotAllowed, "an exported program can't call '\(node.target)'", node, scope)
    }
    if node.valueID == .unknown { checkMissingValue(node, target, scope) }
    for error in verifier.operatorCheck?(node) ?? [] {
      report(.error, error.code, error.message, node, scope)
    }
  }

  private mutating func checkOverload(
    _ node: Node, _ name: OperatorName, _ isKnown: Bool, _ scope: GraphScope
  ) {
    if !isKnown { warnOfLibrary(name, node.target, node, scope) }
    guard isFunctional else { return }
    let isMutable =
      verifier.isMutable?(node.target)
      ?? (name.namespace == "aten" && CallTarget.looksMutable(name))
    if isMutable {
      report(
        .error, .operatorNotFunctional,
        "'\(node.target)' writes to its arguments; the dialect allows functional operators only",
        node, scope)
    }
  }

  /// Checks the operators that are given to a higher-order one.
  private mutating func checkCallees(of node: Node, _ scope: GraphScope) {
    for target in node.callees {
      switch CallTarget(target) {
      case .overload(let name, isKnown: false): warnOfLibrary(name, target, node, scope)
      case .extensionOperator:
        warnOnce(.operatorCustom, "PyTorch needs an extension to load '\(target)'", node, scope)
      case .overload, .higherOrder, .function, .getitem: break
      case .setGradEnabled, .enterAutocast, .exitAutocast, .notAllowed:
        report(
          .error, .operatorNotAllowed, "an exported program can't call '\(target)'", node, scope)
      }
    }
  }

  private mutating func warnOfLibrary(
    _ name: OperatorName, _ target: String, _ node: Node, _ scope: GraphScope
  ) {
    warnOnce(
      .operatorCustom,
      "PyTorch can load '\(target)' only where the library '\(name.namespace)' is loaded", node,
      scope)
  }

  private mutating func checkMissingValue(
    _ node: Node, _ target: CallTarget, _ scope: GraphScope
  ) {
    // An operator that returns nothing has no value and no users.
    if node.userCount == 0, case .overload = target,
      verifier.returnCount?(node.target) ?? 0 == 0
    {
      return
    }
    report(.error, .missingValue, "nothing is known of its result", node, scope)
  }

  private mutating func warnOnce(
    _ code: FXError.Code, _ message: String, _ node: Node, _ scope: GraphScope
  ) {
    guard reported.insert(message).inserted else { return }
    report(.warning, code, message, node, scope)
  }
}
