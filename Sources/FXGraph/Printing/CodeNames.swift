import FXCore

/// Names in generated code: of values, and of the globals that functions and types are bound to.
///
/// Both share one namespace, apart from the graph's own: a value is renamed where a global that
/// was named earlier has its name.
final class CodeNames {
  private let graph: Graph
  private let context: GraphContext
  private var namespace = Namespace()
  private var locals: [Atom]
  private var globals: [Atom: Atom] = [:]

  init(graph: Graph) {
    self.graph = graph
    context = graph.context
    locals = [Atom](repeating: .none, count: graph.idLimit)
  }

  /// Returns the name of a value, given when it is first asked for.
  func local(_ id: Int32) -> Atom {
    let known = locals[Int(id)]
    if !known.isNone { return known }
    let name = namespace.makeName(from: graph.storage.pointee.nodes[id].name, in: context)
    locals[Int(id)] = name
    return name
  }

  /// Returns how code refers to a function or type: by its full name for PyTorch's own, by the
  /// bare name for Python's builtins, else by a global made from the qualified name.
  func global(_ target: Atom) -> Atom {
    let utf8 = context.strings.utf8(target)
    if utf8.starts(with: "torch.".utf8) {
      if !isCompilerInternal(utf8) { return target }
    } else if !utf8.contains(UInt8(ascii: ".")), context.isIllegalName(target) {
      return target
    }
    if let known = globals[target] { return known }
    var name = context.strings[target]
    if name.hasPrefix("builtins.") {
      name.removeFirst(9)
      let bare = context.strings.intern(name)
      globals[target] = bare
      return bare
    }
    let made = namespace.makeName(from: target, in: context)
    globals[target] = made
    return made
  }

  /// Tells whether a function is of a module below `torch._dynamo` or `torch._inductor`, which
  /// torch.fx does not count as PyTorch's own.
  private func isCompilerInternal(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    for prefix in ["torch._dynamo.", "torch._inductor."] where utf8.starts(with: prefix.utf8) {
      return utf8.dropFirst(prefix.utf8.count).contains(UInt8(ascii: "."))
    }
    return false
  }

  /// Returns how code spells a type annotation: `typing.List[int]` as `typing_List[int]`.
  func type(_ annotation: Atom) -> String {
    let text = context.strings[annotation]
    var parser = TypeAnnotation(text: text)
    guard let parsed = parser.parse() else { return text }
    return spell(parsed)
  }

  private func spell(_ type: TypeAnnotation.Form) -> String {
    if type.name == "()" { return type.name }
    let name = context.strings[global(context.strings.intern(type.name))]
    if type.arguments.isEmpty { return name }
    return "\(name)[\(type.arguments.map { spell($0) }.joined(separator: ","))]"
  }
}
