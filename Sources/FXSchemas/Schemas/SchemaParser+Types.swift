import FXCore

extension SchemaParser {
  /// How deep types can be nested; PyTorch's own have at most four levels.
  private static var depthLimit: Int { Limits.typeDepth.value }

  /// Names after which `(` starts type parameters, not an alias annotation.
  private static let generics: Set<String> = [
    "Dict", "Future", "RRef", "Await", "Tuple", "Optional", "List", "Union",
  ]

  mutating func type(depth: Int = 0) throws -> SchemaType {
    if depth > Self.depthLimit { throw error("a type of fewer levels") }
    var result = try simpleType(depth: depth)
    var suffixes = 0
    while true {
      if skip("[]") {
        result = .list(result, count: nil)
      } else if skip("[") {
        result = .list(result, count: try number())
        try expect("]")
      } else if skip("?") {
        result = .optional(result)
      } else if skip("(") {
        result = .aliased(result, try aliasSet())
        try expect(")")
      } else {
        return result
      }
      suffixes += 1
      if suffixes > Self.depthLimit { throw error("a type of fewer levels") }
    }
  }

  private mutating func simpleType(depth: Int) throws -> SchemaType {
    if skip("(") { return .tuple(try types(depth: depth)) }
    var name = try identifier()
    while skip(".") { name += "." + (try identifier()) }
    if let known = SchemaType.TypeName(rawValue: name) { return .named(known) }
    if Self.generics.contains(name), skip("(") { return .generic(name, try types(depth: depth)) }
    return .other(name)
  }

  /// Reads types up to the closing parenthesis.
  private mutating func types(depth: Int) throws -> [SchemaType] {
    var result: [SchemaType] = []
    if skip(")") { return result }
    repeat { result.append(try type(depth: depth + 1)) } while skip(", ")
    try expect(")")
    return result
  }

  private mutating func aliasSet() throws -> AliasSet {
    var result = AliasSet(before: try setNames())
    result.isWrite = skip("!")
    if skip(" -> ") { result.after = try setNames() }
    return result
  }

  private mutating func setNames() throws -> [String] {
    var names: [String] = []
    repeat { names.append(skip("*") ? "*" : try identifier()) } while skip("|")
    return names
  }

  private mutating func number() throws -> Int {
    let start = index
    let text = try identifier()
    guard let value = Int(text) else {
      index = start
      throw error("a number")
    }
    return value
  }
}
