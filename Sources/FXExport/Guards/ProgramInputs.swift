import FXCore
import FXGraph

/// The user's inputs of a program in order, and how callers and guards name them.
public struct ProgramInputs {
  /// One input: a leaf of the tree of arguments.
  public struct Input {
    /// The name of the placeholder.
    public let name: String
    /// What the program knows of the value; nil for a constant.
    public let value: Value?
    /// The value that a constant input was specialized to.
    public let constant: ConstantValue?
    /// The way from the arguments to the value: `lst`, `0`.
    public internal(set) var path: [String] = []
  }

  public private(set) var inputs: [Input] = []
  private var tree: TreeSpec?
  private var argumentNames: [String] = []
  private var namedTupleFields: [String: [String]] = [:]

  /// Finds the inputs of a program.
  public init(of program: ExportedProgram) {
    let placeholders = program.graph.placeholders
    let names = program.inputNames
    for (index, spec) in program.signature.inputs.enumerated() where index < placeholders.count {
      let value = program.module.context.values[placeholders[index].valueID]
      switch spec.kind {
      case .userInput(.value): inputs.append(Input(name: names[index], value: value, constant: nil))
      case .userInput(.constant(let constant)), .constantInput(_, let constant):
        inputs.append(Input(name: names[index], value: nil, constant: constant))
      default: break
      }
    }
    for (type, fields) in program.namedTupleFields { namedTupleFields[type] = fields }
    guard let call = program.moduleCallGraph.first(where: { $0.fqn.isEmpty })?.signature,
      let spec = try? TreeSpec(call.inSpec), spec.children.count == 2,
      spec.leafCount == inputs.count
    else { return }
    tree = spec
    argumentNames = call.forwardArgNames ?? []
    notePaths()
  }

  // MARK: Trees

  /// Returns the arguments in order, positional ones first, with their names where known.
  private var arguments: [(name: String?, spec: TreeSpec)] {
    guard let tree else { return [] }
    let keywords = tree.children[1].dictionaryKeys ?? []
    var result: [(name: String?, spec: TreeSpec)] = []
    for (index, child) in tree.children[0].children.enumerated() {
      result.append((index < argumentNames.count ? argumentNames[index] : nil, child))
    }
    for (index, child) in tree.children[1].children.enumerated() {
      result.append((index < keywords.count ? keywords[index] : nil, child))
    }
    return result
  }

  private mutating func notePaths() {
    var position = 0
    for (index, argument) in arguments.enumerated() {
      note(argument.spec, [argument.name ?? String(index)], &position)
    }
  }

  private mutating func note(_ spec: TreeSpec, _ path: [String], _ position: inout Int) {
    if spec.isLeaf {
      inputs[position].path = path
      position += 1
      return
    }
    let names = childNames(of: spec)
    for (index, child) in spec.children.enumerated() {
      note(child, path + [index < names.count ? names[index] : String(index)], &position)
    }
  }

  /// Returns the keys or fields of a container; empty for lists and tuples.
  private func childNames(of spec: TreeSpec) -> [String] {
    if let keys = spec.dictionaryKeys { return keys }
    if spec.type == "collections.namedtuple" { return namedTupleFields[spec.context ?? ""] ?? [] }
    return spec.dataclassFields ?? []
  }

  // MARK: Names

  /// Finds an input by what a caller calls it: the placeholder's name, its position among the
  /// flattened inputs, or the path to it with dots.
  public func position(named name: String) -> Int? {
    if let found = inputs.firstIndex(where: { $0.name == name }) { return found }
    if let found = inputs.firstIndex(where: { $0.path.joined(separator: ".") == name }) {
      return found
    }
    guard let position = Int(name), inputs.indices.contains(position) else { return nil }
    return position
  }

  /// Finds the input that a guard reads: `L['flat_args'][1]`, `L['d']['a']`.
  public func position(at steps: [GuardSource.Step]) -> Int? {
    guard case .key(let name)? = steps.first else { return nil }
    let rest = steps.dropFirst()
    if name == "flat_args", rest.count == 1, case .index(let position)? = rest.first {
      return inputs.indices.contains(position) ? position : nil
    }
    var position = 0
    for argument in arguments {
      if argument.name == name { return leaf(argument.spec, rest, from: position) }
      position += argument.spec.leafCount
    }
    if rest.isEmpty, tree == nil { return inputs.firstIndex { $0.name == name } }
    // `*args` and `**kwargs` keep their own names in guards.
    switch rest.first {
    case .index(let index)?: return self.position(at: [.key("\(name)_\(index)")] + rest.dropFirst())
    case .key(let key)? where name == "kwargs":
      return self.position(at: [.key(key)] + rest.dropFirst())
    default: return nil
    }
  }

  private func leaf(
    _ spec: TreeSpec, _ steps: ArraySlice<GuardSource.Step>, from start: Int
  ) -> Int? {
    guard let step = steps.first else { return spec.isLeaf ? start : nil }
    let child: Int?
    switch step {
    case .index(let index):
      child = spec.dictionaryKeys?.firstIndex(of: String(index)) ?? index
    case .key(let name), .attribute(let name): child = childNames(of: spec).firstIndex(of: name)
    }
    guard let child, spec.children.indices.contains(child) else { return nil }
    let before = spec.children[..<child].reduce(start) { $0 + $1.leafCount }
    return leaf(spec.children[child], steps.dropFirst(), from: before)
  }
}

extension TreeSpec {
  /// Returns the keys of a dictionary as text; nil for any other node.
  public var dictionaryKeys: [String]? {
    guard type == "builtins.dict" || type == "collections.OrderedDict" else { return nil }
    return Self.texts(context ?? "")
  }

  /// Returns the fields of a registered dataclass: `[["left", "right"], []]`.
  fileprivate var dataclassFields: [String]? {
    guard var text = context, text.hasPrefix("[[") else { return nil }
    return text.withUTF8 { utf8 -> [String]? in
      var reader = JSONReader(UnsafeRawBufferPointer(utf8))
      var isFirst = true
      guard (try? reader.beginArray()) != nil, (try? reader.nextElement(&isFirst)) == true else {
        return nil
      }
      return try? Self.readTexts(&reader)
    }
  }

  private static func texts(_ json: String) -> [String]? {
    var copy = json
    return copy.withUTF8 { utf8 -> [String]? in
      var reader = JSONReader(UnsafeRawBufferPointer(utf8))
      return try? readTexts(&reader)
    }
  }

  private static func readTexts(_ reader: inout JSONReader) throws(FXError) -> [String] {
    var result: [String] = []
    var isFirst = true
    try reader.beginArray()
    while try reader.nextElement(&isFirst) {
      if try reader.peek() == .string {
        result.append(try reader.readString())
      } else {
        result.append(String(decoding: try reader.skipValue(), as: UTF8.self))
      }
    }
    return result
  }
}
