/// What a guard reads of an input: `L['d']['a'].size()[0]`.
public struct GuardSource: Hashable, Sendable {
  /// One step from the inputs to a value.
  public enum Step: Hashable, Sendable {
    /// `['a']`
    case key(String)
    /// `[0]`
    case index(Int)
    /// `.left`
    case attribute(String)
  }

  /// What is read of the value at the end of the steps.
  public enum Property: Hashable, Sendable {
    case size(Int)
    case stride(Int)
    case storageOffset
    case rank
    case elementCount
    /// The value itself, a number.
    case value
  }

  public var steps: [Step]
  public var property: Property

  public init(steps: [Step], property: Property) {
    self.steps = steps
    self.property = property
  }
}

/// A condition on a program's inputs, as `guards_code` spells it in Python. It is never executed.
///
/// What it reads of inputs are symbols, named by the text in the guard.
///
///     let guardExpression = try GuardExpression("L['x'].size()[0] == 2*L['y'].size()[0]")
public struct GuardExpression: Hashable, Sendable {
  public let expression: SymbolicExpression
  /// What the symbols of the expression stand for.
  public let sources: [String: GuardSource]

  /// Parses a guard.
  ///
  /// - Throws: `symbolic.*`, with the offset in the text.
  public init(_ text: String) throws(FXError) {
    var parser = SymbolicParser(Array(text.utf8), dialect: .python)
    expression = try parser.parse()
    sources = parser.sources
  }

  /// Tells whether the condition holds for values of what it reads.
  ///
  /// - Throws: `symbolic.*`; `symbolic.kind` where the guard is no condition.
  public func holds(
    _ value: (GuardSource) throws(FXError) -> SymbolicNumber?
  ) throws(FXError) -> Bool {
    let result = try expression.evaluate { (name) throws(FXError) in
      guard let source = sources[name] else { return nil }
      return try value(source)
    }
    switch result {
    case .truth(let holds): return holds
    case .number: throw FXError(.symbolicKind, "the guard is a number, no condition")
    }
  }
}

extension SymbolicParser {
  /// Reads the steps after `L` and what is taken of the input, and returns its symbol.
  mutating func source(at start: Int) throws(FXError) -> SymbolicExpression {
    var steps: [GuardSource.Step] = []
    var property = GuardSource.Property.value
    reading: while true {
      if take(0x5B) {
        skipSpaces()
        if position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 {
          steps.append(.key(try quoted()))
        } else {
          steps.append(.index(try signedInteger()))
        }
        try take(0x5D, "']'")
      } else if take(0x2E) {
        guard let name = word() else { throw unexpected("a name") }
        if let found = try member(name, at: start) {
          property = found
          break reading
        }
        steps.append(.attribute(name))
      } else {
        break reading
      }
    }
    if steps.isEmpty { throw unexpected("'['") }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    sources[text] = GuardSource(steps: steps, property: property)
    return .symbol(text, assumptions: ["integer=True"])
  }

  /// Reads the rest of a method or attribute of a tensor; nil where the name is neither.
  private mutating func member(_ name: String, at start: Int) throws(FXError)
    -> GuardSource.Property?
  {
    switch name {
    case "size", "stride":
      try take(0x28, "'('")
      let axis: Int
      if take(0x29) {
        axis = try subscripted()
      } else {
        axis = try signedInteger()
        try take(0x29, "')'")
      }
      return name == "size" ? .size(axis) : .stride(axis)
    case "shape": return .size(try subscripted())
    case "ndim": return .rank
    case "storage_offset", "dim", "ndimension", "numel", "item":
      try take(0x28, "'('")
      try take(0x29, "')'")
      switch name {
      case "storage_offset": return .storageOffset
      case "numel": return .elementCount
      case "item": return .value
      default: return .rank
      }
    default:
      skipSpaces()
      if position < bytes.count, bytes[position] == 0x28 {
        throw error(.symbolicFunction, "the method '\(name)' of an input is unknown", at: start)
      }
      return nil
    }
  }

  private mutating func subscripted() throws(FXError) -> Int {
    try take(0x5B, "'['")
    let index = try signedInteger()
    try take(0x5D, "']'")
    return index
  }

  private mutating func take(_ byte: UInt8, _ expected: String) throws(FXError) {
    if !take(byte) { throw unexpected(expected) }
  }
}
