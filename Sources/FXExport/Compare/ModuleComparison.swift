import FXCore
import FXGraph

/// Compares two trees of graph modules.
struct ModuleComparison {
  let pair: ContextPair
  let ignored: Set<DifferencePart>
  private(set) var graphs: [GraphDifference] = []
  private(set) var facts: [FactDifference] = []
  /// Which nodes of the outermost graphs are the same.
  private(set) var rootMatcher: NodeMatcher

  init(_ a: GraphModule, _ b: GraphModule, ignoring ignored: Set<DifferencePart>) {
    pair = ContextPair(a.context, b.context)
    self.ignored = ignored
    rootMatcher = NodeMatcher(pair, a.graph, b.graph)
    var modules = (a: FactList(), b: FactList())
    var texts = (a: FactList(), b: FactList())
    compare(a, b, path: "", rootMatcher, &modules, &texts)
    add(.modules, "modules", modules.a, modules.b)
    add(.metadata, "texts of modules", texts.a, texts.b)
  }

  private mutating func add(
    _ part: DifferencePart, _ title: String, _ a: FactList, _ b: FactList
  ) {
    if ignored.contains(part) { return }
    let changes = a.changes(to: b)
    if !changes.isEmpty {
      facts.append(FactDifference(part: part, title: title, changes: changes))
    }
  }

  private mutating func compare(
    _ a: GraphModule, _ b: GraphModule, path: String, _ matcher: NodeMatcher,
    _ modules: inout (a: FactList, b: FactList), _ texts: inout (a: FactList, b: FactList)
  ) {
    let comparison = GraphComparison(matcher, ignoring: ignored)
    if let difference = comparison.difference(path: path) { graphs.append(difference) }
    let label = path.isEmpty ? "main" : path
    modules.a.add(a, label)
    modules.b.add(b, label)
    texts.a.addTexts(of: a, label)
    texts.b.addTexts(of: b, label)
    if !ignored.contains(.values) {
      modules.a.addUnclaimed(a.graph, label)
      modules.b.addUnclaimed(b.graph, label)
    }
    for (name, childA) in a.childGraphModules {
      guard case .module(let module)? = b[name], let childB = module as? GraphModule else {
        continue
      }
      compare(
        childA, childB, path: path.isEmpty ? name : "\(path).\(name)",
        NodeMatcher(pair, childA.graph, childB.graph), &modules, &texts)
    }
  }
}

extension FactList {
  /// Adds the class of a module and its members.
  fileprivate mutating func add(_ module: Module, _ path: String) {
    add("\(path) class", "\(path): \(module.className)")
    for (name, member) in module.members {
      let place = path == "main" ? name : "\(path).\(name)"
      switch member {
      case .module(let child as GraphModule):
        // What is in a graph that both sides have is compared on its own.
        add("\(place) graph", "\(place): graph of \(child.graph.count) nodes", comparing: "")
      case .module(let child): add(child, place)
      case .tensor(let meta, let isParameter):
        add("\(place) tensor", "\(place): \(isParameter ? "parameter" : "tensor") \(meta.text)")
      case .object(let text): add("\(place) object", "\(place): object \(text.singleLine())")
      }
    }
  }

  /// Adds the texts of a module and its graph.
  fileprivate mutating func addTexts(of module: GraphModule, _ path: String) {
    for (key, text) in module.metadata {
      add("\(path) \(key)", "\(path): \(key) \(text.singleLine())", comparing: text)
    }
    add(module.graph.unknownFields, of: path)
  }

  /// Adds the values that no node of a graph has.
  fileprivate mutating func addUnclaimed(_ graph: Graph, _ path: String) {
    for (name, value) in graph.unclaimedValues {
      add("\(path) unclaimed \(name)", "\(path): \(name) \(graph.context.text(of: value))")
    }
  }
}
