import FXCore
import FXGraph

/// Checks the module call graph: names and tree specs.
extension VerifierRun {
  mutating func checkModuleCalls() {
    for (index, entry) in program.moduleCallGraph.enumerated() {
      guard let signature = entry.signature else { continue }
      let path = "graph_module.module_call_graph[\(index)].signature"
      checkNames(signature.inputs, at: "\(path).inputs")
      checkNames(signature.outputs, at: "\(path).outputs")
      let inputs = readTree(signature.inSpec, at: "\(path).in_spec")
      let outputs = readTree(signature.outSpec, at: "\(path).out_spec")
      checkArity(entry.fqn, signature, inputs, outputs, at: path)
      checkArgumentNames(signature, inputs, at: "\(path).forward_arg_names")
    }
    for (type, fields) in program.namedTupleFields where Set(fields).count != fields.count {
      report(
        .error, .callGraphNamedTuple, "a field of '\(type)' is named twice",
        at: "graph_module.treespec_namedtuple_fields.\(type)")
    }
  }

  private mutating func checkNames(_ arguments: [CallArgument], at path: String) {
    for (index, argument) in arguments.enumerated() {
      guard let name = argument.valueName, !name.isEmpty, program.graph.node(named: name) == nil
      else { continue }
      report(
        .error, .callGraphName, "the graph has no value '\(name)'", at: "\(path)[\(index)]")
    }
  }

  private mutating func readTree(_ text: String, at path: String) -> TreeSpec? {
    let tree: TreeSpec
    do throws(FXError) {
      tree = try TreeSpec(text)
    } catch {
      report(.error, .callGraphTree, "the tree spec can't be read: \(error)", at: path)
      return nil
    }
    var faults: [(Finding.Severity, FXError.Code, String)] = []
    var types: Set<String> = []
    tree.forEachNode { node in
      guard let type = node.type else { return }
      if !Self.isRegistered(type), types.insert(type).inserted {
        faults.append(
          (
            .warning, .callGraphType,
            "PyTorch can load the type '\(type)' only where it is registered"
          ))
      }
      if let count = node.dictionaryKeyCount, count != node.children.count {
        faults.append(
          (
            .error, .callGraphTree,
            "a dictionary has \(count) keys and \(node.children.count) values"
          ))
      } else if type == "builtins.dict", node.dictionaryKeyCount == nil {
        faults.append((.error, .callGraphTree, "the keys of a dictionary can't be read"))
      }
      if type == "collections.namedtuple", let fault = namedTupleFault(of: node) {
        faults.append(fault)
      }
    }
    for (severity, code, message) in faults { report(severity, code, message, at: path) }
    return tree
  }

  private func namedTupleFault(of node: TreeSpec) -> (Finding.Severity, FXError.Code, String)? {
    let name = node.context ?? ""
    guard let fields = namedTuples[name] else {
      // Before schema 8.3 the fields were not written.
      return program.absentFields.contains(.namedTupleFields)
        ? nil : (.warning, .callGraphNamedTuple, "the fields of '\(name)' are not given")
    }
    return fields.count == node.children.count
      ? nil
      : (
        .error, .callGraphNamedTuple,
        "'\(name)' has \(fields.count) fields and \(node.children.count) values"
      )
  }

  private mutating func checkArity(
    _ fqn: String, _ signature: ModuleCallSignature, _ inputs: TreeSpec?, _ outputs: TreeSpec?,
    at path: String
  ) {
    // The own entry of the program lists no values; its trees are the user's inputs and outputs.
    let isRoot = fqn.isEmpty
    let given = [
      ("in_spec", inputs, signature.inputs.count, program.signature.userInputCount),
      ("out_spec", outputs, signature.outputs.count, program.signature.userOutputCount),
    ]
    for (field, tree, listed, used) in given {
      guard let tree else { continue }
      let leaves = tree.leafCount
      if isRoot, leaves != used {
        report(
          .error, .callGraphArity, "the tree has \(leaves) leaves, the signature \(used) values",
          at: "\(path).\(field)")
      }
      if !isRoot || listed > 0, leaves != listed {
        report(
          .error, .callGraphArity, "the tree has \(leaves) leaves, the call \(listed) values",
          at: "\(path).\(field)")
      }
    }
  }

  private mutating func checkArgumentNames(
    _ signature: ModuleCallSignature, _ inputs: TreeSpec?, at path: String
  ) {
    guard let names = signature.forwardArgNames, let inputs, inputs.children.count == 2 else {
      return
    }
    let count = inputs.children[0].children.count + inputs.children[1].children.count
    if names.count != count {
      report(
        .error, .callGraphArity, "there are \(names.count) names for \(count) arguments", at: path)
    }
  }

  /// Tells whether PyTorch registers a type itself; it does so for all results of its functions.
  private static func isRegistered(_ type: String) -> Bool {
    treeTypes.contains(type) || type.hasPrefix("torch.return_types.")
  }

  private static let treeTypes: Set<String> = [
    "builtins.tuple", "builtins.list", "builtins.dict", "collections.namedtuple",
    "collections.OrderedDict", "collections.defaultdict", "collections.deque", "torch.Size",
    "builtins.slice", "torch.return_types", "torch.fx.immutable_collections.immutable_dict",
    "torch.fx.immutable_collections.immutable_list",
  ]
}

extension GraphSignature {
  fileprivate var userInputCount: Int {
    inputs.reduce(0) { count, spec in
      switch spec.kind {
      case .userInput, .constantInput: count + 1
      default: count
      }
    }
  }

  fileprivate var userOutputCount: Int {
    outputs.reduce(0) { count, spec in
      switch spec.kind {
      case .userOutput, .lossOutput: count + 1
      default: count
      }
    }
  }
}

extension CallArgument {
  /// Returns the name of the graph's value that the argument is; nil for a constant.
  var valueName: String? {
    switch self {
    case .value(let name, _), .customObject(let name, _): return name
    case .raw(let json):
      var copy = json
      return copy.withUTF8 { Self.symbolName(in: UnsafeRawBufferPointer($0)) }
    }
  }

  /// Returns `x` of `{"as_sym_int": {"as_name": "x"}}`.
  private static func symbolName(in json: UnsafeRawBufferPointer) -> String? {
    var reader = JSONReader(json)
    var isFirst = true
    do {
      try reader.beginObject()
      guard try reader.nextKey(&isFirst) != nil, try reader.peek() == .object else { return nil }
      isFirst = true
      try reader.beginObject()
      guard let tag = try reader.nextKey(&isFirst), tag.equals("as_name") else { return nil }
      return try reader.readString()
    } catch { return nil }
  }
}
