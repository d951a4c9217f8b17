import FXCore

/// What an operator takes and returns, as PyTorch declares it, and what its tags say.
public struct OperatorSchema: Hashable, Sendable {
  /// A parameter of an operator.
  public struct Parameter: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The type.
    public var type: SchemaType
    /// The default in the schema's spelling: `None`, `1.`, `[0, 1]`; nil where there is none.
    public var defaultText: String?
    /// Whether it can be given by name only.
    public var isKeywordOnly: Bool

    /// Tells whether the operator writes to the argument.
    public var isWritten: Bool { type.alias?.isWrite ?? false }
    /// Tells whether every call must give the argument.
    public var isRequired: Bool { defaultText == nil }
  }

  /// A result of an operator.
  public struct Result: Hashable, Sendable {
    /// The name, where the schema gives one.
    public var name: String?
    /// The type.
    public var type: SchemaType
  }

  /// The library: `aten`, `prims`, a custom one.
  public var namespace: String
  /// The name.
  public var name: String
  /// The overload; empty for the unnamed one, which targets call `default`.
  public var overload: String
  /// The parameters in order.
  public var parameters: [Parameter]
  /// Tells whether any number of further arguments can follow.
  public var isVariadic: Bool
  /// The results in order.
  public var results: [Result]
  /// Tells whether the schema says nothing of the results.
  public var hasUnknownResults: Bool
  /// PyTorch's tags: `core`, `nondeterministic_seeded`, `inplace_view`, `pointwise`.
  public var tags: [String]

  /// Returns the operator's spelling in a graph: `torch.ops.aten.add.Tensor`.
  public var target: String {
    "torch.ops.\(namespace).\(name).\(overload.isEmpty ? "default" : overload)"
  }

  /// Returns PyTorch's own spelling of the name: `aten::add.Tensor`.
  public var qualifiedName: String {
    let base = namespace.isEmpty ? name : "\(namespace)::\(name)"
    return overload.isEmpty ? base : "\(base).\(overload)"
  }

  /// Returns the names of all parameters, in order.
  public var parameterNames: [String] { parameters.map(\.name) }

  /// Returns the number of parameters that can be given by position.
  public var positionalCount: Int { parameters.count { !$0.isKeywordOnly } }

  /// Tells whether the operator writes to an argument (PyTorch's `is_mutable`).
  public var isMutable: Bool { parameters.contains { $0.isWritten } }

  /// Tells whether the operator draws random numbers (PyTorch's `nondeterministic_seeded`).
  public var isRandom: Bool { tags.contains("nondeterministic_seeded") }

  /// Tells whether the operator is of the core ATen set.
  public var isCore: Bool { tags.contains("core") }

  /// Tells whether a result may share memory with an argument that the operator does not write to.
  public var isView: Bool {
    let viewed = parameters.lazy.compactMap(\.type.alias).filter { !$0.isWrite }
    return results.contains { result in
      guard let sets = result.type.alias, !sets.isWrite else { return false }
      return viewed.contains { alias in
        sets.before.contains { $0 == "*" || alias.before.contains($0) }
      }
    }
  }

  /// Tells whether the operator returns exactly one tensor, not in a list or tuple.
  public var returnsOneTensor: Bool {
    guard results.count == 1, let type = results.first?.type else { return false }
    return !type.isOptional && type.base == .tensor
  }
}

extension OperatorSchema: CustomStringConvertible {
  /// Returns PyTorch's spelling, without tags.
  public var description: String {
    var parts: [String] = []
    var isKeywordOnly = false
    for parameter in parameters {
      if parameter.isKeywordOnly, !isKeywordOnly { parts.append("*") }
      isKeywordOnly = parameter.isKeywordOnly
      parts.append(parameter.description)
    }
    if isVariadic { parts.append("...") }
    return "\(qualifiedName)(\(parts.joined(separator: ", "))) -> \(resultsText)"
  }

  private var resultsText: String {
    if hasUnknownResults { return "..." }
    let texts = results.map { result in
      result.name.map { "\(result.type) \($0)" } ?? result.type.description
    }
    if let only = texts.first, texts.count == 1, !only.hasPrefix("(") { return only }
    return "(\(texts.joined(separator: ", ")))"
  }
}

extension OperatorSchema.Parameter: CustomStringConvertible {
  public var description: String {
    "\(type) \(name)" + (defaultText.map { "=\($0)" } ?? "")
  }
}
