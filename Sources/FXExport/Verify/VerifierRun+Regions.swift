import FXCore
import FXGraph

/// The autocast regions that are open at a node, by the nodes that enter them.
struct RegionStack {
  var open: [NodeID] = []
  /// Regions that have been left.
  var left: Set<NodeID> = []
}

/// Checks the switches of grad mode and autocast.
extension VerifierRun {
  mutating func checkSetGrad(_ node: Node, _ scope: GraphScope) {
    let arguments = node.args + node.kwargs.map(\.value)
    if arguments.count != 1 || arguments[0].bool == nil {
      report(
        .error, .callArgument, "a switch of the grad mode has one argument, True or False", node,
        scope)
    }
  }

  mutating func checkEnter(_ node: Node, _ regions: inout RegionStack, _ scope: GraphScope) {
    regions.open.append(node.id)
    let parameters: [String] = ["device_type", "dtype", "enabled", "cache_enabled"]
    var arguments: [Argument?] = Array(repeating: nil, count: 4)
    var isFitting = node.argCount <= 4
    for (index, argument) in node.args.prefix(4).enumerated() { arguments[index] = argument }
    for entry in node.kwargs {
      if let index = parameters.firstIndex(of: entry.name), arguments[index] == nil {
        arguments[index] = entry.value
      } else {
        isFitting = false
      }
    }
    if !isFitting || !Self.areAutocastArguments(arguments) {
      report(
        .error, .callArgument,
        "autocast takes a device type, an element type or None, and two truth values", node, scope)
    }
  }

  mutating func checkExit(_ node: Node, _ regions: inout RegionStack, _ scope: GraphScope) {
    if !hasReportedSwitch {
      hasReportedSwitch = true
      report(
        .warning, .regionNotLoadable,
        "PyTorch can't load autocast switches; the pass replace-autocast makes regions of them",
        node, scope)
    }
    guard node.argCount == 1, node.kwargs.isEmpty, let enter = node.arg(0)?.node,
      enter.kind == .callFunction, target(of: enter) == .enterAutocast
    else {
      return report(
        .error, .regionExit, "an autocast exit has one argument, the node of its enter", node, scope
      )
    }
    if regions.left.contains(enter.id) {
      return report(
        .error, .regionExit, "the autocast region of '\(enter.name)' has been left before", node,
        scope)
    }
    guard let index = regions.open.lastIndex(of: enter.id) else {
      return report(
        .error, .regionExit, "the autocast region of '\(enter.name)' is not open", node, scope)
    }
    if index != regions.open.count - 1 {
      let inner = scope.graph[regions.open[regions.open.count - 1]].name
      report(
        .error, .regionCrossing,
        "the autocast region of '\(enter.name)' is left before that of '\(inner)', which is in it",
        node, scope)
    }
    regions.open.remove(at: index)
    regions.left.insert(enter.id)
  }

  /// Tells whether arguments fit `(device_type, dtype, enabled, cache_enabled)`; nil is left out.
  static func areAutocastArguments(_ arguments: [Argument?]) -> Bool {
    guard arguments.count == 4, arguments[0]?.string != nil else { return false }
    switch arguments[1] {
    case nil, .some(.none), .dtype: break
    default: return false
    }
    if let enabled = arguments[2], enabled.bool == nil { return false }
    switch arguments[3] {
    case nil, .some(.none), .bool: return true
    default: return false
    }
  }
}
