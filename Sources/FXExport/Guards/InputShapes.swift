import FXCore

/// What a caller means to give for one input of a program.
public enum InputShape: Hashable, Sendable {
  /// A tensor's sizes.
  case tensor([Int])
  case int(Int)
  case float(Double)
  case bool(Bool)
  case string(String)
  case none
}

/// Inputs that a program is to be checked with, by name or position.
///
///     {"x": [2, 3], "1": [4], "lst.0": [3, 2], "count": 5}
public struct InputShapes: Hashable, Sendable {
  /// Names as given, in order.
  public var entries: [(name: String, shape: InputShape)]

  public init(_ entries: [(name: String, shape: InputShape)]) { self.entries = entries }

  /// Reads inputs from a JSON object: sizes as a list of integers, numbers and texts as themselves.
  ///
  /// - Throws: `document.foreignContent` for what is no JSON; `json.*`, with the offset.
  public init(json: UnsafeRawBufferPointer) throws(FXError) {
    entries = []
    if let content = ForeignContent(withoutShapes: json) {
      throw FXError(
        .foreignContent,
        "this is \(content.name), not a JSON object of shapes such as {\"x\": [2, 3]}")
    }
    var reader = JSONReader(json)
    var isFirst = true
    var names: Set<String> = []
    try reader.beginObject()
    while let key = try reader.nextKey(&isFirst) {
      let name = key.string
      if !names.insert(name).inserted {
        throw reader.error(.jsonDuplicateKey, "the input '\(name)' is given twice")
      }
      entries.append((name, try Self.readShape(&reader)))
    }
    try reader.finish()
  }

  private static func readShape(_ reader: inout JSONReader) throws(FXError) -> InputShape {
    switch try reader.peek() {
    case .array:
      var sizes: [Int] = []
      var isFirst = true
      try reader.beginArray()
      while try reader.nextElement(&isFirst) {
        let start = reader.offset
        let size = try reader.readInt()
        if size < 0 { throw reader.error(.inputShape, "a size is negative", at: start) }
        sizes.append(size)
      }
      return .tensor(sizes)
    case .number:
      let start = reader.offset
      var ahead = reader
      if let value = try? ahead.readInt() {
        reader = ahead
        return .int(value)
      }
      reader.move(to: start)
      return .float(try reader.readDouble())
    case .bool: return .bool(try reader.readBool())
    case .string: return .string(try reader.readString())
    case .null:
      try reader.readNull()
      return .none
    case .object:
      throw reader.error(.inputShape, "an input is a list of sizes or a scalar, no object")
    }
  }

  public static func == (a: InputShapes, b: InputShapes) -> Bool {
    a.entries.elementsEqual(b.entries) { $0.name == $1.name && $0.shape == $1.shape }
  }

  public func hash(into hasher: inout Hasher) {
    for entry in entries {
      hasher.combine(entry.name)
      hasher.combine(entry.shape)
    }
  }
}

extension FXError.Code {
  /// What is given for an input is no shape and no scalar.
  public static let inputShape = FXError.Code("input.shape")
  /// A program has no input of a name or position.
  public static let inputUnknown = FXError.Code("input.unknown")
  /// Nothing is given for an input.
  public static let inputMissing = FXError.Code("input.missing")
  /// A tensor is given for a number, or a number for a tensor.
  public static let inputKind = FXError.Code("input.kind")
  /// A tensor has another dtype than the program's input.
  public static let inputDType = FXError.Code("input.dtype")
  /// A tensor has more or fewer dimensions than the program's input.
  public static let inputRank = FXError.Code("input.rank")
  /// A size is not that of the program's input, or not of its form.
  public static let inputSize = FXError.Code("input.size")
  /// A size or number lies outside of its symbol's range.
  public static let inputRange = FXError.Code("input.range")
  /// An input was specialized to another value.
  public static let inputConstant = FXError.Code("input.constant")
  /// The inputs violate a guard.
  public static let inputGuard = FXError.Code("input.guard")
  /// A guard, range or size can't be checked.
  public static let inputUnchecked = FXError.Code("input.unchecked")
}
