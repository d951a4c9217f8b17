import FXCore
import FXGraph

extension SchemaLibrary {
  /// Returns the names that a call's positional arguments have where it is written to a file.
  ///
  /// They are the schema's, or for a Python function of symbolic numbers those of its parameters.
  /// Higher-order operators and other functions have no names: each is empty. Nil stands for a name
  /// that is not known, as with operators that no one declared.
  public func argumentNames(of node: Node) -> [String?] {
    guard node.kind == .callFunction else { return Array(repeating: nil, count: node.argCount) }
    if let schema = schema(of: node) {
      return names(schema.parameters.lazy.filter { !$0.isKeywordOnly }.map(\.name), of: node)
    }
    let target = node.target
    if let name = OperatorName(target: target) {
      let isNameless = name.isHigherOrder && name.name != "call_torchbind"
      return Array(repeating: isNameless ? "" : nil, count: node.argCount)
    }
    if let parameters = numberParameters(of: target) { return names(parameters, of: node) }
    return Array(repeating: "", count: node.argCount)
  }

  private func names(_ names: some Sequence<String>, of node: Node) -> [String?] {
    var result: [String?] = names.prefix(node.argCount).map { $0 }
    while result.count < node.argCount { result.append(nil) }
    return result
  }

  /// Names a call's positional arguments, and puts its keyword arguments in the schema's order.
  ///
  /// PyTorch writes them in this order, so that a graph that was built by hand gives the same file. Empty
  /// lists, which could be of anything, are of what the schema says.
  /// Names that the node has already stay where the operator is not known.
  public func normalizeArguments(of node: Node) {
    guard node.kind == .callFunction else { return }
    let present = node.argNames
    let names = zip(argumentNames(of: node), present).map { $0 ?? $1 }
    if names != present { node.argNames = names }
    guard let schema = schema(of: node) else { return }
    tagEmptyLists(of: node, schema)
    let kwargs = node.kwargs
    if kwargs.count < 2 { return }
    let positions = kwargs.map { argument in
      schema.parameters.firstIndex { $0.name == argument.name } ?? schema.parameters.count
    }
    // Sorting by position and then by place is stable, which `sort` alone is not promised to be.
    let order = kwargs.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }
    if order != Array(kwargs.indices) { node.kwargs = order.map { kwargs[$0] } }
  }

  private func tagEmptyLists(of node: Node, _ schema: OperatorSchema) {
    let parameters = schema.parameters
    for (index, argument) in node.args.enumerated() where index < parameters.count {
      guard case .list([], as: .derived) = argument else { continue }
      node.setArg(index, to: .list([], as: parameters[index].type.emptyListTag))
    }
    for (name, argument) in node.kwargs.map({ ($0.name, $0.value) }) {
      guard case .list([], as: .derived) = argument,
        let parameter = parameters.first(where: { $0.name == name })
      else { continue }
      node.setKwarg(name, to: .list([], as: parameter.type.emptyListTag))
    }
  }

  /// Checks the arguments of a call against what it calls and returns all that is wrong with them.
  ///
  /// A higher-order operator is given an operator: what it calls that with is checked. Calls of
  /// unknown custom operators and of other functions have no findings.
  public func checkCall(_ node: Node) -> [FXError] {
    guard node.kind == .callFunction else { return [] }
    if let schema = schema(of: node) { return CallCheck(node: node, schema: schema).findings() }
    let target = node.target
    if let name = OperatorName(target: target) {
      if name.isHigherOrder, OperatorTable.isHigherOrder(name.name) {
        return calleeFindings(of: node, name.name)
      }
      guard OperatorTable.isBuiltIn(namespace: name.namespace) else { return [] }
      let message = "PyTorch \(OperatorTable.torchVersion) has no operator '\(target)'"
      return [FXError(.unknownOperator, message, at: SourcePlace(node: node.name))]
    }
    guard let parameters = numberParameters(of: target) else { return [] }
    let parts = OperatorSchema.Parts(
      namespace: "", name: target, overload: "",
      parameters: parameters.map {
        OperatorSchema.Parameter(
          name: $0, type: .named(.any), defaultText: nil, isKeywordOnly: false)
      },
      hasUnknownResults: true)
    return CallCheck(node: node, schema: OperatorSchema(parts)).findings()
  }

  /// Returns the parameters of a function of symbolic numbers; nil for any other function.
  private func numberParameters(of target: String) -> [String]? {
    target.hasPrefix("torch.nn.") ? nil : OperatorTable.parameters(of: target)
  }
}

extension SchemaType {
  /// The tag by which PyTorch writes an empty list of the type (`GraphModuleSerializer.serialize_input`).
  fileprivate var emptyListTag: ArgumentTag {
    guard case .list(let element, _) = base else { return .derived }
    switch element.base {
    case .named(.tensor): return .asTensors
    case .named(.int), .named(.symInt): return .asInts
    case .named(.float), .named(.symFloat): return .asFloats
    case .named(.bool), .named(.symBool): return .asBools
    case .named(.string): return .asStrings
    case .list(let inner, _):
      switch inner.base {
      case .named(.int), .named(.symInt): return .asIntLists
      case .named(.float), .named(.symFloat): return .asFloatLists
      default: return .derived
      }
    default: return .derived
    }
  }
}
