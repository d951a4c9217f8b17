import FXCore
import FXGraph

@testable import FXPasses

/// A small text form of graphs for tests: `call_function add_1 add (%x 2) m=n3`, one node a line.
///
/// `m` is the node's only metadata. Submodules follow the nodes, indented.
enum GraphText {
  static let functions = [
    "sin": "torch.ops.aten.sin.default", "add": "torch.ops.aten.add.Tensor",
    "cat": "torch.ops.aten.cat.default", "split": "torch.ops.aten.split.Tensor",
    "getitem": Targets.getitem, "set_grad": Targets.setGradEnabled,
    "enter": Targets.enterAutocast, "exit": Targets.exitAutocast,
    "rand": "torch.ops.aten.rand.default", "add_": "torch.ops.aten.add_.Tensor",
    "view": "torch.ops.aten.view.default", "cond": "torch.ops.higher_order.cond",
    "wrap_grad": Targets.wrapWithSetGradEnabled, "wrap_autocast": Targets.wrapWithAutocast,
  ]
  static let shortNames = Dictionary(uniqueKeysWithValues: functions.map { ($1, $0) })

  // MARK: Writing

  static func lines(of module: GraphModule, indent: String = "") -> [String] {
    var result = module.graph.nodes.map { node in
      let target = node.kind == .callFunction ? shortNames[node.target] ?? node.target : node.target
      let args = node.args.map(text).joined(separator: " ")
      let mark = node.metadata("m") ?? ""
      return "\(indent)\(node.kind.name) \(node.name) \(target) (\(args)) m=\(mark)"
    }
    append(members(of: module), to: &result, indent: indent)
    return result
  }

  private static func members(of module: Module) -> [(String, Module)] {
    module.members.compactMap { entry in
      if case .module(let child) = entry.member { (entry.name, child) } else { nil }
    }.sorted { $0.0 < $1.0 }
  }

  private static func append(
    _ members: [(String, Module)], to result: inout [String], indent: String
  ) {
    for (name, child) in members {
      if let graphModule = child as? GraphModule {
        result.append("\(indent)module \(name)")
        result += lines(of: graphModule, indent: indent + "  ")
      } else {
        result.append("\(indent)leaf \(name)")
        append(self.members(of: child), to: &result, indent: indent + "  ")
      }
    }
  }

  private static func text(_ argument: Argument) -> String {
    switch argument {
    case .node(let node): "%\(node.name)"
    case .list(let parts, _): "[\(parts.map(text).joined(separator: " "))]"
    case .tuple(let parts): "(\(parts.map(text).joined(separator: " ")))"
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .dtype(let type): "torch.\(type.name)"
    case .string(let text): "'\(text)'"
    default: "?"
    }
  }

  // MARK: Reading

  /// Reads a module; nodes get exactly the names of the text.
  static func module(_ lines: [String], context: GraphContext = GraphContext()) -> GraphModule {
    var rest = lines[...]
    return module(&rest, indent: "", context)
  }

  static func module(_ text: String) -> GraphModule {
    module(text.split(separator: "\n").map(String.init))
  }

  private static func module(
    _ rest: inout ArraySlice<String>, indent: String, _ context: GraphContext
  ) -> GraphModule {
    let graph = Graph(context: context)
    let module = GraphModule(graph)
    while let line = rest.first, line.hasPrefix(indent), !line.hasPrefix(indent + " ") {
      rest.removeFirst()
      var parser = ArgumentParser(Array(line.dropFirst(indent.count)), graph)
      let kind = parser.word()
      let name = parser.word()
      if kind == "module" {
        module[name] = .module(self.module(&rest, indent: indent + "  ", context))
      } else if kind == "leaf" {
        module[name] = .module(leaf(&rest, indent: indent + "  "))
      } else if let kind = NodeKind(name: kind) {
        let target = parser.word()
        let node = graph.end.makeNode(
          kind, target: kind == .callFunction ? functions[target] ?? target : target,
          args: parser.arguments(), name: name)
        if node.name != name { try? graph.setExactName(of: node, to: name) }
        if let mark = parser.mark { node.setMetadata([("m", mark)]) }
        if kind == .getAttr, target == "w" {
          module["w"] = .tensor(TensorMeta(dtype: .float32, sizes: [1]), isParameter: true)
        }
      }
    }
    return module
  }

  private static func leaf(_ rest: inout ArraySlice<String>, indent: String) -> Module {
    let module = Module()
    while let line = rest.first, line.hasPrefix(indent), !line.hasPrefix(indent + " ") {
      rest.removeFirst()
      let name = String(line.dropFirst(indent.count + 5))
      module[name] = .module(leaf(&rest, indent: indent + "  "))
    }
    return module
  }
}

/// Reads the words and arguments of one line.
private struct ArgumentParser {
  private let text: [Character]
  private var position = 0
  private let graph: Graph

  init(_ text: [Character], _ graph: Graph) {
    self.text = text
    self.graph = graph
  }

  mutating func word() -> String {
    let end = text[position...].firstIndex(of: " ") ?? text.count
    defer { position = min(end + 1, text.count) }
    return String(text[position..<end])
  }

  mutating func arguments() -> [Argument] {
    position += 1
    return list(until: ")")
  }

  /// What follows `m=` at the end of the line; nil for nothing.
  var mark: String? {
    let rest = String(text[position...])
    let mark = rest.drop { $0 != "=" }.dropFirst()
    return mark.isEmpty ? nil : String(mark)
  }

  private mutating func list(until end: Character) -> [Argument] {
    var result: [Argument] = []
    while position < text.count, text[position] != end {
      if text[position] == " " { position += 1 } else { result.append(argument()) }
    }
    position += 1
    return result
  }

  private mutating func argument() -> Argument {
    switch text[position] {
    case "(":
      position += 1
      return .tuple(list(until: ")"))
    case "[":
      position += 1
      return .list(list(until: "]"))
    default: break
    }
    let start = position
    while position < text.count, !" )]".contains(text[position]) { position += 1 }
    let word = String(text[start..<position])
    switch word {
    case "None": return .none
    case "True": return .bool(true)
    case "False": return .bool(false)
    default: break
    }
    if word.hasPrefix("%"), let node = graph.node(named: String(word.dropFirst())) {
      return .node(node)
    }
    if word.hasPrefix("torch."), let type = ScalarType(name: word) { return .dtype(type) }
    if word.hasPrefix("'") { return .string(String(word.dropFirst().dropLast())) }
    return Int(word).map { .int($0) } ?? .opaque(word)
  }
}
