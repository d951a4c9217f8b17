import FXCore
import FXGraph

extension ProgramDifference {
  /// Compares two graph modules with all submodules.
  public init(
    between a: GraphModule, and b: GraphModule, ignoring ignored: Set<DifferencePart> = []
  ) {
    let modules = ModuleComparison(a, b, ignoring: ignored)
    (graphs, facts) = (modules.graphs, modules.facts)
  }

  /// Compares two programs: graphs, signatures, and all that belongs to them but weights.
  public init(
    between a: ExportedProgram, and b: ExportedProgram, ignoring ignored: Set<DifferencePart> = []
  ) {
    let modules = ModuleComparison(a.module, b.module, ignoring: ignored)
    graphs = modules.graphs
    let lists = ProgramFacts(a, b, modules.rootMatcher, ignoring: ignored)
    facts = lists.differences + modules.facts
  }
}

/// Compares what programs have beside graphs.
struct ProgramFacts {
  private let a: ExportedProgram
  private let b: ExportedProgram
  private let names: NameMap
  private let ignored: Set<DifferencePart>
  private(set) var differences: [FactDifference] = []

  init(
    _ a: ExportedProgram, _ b: ExportedProgram, _ matcher: NodeMatcher,
    ignoring ignored: Set<DifferencePart>
  ) {
    self.a = a
    self.b = b
    self.ignored = ignored
    names = NameMap(matcher)
    add(.signature, "inputs", SignatureFacts.inputs(a, nil), SignatureFacts.inputs(b, names))
    add(.signature, "outputs", SignatureFacts.outputs(a, nil), SignatureFacts.outputs(b, names))
    add(.constraints, "ranges", Self.ranges(a), Self.ranges(b))
    add(.constraints, "guards", Self.guards(a), Self.guards(b))
    add(.calls, "module calls", Self.calls(a, nil), Self.calls(b, names))
    add(.versions, "versions", Self.versions(a), Self.versions(b))
    add(.metadata, "unknown fields", Self.unknown(a), Self.unknown(b))
  }

  private mutating func add(
    _ part: DifferencePart, _ title: String, _ listA: FactList, _ listB: FactList
  ) {
    if ignored.contains(part) { return }
    let changes = listA.changes(to: listB)
    if !changes.isEmpty {
      differences.append(FactDifference(part: part, title: title, changes: changes))
    }
  }

  private static func ranges(_ program: ExportedProgram) -> FactList {
    var list = FactList()
    for (symbol, range) in program.rangeConstraints {
      let least = range.min.map { "\($0)" } ?? "-inf"
      let greatest = range.max.map { "\($0)" } ?? "inf"
      list.add(symbol, "\(symbol) in [\(least), \(greatest)]")
    }
    return list
  }

  private static func guards(_ program: ExportedProgram) -> FactList {
    var list = FactList()
    for text in program.guardsCode { list.add(text, text.singleLine()) }
    return list
  }

  private static func versions(_ program: ExportedProgram) -> FactList {
    var list = FactList()
    list.add("schema", "schema \(program.writtenVersion ?? program.schemaVersion)")
    list.add("torch", "torch \(program.torchVersion.singleLine())")
    list.add("dialect", "dialect \(program.verifiers.joined(separator: ", ").singleLine())")
    for (namespace, version) in program.opsetVersion {
      list.add("opset \(namespace)", "opset \(namespace.singleLine()) \(version)")
    }
    return list
  }

  private static func calls(_ program: ExportedProgram, _ names: NameMap?) -> FactList {
    var list = FactList()
    for entry in program.moduleCallGraph {
      let module = entry.fqn.isEmpty ? "main" : entry.fqn.singleLine()
      guard let call = entry.signature else {
        list.add(entry.fqn, module)
        continue
      }
      func add(_ what: String, _ shown: String, _ compared: String) {
        list.add(
          "\(entry.fqn)\u{0}\(what)", "\(module): \(what) \(shown.singleLine())",
          comparing: compared)
      }
      for (what, arguments) in [("inputs", call.inputs), ("outputs", call.outputs)] {
        add(
          what, arguments.map { $0.text(nil) }.joined(separator: ", "),
          arguments.map { $0.text(names) }.joined(separator: ", "))
      }
      add("in_spec", call.inSpec, call.inSpec)
      add("out_spec", call.outSpec, call.outSpec)
      if let words = call.forwardArgNames?.joined(separator: ", ") {
        add("argument names", words, words)
      }
    }
    for (type, fields) in program.namedTupleFields {
      list.add("type \(type)", "\(type): \(fields.joined(separator: ", "))".singleLine())
    }
    return list
  }

  private static func unknown(_ program: ExportedProgram) -> FactList {
    var list = FactList()
    list.add(program.unknownFields, of: "program")
    list.add(program.unknownModuleFields, of: "graph module")
    list.add(program.signature.unknownFields, of: "signature")
    return list
  }
}

/// Gives nodes of the second graph the names that their counterparts have in the first.
struct NameMap {
  private let matcher: NodeMatcher
  private let positionsOfA: [Int]

  init(_ matcher: NodeMatcher) {
    self.matcher = matcher
    var positions = [Int](repeating: -1, count: matcher.a.idLimit)
    for (index, node) in matcher.a.placeholders.enumerated() {
      positions[Int(node.id.rawValue)] = index
    }
    positionsOfA = positions
  }

  /// Returns the first graph's name for a name of the second.
  func name(_ name: String) -> String {
    guard let node = matcher.b.node(named: name), let partner = partner(of: node) else {
      return name
    }
    return matcher.a[partner].name
  }

  /// Returns the position of the first graph's input for an input of the second.
  func position(of node: Node) -> Int? {
    guard let partner = partner(of: node) else { return nil }
    let position = positionsOfA[Int(partner.rawValue)]
    return position < 0 ? nil : position
  }

  private func partner(of node: Node) -> NodeID? {
    let id = matcher.partners.ofB[Int(node.id.rawValue)]
    return id < 0 ? nil : NodeID(rawValue: id)
  }
}

extension CallArgument {
  /// Returns the argument as text, in the first program's names where a map is given.
  fileprivate func text(_ names: NameMap?) -> String {
    switch self {
    case .value(let name, let tag): "%\(names?.name(name) ?? name) \(tag.name)"
    case .customObject(let name, let className): "%\(names?.name(name) ?? name) \(className)"
    case .raw(let json): json
    }
  }
}
