/// A type in an operator's schema: `Tensor(a!)`, `SymInt[2]`, `Tensor?[]`, `Dict(str, Tensor)`.
public indirect enum SchemaType: Hashable, Sendable {
  case named(TypeName)
  /// A class known by its qualified name, or a variable such as `t`.
  case other(String)
  /// A list, with the size to which PyTorch extends a single number where there is one.
  case list(SchemaType, count: Int?)
  case optional(SchemaType)
  case tuple([SchemaType])
  /// A type with parameters: `Dict(str, Tensor)`, `Future(t)`.
  case generic(String, [SchemaType])
  /// A type whose values share memory with others.
  case aliased(SchemaType, AliasSet)

  /// Names a type that has no parts.
  public enum TypeName: String, Hashable, Sendable, CaseIterable {
    case tensor = "Tensor"
    case int
    case symInt = "SymInt"
    case float
    case symFloat = "SymFloat"
    case bool
    case symBool = "SymBool"
    case complex
    case scalar = "Scalar"
    case string = "str"
    case scalarType = "ScalarType"
    case layout = "Layout"
    case memoryFormat = "MemoryFormat"
    case device = "Device"
    case generator = "Generator"
    case any = "Any"
    case noneType = "NoneType"
  }

  /// A tensor without annotations.
  public static let tensor = SchemaType.named(.tensor)

  /// Returns the alias annotation, of the value or else of the parts.
  public var alias: AliasSet? {
    switch self {
    case .aliased(_, let set): set
    case .optional(let type), .list(let type, _): type.alias
    case .tuple(let types), .generic(_, let types): types.lazy.compactMap(\.alias).first
    case .named, .other: nil
    }
  }

  /// Returns the type without alias annotations and without a `?` around it.
  public var base: SchemaType {
    switch self {
    case .aliased(let type, _), .optional(let type): type.base
    default: self
    }
  }

  /// Tells whether `None` is a value of the type.
  public var isOptional: Bool {
    switch self {
    case .optional: true
    case .aliased(let type, _): type.isOptional
    default: false
    }
  }

  /// Tells whether the type is that of a custom class: `__torch__.torch.classes.….Name`.
  public var isCustomClass: Bool {
    if case .other(let name) = base { name.hasPrefix("__torch__.") } else { false }
  }
}

extension SchemaType: CustomStringConvertible {
  /// Returns PyTorch's spelling.
  public var description: String {
    switch self {
    case .named(let name): name.rawValue
    case .other(let name): name
    case .list(let type, let count): "\(type)[\(count.map { String($0) } ?? "")]"
    case .optional(let type): "\(type)?"
    case .tuple(let types): "(\(Self.joined(types)))"
    case .generic(let name, let types): "\(name)(\(Self.joined(types)))"
    case .aliased(let type, let set): "\(type)(\(set))"
    }
  }

  private static func joined(_ types: [SchemaType]) -> String {
    types.map(\.description).joined(separator: ", ")
  }
}

/// Names the memory that an argument or result may share: `a`, `a!`, `a -> *`, `b|a`.
public struct AliasSet: Hashable, Sendable, CustomStringConvertible {
  /// The sets that the value is in before the call; `*` stands for any.
  public var before: [String]
  /// The sets that the value is in after the call, where they differ.
  public var after: [String]?
  /// Tells whether the call writes to the memory.
  public var isWrite: Bool

  /// Makes an annotation of its sets.
  public init(before: [String], after: [String]? = nil, isWrite: Bool = false) {
    self.before = before
    self.after = after
    self.isWrite = isWrite
  }

  public var description: String {
    let text = before.joined(separator: "|") + (isWrite ? "!" : "")
    return after.map { "\(text) -> \($0.joined(separator: "|"))" } ?? text
  }
}
