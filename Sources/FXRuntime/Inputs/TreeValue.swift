import FXCore
import FXExport
import FXOperators

/// Nested values as a program takes and returns them (`torch.utils._pytree`).
public indirect enum TreeValue {
  case leaf(IValue)
  case list([TreeValue])
  case tuple([TreeValue])
  /// A dictionary or ordered dictionary, in order.
  case dictionary([(key: String, value: TreeValue)])
  /// A named tuple or registered class, with the names of its fields where they are known.
  case object(type: String, fields: [(name: String?, value: TreeValue)])

  /// The leaves in order.
  public var leaves: [IValue] {
    switch self {
    case .leaf(let value): [value]
    case .list(let parts), .tuple(let parts): parts.flatMap(\.leaves)
    case .dictionary(let entries): entries.flatMap(\.value.leaves)
    case .object(_, let fields): fields.flatMap(\.value.leaves)
    }
  }

  /// What the value is, for errors.
  var kindName: String {
    switch self {
    case .leaf: "one value"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .object(let type, _): "a \(type)"
    }
  }
}

extension TreeSpec {
  /// Returns the leaves of a value of this structure, in the structure's order.
  ///
  /// - Throws: `run.inputs`, with the path to the first part that is otherwise.
  public func flatten(_ value: TreeValue, at path: String = "") throws -> [IValue] {
    if isLeaf {
      guard case .leaf(let leaf) = value else { throw mismatch(value, path, "one value") }
      return [leaf]
    }
    switch (type, value) {
    case ("builtins.list", .list(let parts)), ("builtins.tuple", .tuple(let parts)):
      return try flatten(parts, value, path)
    case ("builtins.dict", .dictionary(let entries)),
      ("collections.OrderedDict", .dictionary(let entries)):
      guard let keys = dictionaryKeys, entries.count == keys.count else {
        throw mismatch(value, path, "a dictionary of \(children.count) entries")
      }
      return try zip(keys, children).flatMap { key, child -> [IValue] in
        guard let entry = entries.first(where: { $0.key == key }) else {
          throw FXError(.runInputs, "there is no entry '\(key)'", at: SourcePlace(path: path))
        }
        return try child.flatten(entry.value, at: path.isEmpty ? key : "\(path).\(key)")
      }
    case (_, .object(_, let fields)): return try flatten(fields.map(\.value), value, path)
    default: throw mismatch(value, path, "a \(type ?? "")")
    }
  }

  private func flatten(
    _ parts: [TreeValue], _ value: TreeValue, _ path: String
  ) throws -> [IValue] {
    guard parts.count == children.count else {
      throw FXError(
        .runInputs, "there are \(parts.count) parts, expected \(children.count)",
        at: SourcePlace(path: path))
    }
    return try zip(parts, children).enumerated().flatMap { index, pair in
      try pair.1.flatten(pair.0, at: path.isEmpty ? "\(index)" : "\(path).\(index)")
    }
  }

  private func mismatch(_ value: TreeValue, _ path: String, _ expected: String) -> FXError {
    FXError(
      .runInputs, "there is \(value.kindName), expected \(expected)", at: SourcePlace(path: path))
  }

  /// Puts leaves back in this structure.
  ///
  /// - Throws: `run.inputs` where there are not as many as the structure has.
  public func unflatten(
    _ leaves: [IValue], fields: (String) -> [String] = { _ in [] }
  ) throws -> TreeValue {
    guard leaves.count == leafCount else {
      throw FXError(
        .runInputs, "there are \(leaves.count) values for a structure of \(leafCount)")
    }
    var rest = leaves[...]
    return take(&rest, fields)
  }

  private func take(
    _ leaves: inout ArraySlice<IValue>, _ fields: (String) -> [String]
  ) -> TreeValue {
    if isLeaf { return .leaf(leaves.popFirst() ?? .none) }
    let parts = children.map { $0.take(&leaves, fields) }
    switch type {
    case "builtins.list": return .list(parts)
    case "builtins.tuple": return .tuple(parts)
    case "builtins.dict", "collections.OrderedDict":
      return .dictionary(Array(zip(dictionaryKeys ?? [], parts)).map { (key: $0, value: $1) })
    default:
      let isNamed = type == "collections.namedtuple"
      let name = isNamed ? context ?? "" : type ?? ""
      let names = fields(name)
      return .object(
        type: name,
        fields: parts.enumerated().map { index, part in
          (name: index < names.count ? names[index] : nil, value: part)
        })
    }
  }
}

extension ProgramRunner {
  /// Runs the program as its module is called in Python, and returns what that returns.
  ///
  /// - Throws: `run.inputs` where the arguments have another structure than the program's, or what
  ///   a run throws.
  public func call(
    _ arguments: TreeValue..., keywords: [(key: String, value: TreeValue)] = []
  ) throws -> TreeValue {
    guard let call = program.moduleCallGraph.first(where: { $0.fqn.isEmpty })?.signature else {
      throw FXError(.runUnsuitable, "the program does not tell the structure of its inputs")
    }
    let whole = TreeValue.tuple([.tuple(arguments), .dictionary(keywords)])
    let results = try run(TreeSpec(call.inSpec).flatten(whole))
    var fields: [String: [String]] = [:]
    for (type, names) in program.namedTupleFields { fields[type] = names }
    return try TreeSpec(call.outSpec).unflatten(results) { fields[$0] ?? [] }
  }
}
