import FXCore

/// What is known of results: values, tensors and symbolic expressions.
extension TextParser {
  mutating func value() throws(FXError) -> ValueID {
    try enter()
    defer { leave() }
    switch token.kind {
    case .mark(UInt8(ascii: "?")):
      try advance()
      return .unknown
    case .mark(UInt8(ascii: "[")): return context.values.intern(.list(try values(until: "]")))
    case .mark(UInt8(ascii: "(")): return context.values.intern(.tuple(try values(until: ")")))
    case .word: return context.values.intern(try wordValue())
    default: throw unexpected("a type")
    }
  }

  private mutating func values(until end: Unicode.Scalar) throws(FXError) -> [ValueID] {
    try advance()
    var parts: [ValueID] = []
    while !isMark(end) {
      parts.append(try value())
      if try !take(",") { break }
    }
    try expect(end)
    return parts
  }

  private mutating func wordValue() throws(FXError) -> Value {
    let start = token
    let word = raw
    try advance()
    switch word {
    case "None": return .none
    case "sym_int": return .symInt(try size())
    case "sym_float":
      if token.kind == .number || takesWord("inf") || takesWord("-inf") || takesWord("nan") {
        return .symFloat(.float(try float()))
      }
      return .symFloat(.expr(try symbol()))
    case "sym_bool":
      if takesWord("True") || takesWord("False") { return .symBool(.bool(try bool())) }
      return .symBool(.expr(try symbol()))
    case "bool": return .bool(try bool())
    case "int": return .int(try int())
    case "float": return .float(try float())
    case "str": return .string(try string())
    case "object":
      let name = try anyText("the object's name")
      return .customObject(name: name, className: try anyText("the object's class"))
    default:
      guard let dtype = ScalarType(abbreviation: word), isMark("[") else {
        throw unexpected("a type", start)
      }
      return .tensor(try tensor(dtype))
    }
  }

  private mutating func tensor(_ dtype: ScalarType) throws(FXError) -> TensorMeta {
    var meta = TensorMeta(dtype: dtype, sizes: try sizes())
    guard try take("{") else { return meta }
    while !isMark("}") {
      let start = token
      if token.kind == .string {
        let key = try string()
        try expect("=")
        meta.unknownFields.append(RawField(key: key, json: try string()))
      } else if takesWord("requires_grad") {
        try advance()
        meta.requiresGrad = true
      } else {
        let property = try anyText("a property or '}'")
        try expect("=")
        switch property {
        case "device": meta.device = try device()
        case "strides": meta.strides = try sizes()
        case "offset": meta.storageOffset = try size()
        case "layout":
          let layoutToken = token
          guard let layout = Layout(name: try anyText("a layout")) else {
            throw unexpected("a layout", layoutToken)
          }
          meta.layout = layout
        default: throw unexpected("a property of tensors", start)
        }
      }
      if try !take(",") { break }
    }
    try expect("}")
    return meta
  }

  private mutating func sizes() throws(FXError) -> [SymInt] {
    try expect("[")
    var sizes: [SymInt] = []
    while !isMark("]") {
      sizes.append(try size())
      if try !take(",") { break }
    }
    try expect("]")
    return sizes
  }

  private mutating func size() throws(FXError) -> SymInt {
    token.kind == .number ? .int(try int()) : .expr(try symbol())
  }

  /// Parses a symbolic expression with its hint and unknown fields.
  private mutating func symbol() throws(FXError) -> SymExpr {
    var result: SymExpr
    if token.kind == .string {
      result = SymExpr(try string())
    } else {
      guard token.kind == .word, let text = SymbolShorthand.expanded(raw) else {
        throw unexpected("a number or a symbolic expression")
      }
      try advance()
      result = SymExpr(text)
    }
    if try take("~") {
      if takesWord("True") || takesWord("False") {
        result.hint = .bool(try bool())
      } else if token.kind == .number, isInteger {
        result.hint = .int(try int())
      } else {
        result.hint = .float(try float())
      }
    }
    if isMark("{") { result.unknownFields = try rawFields() }
    return result
  }
}

/// Short names for the symbols that PyTorch makes: `s77` of a size, `u0` of data.
enum SymbolShorthand {
  private static let sizeEnd = "', positive=True, integer=True)"
  private static let dataEnd = "', integer=True)"

  /// Returns the expression that a short name stands for; nil for any other word.
  static func expanded(_ word: String) -> String? {
    guard isShort(word.utf8) else { return nil }
    return "Symbol('\(word)\(word.hasPrefix("s") ? sizeEnd : dataEnd)"
  }

  /// Returns the short name of an expression; nil where there is none.
  static func shortened(_ text: String) -> String? {
    guard text.hasPrefix("Symbol('") else { return nil }
    let rest = text.dropFirst(8)
    let end = rest.hasPrefix("s") ? sizeEnd : dataEnd
    guard rest.hasSuffix(end) else { return nil }
    let word = rest.dropLast(end.count)
    return isShort(word.utf8) ? String(word) : nil
  }

  private static func isShort(_ word: some Collection<UInt8>) -> Bool {
    guard let first = word.first, first == UInt8(ascii: "s") || first == UInt8(ascii: "u") else {
      return false
    }
    return word.count > 1 && word.dropFirst().allSatisfy { $0 >= 48 && $0 <= 57 }
  }
}

extension ScalarType {
  private static let byAbbreviation: [String: ScalarType] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0.textName, $0) })

  /// The name in the text form: PyTorch's abbreviation, or `unknown`.
  var textName: String { self == .unknown ? "unknown" : abbreviation }

  init?(abbreviation: String) {
    guard let found = Self.byAbbreviation[abbreviation] else { return nil }
    self = found
  }
}
