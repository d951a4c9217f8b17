import FXCore

/// The member of the schema's `Argument` union that spells an argument in a file.
///
/// A graph keeps it beside each argument as it was read, because some arguments can be spelled in
/// several ways (an empty list may be `as_ints` or `as_tensors`). Raw values are positions in
/// `schema.Argument`.
public enum ArgumentTag: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// Not read from a file: derived from the argument when it is written.
  case derived
  case asNone, asTensor, asTensors, asInt, asInts, asFloat, asFloats, asString, asStrings
  case asSymInt, asSymInts, asScalarType, asMemoryFormat, asLayout, asDevice, asBool, asBools
  case asSymBool, asSymBools, asGraph, asOptionalTensors, asCustomObj, asOperator, asSymFloat
  case asSymFloats, asOptionalTensor, asComplex, asNestedTensors, asIntLists
  case asStringToArgument, asFloatLists
}

extension ArgumentTag {
  /// Returns the tag's name in the schema: `as_sym_ints`.
  public var name: String { Self.names[Int(rawValue)].description }

  /// The names in the schema, by raw value.
  package static let names: [StaticString] = [
    "", "as_none", "as_tensor", "as_tensors", "as_int", "as_ints", "as_float", "as_floats",
    "as_string", "as_strings", "as_sym_int", "as_sym_ints", "as_scalar_type", "as_memory_format",
    "as_layout", "as_device", "as_bool", "as_bools", "as_sym_bool", "as_sym_bools", "as_graph",
    "as_optional_tensors", "as_custom_obj", "as_operator", "as_sym_float", "as_sym_floats",
    "as_optional_tensor", "as_complex", "as_nested_tensors", "as_int_lists",
    "as_string_to_argument", "as_float_lists",
  ]

  /// Finds the tag by its name in the schema.
  public init?(name: String) {
    guard let index = Self.names.dropFirst().firstIndex(where: { $0.description == name }) else {
      return nil
    }
    self.init(rawValue: UInt8(index))
  }
}

/// An argument of a node: all that torch.fx can hold (`torch.fx.node.Argument`).
public enum Argument: Hashable {
  /// Python's `None`.
  case none
  case bool(Bool)
  case int(Int)
  case float(Double)
  case complex(real: Double, imaginary: Double)
  case string(String)
  case dtype(ScalarType)
  case layout(Layout)
  case memoryFormat(MemoryFormat)
  case device(Device)
  /// The result of another node of the same graph.
  case node(Node)
  /// A function given as a value, by its target: `torch.ops.aten.add.Tensor`.
  case function(String)
  case list([Argument], as: ArgumentTag = .derived)
  case tuple([Argument])
  case dict([DictEntry])
  indirect case slice(start: Argument, stop: Argument, step: Argument)
  /// Python's `...`.
  case ellipsis
  /// An object that the program's constants hold under `name`.
  case customObject(name: String, className: String)
  /// Any other Python object, by its `repr`. It can be shown and kept, not called.
  case opaque(String)

  /// One entry of a dictionary argument; keys are strings, as torch.fx demands.
  public struct DictEntry: Hashable {
    /// The key.
    public var key: String
    /// The argument.
    public var value: Argument

    /// Makes an entry of its key and value.
    public init(key: String, value: Argument) {
      self.key = key
      self.value = value
    }
  }

  /// Returns the node, where the argument is one.
  public var node: Node? {
    if case .node(let node) = self { node } else { nil }
  }

  /// Returns the integer, where the argument is one.
  public var int: Int? {
    if case .int(let value) = self { value } else { nil }
  }

  /// Returns the truth value, where the argument is one.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// Returns the string, where the argument is one.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// Returns the parts of a list or tuple.
  public var elements: [Argument]? {
    switch self {
    case .list(let parts, _), .tuple(let parts): parts
    default: nil
    }
  }

  /// Returns the argument with every node replaced, at any depth (torch.fx's `map_arg`).
  public func mapNodes(_ transform: (Node) throws -> Argument) rethrows -> Argument {
    switch self {
    case .node(let node): try transform(node)
    case .list(let parts, let tag): .list(try parts.map { try $0.mapNodes(transform) }, as: tag)
    case .tuple(let parts): .tuple(try parts.map { try $0.mapNodes(transform) })
    case .dict(let entries):
      .dict(
        try entries.map { DictEntry(key: $0.key, value: try $0.value.mapNodes(transform)) })
    case .slice(let start, let stop, let step):
      .slice(
        start: try start.mapNodes(transform), stop: try stop.mapNodes(transform),
        step: try step.mapNodes(transform))
    default: self
    }
  }
}

/// A keyword argument, or a positional one with the name that the operator's schema gives it.
public struct NamedArgument: Hashable {
  /// The name.
  public var name: String
  /// The argument.
  public var value: Argument

  /// Gives an argument a name.
  public init(_ name: String, _ value: Argument) {
    self.name = name
    self.value = value
  }
}

extension Argument: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral
{
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(nilLiteral: ()) { self = .none }
  public init(arrayLiteral elements: Argument...) { self = .list(elements) }
}
