import FXCore
import FXGraph

/// What somebody may have meant who spells an operator otherwise than graphs do.
extension SchemaLibrary {
  /// Returns how a call's target is spelled in graphs: for `torch.mul` and `aten::mul`
  /// `torch.ops.aten.mul.Tensor`, and the other overloads behind those that take its arguments.
  public func targets(meantBy node: Node) -> [String] {
    let target = node.target
    let spelled = Self.graphSpelling(of: target)
    let overloads = Self.operatorNames(meantBy: target).lazy
      .map { self.overloads(of: $0) }.first { !$0.isEmpty }
    guard let overloads else {
      return spelled.map { isUnknownBuiltIn($0) ? [] : [$0] } ?? []
    }
    let isNamed = spelled?.hasSuffix(".\(Self.parts(of: target).last ?? "")") == true
    let named = isNamed ? overloads.filter { $0.target == spelled } : []
    let fitting = overloads.filter { CallCheck(node: node, schema: $0).findings().isEmpty }
      .map { (schema: $0, tensors: Self.tensorCount(of: node, $0)) }
      .sorted { $0.tensors > $1.tensors }.map(\.schema)
    var result: [String] = []
    for schema in named + fitting + overloads where !result.contains(schema.target) {
      result.append(schema.target)
    }
    return result
  }

  /// Returns how many arguments of a call are for tensors: `mul.Tensor` takes numbers as well, and is
  /// what PyTorch records for them.
  private static func tensorCount(of node: Node, _ schema: OperatorSchema) -> Int {
    schema.parameters.prefix(node.argCount).count { $0.type.base == .tensor }
  }

  /// Returns the target of the operator whose name is most like that of another target.
  public func target(like target: String) -> String? {
    guard let name = Self.operatorNames(meantBy: target).first else { return nil }
    var names: [String] = []
    OperatorTable.forEachLine { line in
      let known = String(line.prefix { $0 != "." && $0 != "(" })
      if names.last != known { names.append(known) }
    }
    return Spelling.nearest(to: name, among: names).flatMap { overloads(of: $0).first?.target }
  }

  /// Tells whether a target names an operator of a library that is known in full, which lacks it.
  public func isUnknownBuiltIn(_ target: String) -> Bool {
    guard let name = OperatorName(target: target) else { return false }
    return OperatorTable.isBuiltIn(namespace: name.namespace) && schema(of: target) == nil
  }

  /// Returns the overloads of an operator, declared ones first, and those that write last.
  private func overloads(of name: String) -> [OperatorSchema] {
    let all = declaredOverloads(of: name) + OperatorTable.overloads(of: name)
    return all.filter { !$0.isMutable } + all.filter(\.isMutable)
  }

  /// Returns what an operator may be called in the table, likeliest first: `aten::special_erf`.
  private static func operatorNames(meantBy target: String) -> [String] {
    var parts = parts(of: target)
    if parts.starts(with: ["torch", "ops"]) { parts.removeFirst(2) }
    guard let first = parts.first, let last = parts.last else { return [] }
    if parts.count > 1,
      target.hasPrefix("torch.ops.") || target.contains("::")
        || OperatorTable.isBuiltIn(namespace: first)
    {
      return [OperatorName.qualified(first, parts[1])]
    }
    // Names of families stand before the function's: torch.linalg.norm is aten::linalg_norm.
    let family = parts.dropLast().last.map { ["aten::\($0)_\(last)"] } ?? []
    return ["aten::\(last)"] + family
  }

  /// Returns a target that is spelled `mylib::op.overload` as graphs spell it; nil for other ones.
  private static func graphSpelling(of target: String) -> String? {
    var parts = parts(of: target)
    if parts.starts(with: ["torch", "ops"]) { parts.removeFirst(2) }
    let isQualified = target.contains("::") || OperatorTable.isBuiltIn(namespace: parts.first ?? "")
    guard isQualified, (2...3).contains(parts.count) else { return nil }
    if parts.count == 2 { parts.append("default") }
    return "torch.ops.\(parts.joined(separator: "."))"
  }

  private static func parts(of target: String) -> [String] {
    target.split { $0 == "." || $0 == ":" }.map(String.init)
  }
}
