import FXCore
import FXGraph

extension SchemaLibrary {
  /// Tells whether a node must stay even where nothing uses its result (torch.fx's `is_impure`).
  ///
  /// Placeholders and the output must. Where PyTorch is careless, FXKit is not: a higher-order
  /// operator is impure if a graph that it runs is, and what is unknown counts as impure.
  ///
  /// - Parameter countingRandom: whether drawing random numbers makes a node impure.
  public func isImpure(_ node: Node, countingRandom: Bool = true) -> Bool {
    switch node.kind {
    case .placeholder, .output: return true
    case .getAttr: return false
    default:
      let effects = effects(of: node)
      return !(countingRandom ? effects : effects.subtracting(.random)).isEmpty
    }
  }

  /// Returns the effects of running a node; empty for one whose result is all that it gives.
  public func effects(of node: Node) -> EffectSet {
    var visited: [ObjectIdentifier: EffectSet] = [:]
    return effects(of: node, visited: &visited)
  }

  /// Returns the effects of running a module's graph.
  public func effects(of module: GraphModule) -> EffectSet {
    var visited: [ObjectIdentifier: EffectSet] = [:]
    return effects(of: module, visited: &visited)
  }

  /// Returns the effects of a module, visiting each once however often it is mentioned.
  private func effects(
    of module: GraphModule, visited: inout [ObjectIdentifier: EffectSet]
  ) -> EffectSet {
    let key = ObjectIdentifier(module)
    if let known = visited[key] { return known }
    visited[key] = []
    var result: EffectSet = []
    for node in module.graph.nodes { result.formUnion(effects(of: node, visited: &visited)) }
    visited[key] = result
    return result
  }

  private func effects(
    of node: Node, visited: inout [ObjectIdentifier: EffectSet]
  ) -> EffectSet {
    switch node.kind {
    case .placeholder, .getAttr, .output: return []
    case .callMethod:
      return self.effects(ofMethod: node.targetAtom).inspecting(node)
    case .callModule:
      guard let member = node.graph.owner?.member(at: node.target) else { return .unknown }
      return effects(of: member, visited: &visited)
    case .callFunction:
      let target = effects(ofFunction: node.targetAtom)
      switch target.inspection {
      case .nothing: return target.effects
      case .pythonArguments: return target.inspecting(node)
      case .runningStatistics: return effectsOnStatistics(of: node)
      case .callees:
        return target.effects.union(calleeEffects(of: node, visited: &visited))
      case .functionalizedCallees:
        // The wrapped operator is one that writes, whether its schema is known or not.
        let callees = calleeEffects(of: node, visited: &visited)
        return target.effects.union(callees.subtracting([.mutation, .unknown]))
      }
    }
  }

  /// Returns the effects of a normalization, by the arguments that decide them: it writes running
  /// statistics where it gets some, unless it is told not to train.
  private func effectsOnStatistics(of node: Node) -> EffectSet {
    guard let schema = schema(of: node) else { return .mutation }
    let names = schema.parameterNames
    func argument(_ name: String) -> Argument? {
      node.kwarg(name) ?? names.firstIndex(of: name).flatMap { node.arg($0) }
    }
    let isTraining = argument("training") ?? argument("use_input_stats") ?? true
    let statistics = [argument("running_mean"), argument("running_var")]
    let hasStatistics = statistics.contains { $0 != nil && $0 != Argument.none }
    return isTraining != false && hasStatistics ? .mutation : []
  }

  private func effects(
    of member: Module.Member, visited: inout [ObjectIdentifier: EffectSet]
  ) -> EffectSet {
    guard case .module(let module) = member else { return .unknown }
    if let graphModule = module as? GraphModule {
      return effects(of: graphModule, visited: &visited)
    }
    return TargetEffects(ofModuleClass: module.className).effects
  }

  /// Returns the effects of the submodules and functions among a node's arguments, at any depth.
  private func calleeEffects(
    of node: Node, visited: inout [ObjectIdentifier: EffectSet]
  ) -> EffectSet {
    var result: EffectSet = []
    node.forEachInput { input in
      guard input.kind == .getAttr else { return }
      switch input.graph.owner?.member(at: input.target) {
      case .module(let module)?: result.formUnion(effects(of: .module(module), visited: &visited))
      case .tensor?, .object?: break
      case nil: result.insert(.unknown)
      }
    }
    for argument in node.args { functionEffects(in: argument, into: &result) }
    for argument in node.kwargs { functionEffects(in: argument.value, into: &result) }
    return result
  }

  private func functionEffects(in argument: Argument, into result: inout EffectSet) {
    switch argument {
    case .function(let target):
      result.formUnion(effects(ofFunction: context.strings.intern(target)).effects)
    case .list(let parts, _), .tuple(let parts):
      for part in parts { functionEffects(in: part, into: &result) }
    case .dict(let entries):
      for entry in entries { functionEffects(in: entry.value, into: &result) }
    default: break
    }
  }
}

extension TargetEffects {
  /// Returns the effects of one call of a Python function, by the arguments that decide them.
  func inspecting(_ node: Node) -> EffectSet {
    guard inspection == .pythonArguments else { return effects }
    var result = effects
    let parameters = node.argCount < 2 ? nil : OperatorTable.parameters(of: node.target)
    func argument(_ name: String) -> Argument? {
      if let value = node.kwarg(name) { return value }
      return parameters?.firstIndex(of: name).flatMap { node.arg($0) }
    }
    if let flag = argument("inplace"), flag != .bool(false) { result.insert(.mutation) }
    if let out = argument("out"), out != .none { result.insert(.mutation) }
    if !effects.isEmpty, argument("training") == .bool(false) { result.subtract(effects) }
    return result
  }
}
