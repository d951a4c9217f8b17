import FXCore
import FXGraph

/// The region functions as atoms of one context, so that looking at a node costs integers.
struct RegionAtoms {
  let setGrad: Atom
  let enterAutocast: Atom
  let exitAutocast: Atom
  let wrapSetGrad: Atom
  let wrapAutocast: Atom
  let getitem: Atom

  init(_ context: GraphContext) {
    setGrad = context.strings.intern(Targets.setGradEnabled)
    enterAutocast = context.strings.intern(Targets.enterAutocast)
    exitAutocast = context.strings.intern(Targets.exitAutocast)
    wrapSetGrad = context.strings.intern(Targets.wrapWithSetGradEnabled)
    wrapAutocast = context.strings.intern(Targets.wrapWithAutocast)
    getitem = context.strings.intern(Targets.getitem)
  }

  func isSetGrad(_ node: Node) -> Bool { node.calls(setGrad) }
  func isEnter(_ node: Node) -> Bool { node.calls(enterAutocast) }
  func isExit(_ node: Node) -> Bool { node.calls(exitAutocast) }

  /// Tells whether the node switches the grad mode or autocast for the nodes after it.
  func isSwitch(_ node: Node) -> Bool {
    guard node.kind == .callFunction else { return false }
    let target = node.targetAtom
    return target == setGrad || target == enterAutocast || target == exitAutocast
  }

  /// Tells whether the node computes: neither a switch nor a part of another node's result.
  func isOperator(_ node: Node) -> Bool {
    switch node.kind {
    case .callFunction: !isSwitch(node) && node.targetAtom != getitem
    case .callMethod, .callModule: true
    case .placeholder, .getAttr, .output: false
    }
  }
}

extension Node {
  /// Tells whether the node calls a function, given as an atom of the graph's context.
  func calls(_ function: Atom) -> Bool { kind == .callFunction && targetAtom == function }

  /// Returns the grad mode that a `_set_grad_enabled` call sets.
  ///
  /// - Throws: `regions.badSwitch` where the call has anything but one truth value.
  func switchedGradMode() throws -> Bool {
    guard argCount == 1, let mode = arg(0)?.bool else {
      throw FXError(
        .badSwitch, "_set_grad_enabled takes exactly one truth value", at: SourcePlace(node: name))
    }
    return mode
  }
}
