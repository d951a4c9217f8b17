import FXCore

/// What an operator takes and returns, as PyTorch declares it, and what its tags say.
///
/// It never changes; it is an object so that calls, of which runs make many, share it.
public final class OperatorSchema: Sendable {
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
    /// Tells whether the name is a word of Python's own, by which no call can give it.
    public var hasKeywordName: Bool { Self.pythonKeywords.contains(name) }

    private static let pythonKeywords: Set<String> = [
      "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
      "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
      "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
      "while", "with", "yield",
    ]
  }

  /// A result of an operator.
  public struct Result: Hashable, Sendable {
    /// The name, where the schema gives one.
    public var name: String?
    /// The type.
    public var type: SchemaType
  }

  /// What the declaration says.
  struct Parts: Hashable, Sendable {
    var namespace: String
    var name: String
    var overload: String
    var parameters: [Parameter] = []
    var isVariadic = false
    var results: [Result] = []
    var hasUnknownResults = false
    var tags: [String] = []
  }

  private let parts: Parts
  /// The positions of parameters that have a default and a word of Python's own for a name.
  let keywordNamedDefaults: [Int]

  /// Makes a schema of its parts.
  init(_ parts: Parts) {
    self.parts = parts
    keywordNamedDefaults = parts.parameters.indices.filter {
      !parts.parameters[$0].isRequired && parts.parameters[$0].hasKeywordName
    }
  }

  /// The library: `aten`, `prims`, a custom one.
  public var namespace: String { parts.namespace }
  /// The name.
  public var name: String { parts.name }
  /// The overload; empty for the unnamed one, which targets call `default`.
  public var overload: String { parts.overload }
  /// The parameters in order.
  public var parameters: [Parameter] { parts.parameters }
  /// Tells whether any number of further arguments can follow.
  public var isVariadic: Bool { parts.isVariadic }
  /// The results in order.
  public var results: [Result] { parts.results }
  /// Tells whether the schema says nothing of the results.
  public var hasUnknownResults: Bool { parts.hasUnknownResults }
  /// PyTorch's tags: `core`, `nondeterministic_seeded`, `inplace_view`, `pointwise`.
  public var tags: [String] { parts.tags }

  /// Returns the operator's spelling in a graph: `torch.ops.aten.add.Tensor`.
  public var target: String {
    "torch.ops.\(namespace).\(name).\(overload.isEmpty ? "default" : overload)"
  }

  /// Returns PyTorch's own spelling of the name: `aten::add.Tensor`.
  public var qualifiedName: String { OperatorName.qualified(namespace, name, overload) }

  /// Returns the names of all parameters, in order.
  public var parameterNames: [String] { parameters.map(\.name) }

  /// Returns the number of parameters that can be given by position.
  public var positionalCount: Int { parameters.count { !$0.isKeywordOnly } }

  /// Tells whether the operator writes to an argument (PyTorch's `is_mutable`).
  public var isMutable: Bool { parameters.contains { $0.isWritten } }

  /// Tells whether the operator draws random numbers (PyTorch's `nondeterministic_seeded`).
  public var isRandom: Bool { tags.contains("nondeterministic_seeded") }

  /// Tells whether the operator changes the sizes or strides of its argument in place (PyTorch's
  /// `inplace_view`).
  public var changesGeometry: Bool { tags.contains("inplace_view") }

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

extension OperatorSchema: Hashable {
  public static func == (a: OperatorSchema, b: OperatorSchema) -> Bool {
    a === b || a.parts == b.parts
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }
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
