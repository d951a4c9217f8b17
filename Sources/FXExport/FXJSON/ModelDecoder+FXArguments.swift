import FXCore
import FXGraph

/// Decodes arguments and values of FX JSON.
extension ModelDecoder {
  /// Reads an array of arguments to a run of cells.
  mutating func readFXArguments(_ frame: inout GraphFrame) throws(FXError) -> CellRange {
    let mark = frame.assembler.mark
    try readFXParts(&frame)
    return frame.assembler.takeCells(above: mark)
  }

  /// Reads an object of arguments to a run of cells with keys.
  mutating func readFXEntries(_ frame: inout GraphFrame) throws(FXError) -> CellRange {
    let mark = frame.assembler.mark
    var keys: Set<Atom> = []
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      let name = try intern(key)
      if !keys.insert(name).inserted {
        throw reader.error(.jsonDuplicateKey, "the key '\(key.string)' comes twice")
      }
      try readFXArgument(&frame)
      frame.assembler.setKey(name)
    }
    return frame.assembler.takeCells(above: mark)
  }

  private mutating func readFXParts(_ frame: inout GraphFrame) throws(FXError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) { try readFXArgument(&frame) }
  }

  /// Reads an argument and pushes it as one cell.
  private mutating func readFXArgument(_ frame: inout GraphFrame) throws(FXError) {
    switch try reader.peek() {
    case .null:
      try reader.readNull()
      frame.push(Cell(.none))
    case .bool: frame.push(Cell(.bool, try reader.readBool() ? 1 : 0))
    case .number: frame.push(try readFXNumber())
    case .string: frame.push(Cell(.string, Int64(try readAtom().rawValue)))
    case .array:
      let mark = frame.assembler.mark
      try readFXParts(&frame)
      frame.assembler.close(.list, above: mark)
    case .object: try readTagged(&frame)
    }
  }

  /// Reads a number: one with a fraction or an exponent is a float, any other an integer.
  private mutating func readFXNumber() throws(FXError) -> Cell {
    let start = reader.offset
    let isFloat = try reader.skipValue().contains { $0 == 0x2E || $0 | 0x20 == 0x65 }
    reader.move(to: start)
    if !isFloat { return Cell(.int, Int64(try reader.readInt())) }
    return Cell(.float, Int64(bitPattern: try reader.readDouble().bitPattern))
  }

  /// Reads an object: one key says what the argument is, `as` how model JSON spells it.
  private mutating func readTagged(_ frame: inout GraphFrame) throws(FXError) {
    let start = reader.offset
    var kind: CellTag?
    var wire = ArgumentTag.derived
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("as"), wire == .derived {
        wire = try readArgumentTag()
      } else if kind != nil {
        throw reader.error(.malformedUnion, "the argument has a second kind, '\(key.string)'")
      } else {
        kind = try readTaggedValue(key, &frame)
      }
    }
    guard let kind else {
      throw reader.error(.malformedUnion, "the argument has no kind", at: start)
    }
    if wire == .derived { return }
    let isAllowed =
      kind == .list
      ? wire.isList : wire == .asOptionalTensor && (kind == .none || kind == .node)
    guard isAllowed else {
      throw reader.error(.malformedUnion, "the argument can't be '\(wire.name)'", at: start)
    }
    frame.setWire(wire)
  }

  private mutating func readArgumentTag() throws(FXError) -> ArgumentTag {
    _ = try reader.peek()
    let start = reader.offset
    let text = try reader.readText()
    guard let tag = ArgumentTag(text) else {
      throw reader.error(.unknownTag, "unknown kind of Argument: '\(text.string)'", at: start)
    }
    return tag
  }

  private mutating func readTaggedValue(_ key: JSONText, _ frame: inout GraphFrame)
    throws(FXError) -> CellTag
  {
    if key.equals("node") {
      _ = try reader.peek()
      let start = reader.offset
      frame.push(try frame.reference(to: try readAtom(), reader, at: start))
      return .node
    }
    if key.equals("list") { return try readAggregate(.list, &frame) }
    if key.equals("tuple") { return try readAggregate(.tuple, &frame) }
    if key.equals("slice") { return try readAggregate(.slice, count: 3, &frame) }
    if key.equals("dict") {
      let parts = try readFXEntries(&frame)
      frame.push(Cell(.dict, parts: parts))
      return .dict
    }
    if key.equals("function") { return try readText(.function, &frame) }
    if key.equals("opaque") { return try readText(.opaque, &frame) }
    if key.equals("ellipsis") { return try readTrue(.ellipsis, &frame) }
    if key.equals("none") { return try readTrue(.none, &frame) }
    return try readFXScalar(key, &frame)
  }

  private mutating func readAggregate(
    _ tag: CellTag, count: Int? = nil, _ frame: inout GraphFrame
  ) throws(FXError) -> CellTag {
    _ = try reader.peek()
    let start = reader.offset
    let mark = frame.assembler.mark
    try readFXParts(&frame)
    let found = frame.assembler.mark - mark
    if let count, found != count {
      throw reader.error(.wrongArguments, "\(found) parts where \(count) are expected", at: start)
    }
    frame.assembler.close(tag, above: mark)
    return tag
  }

  private mutating func readText(_ tag: CellTag, _ frame: inout GraphFrame) throws(FXError)
    -> CellTag
  {
    frame.push(Cell(tag, Int64(try readAtom().rawValue)))
    return tag
  }

  /// Reads the `true` behind a tag that says everything.
  private mutating func readTrue(_ tag: CellTag, _ frame: inout GraphFrame) throws(FXError)
    -> CellTag
  {
    _ = try reader.peek()
    let start = reader.offset
    guard try reader.readBool() else {
      throw reader.error(.jsonKind, "found false where only true is possible", at: start)
    }
    frame.push(Cell(tag))
    return tag
  }

  private mutating func readFXScalar(_ key: JSONText, _ frame: inout GraphFrame) throws(FXError)
    -> CellTag
  {
    if key.equals("dtype") {
      let value = try readNamed("dtype", unknown: .unknown) { ScalarType(name: $0) }
      frame.push(Cell(.dtype, Int64(value.rawValue)))
      return .dtype
    }
    if key.equals("layout") {
      let value = try readNamed("layout", unknown: .unknown) { Layout(name: $0) }
      frame.push(Cell(.layout, Int64(value.rawValue)))
      return .layout
    }
    if key.equals("memory_format") {
      let value = try readNamed("memory format", unknown: .unknown) { MemoryFormat(name: $0) }
      frame.push(Cell(.memoryFormat, Int64(value.rawValue)))
      return .memoryFormat
    }
    if key.equals("device") {
      frame.assembler.push(try readFXDevice())
      return .device
    }
    if key.equals("float") {
      frame.push(Cell(.float, Int64(bitPattern: try reader.readDouble().bitPattern)))
      return .float
    }
    if key.equals("complex") {
      let mark = frame.assembler.mark
      try readComplexParts(&frame)
      frame.assembler.close(.complex, above: mark)
      return .complex
    }
    if key.equals("custom_object") {
      let object = try readCustomObject()
      frame.assembler.pushObject(name: object.name, className: object.className)
      return .customObject
    }
    throw reader.error(.unknownTag, "unknown kind of argument: '\(key.string)'")
  }

  private mutating func readComplexParts(_ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    var count = 0
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      frame.push(Cell(.float, Int64(bitPattern: try reader.readDouble().bitPattern)))
      count += 1
    }
    if count != 2 {
      throw reader.error(.wrongArguments, "\(count) parts where 2 are expected", at: start)
    }
  }

  /// Reads `torch.NAME` as a member of an enumeration.
  private mutating func readNamed<Value>(
    _ kind: StaticString, unknown: Value, _ find: (String) -> Value?
  ) throws(FXError) -> Value {
    _ = try reader.peek()
    let start = reader.offset
    let name = try reader.readString()
    if name == "torch.unknown" { return unknown }
    guard name.hasPrefix("torch."), let value = find(name) else {
      throw reader.error(.unknownEnumValue, "'\(name)' is no \(kind)", at: start)
    }
    return value
  }

  private mutating func readFXDevice() throws(FXError) -> Device {
    if try reader.peek() == .object { return try readDevice() }
    let start = reader.offset
    let text = try reader.readString()
    guard let device = Device(text) else {
      throw reader.error(.unknownEnumValue, "'\(text)' is not a device", at: start)
    }
    return device
  }

  // MARK: Values

  /// Reads what is known of a value.
  mutating func readFXValue() throws(FXError) -> ValueID {
    switch try reader.peek() {
    case .null:
      try reader.readNull()
      return context.values.intern(.none)
    case .bool: return context.values.intern(.bool(try reader.readBool()))
    case .string: return context.values.intern(.string(try reader.readString()))
    case .number:
      let cell = try readFXNumber()
      if cell.tag == .int { return context.values.intern(.int(Int(cell.payload))) }
      let value = Double(bitPattern: UInt64(bitPattern: cell.payload))
      return context.values.intern(.float(value))
    case .array: throw reader.error(.jsonKind, "found array where object is expected")
    case .object: break
    }
    var result = ValueID.unknown
    try readUnion("value") { (decoder, tag) throws(FXError) in
      guard let value = try decoder.readTaggedValue(tag) else { return false }
      result = value
      return true
    }
    return result
  }

  private mutating func readTaggedValue(_ tag: JSONText) throws(FXError) -> ValueID? {
    if tag.equals("tensor") { return try readTensorValue() }
    let values = context.values
    if tag.equals("sym_int") { return values.intern(.symInt(try readSymInt())) }
    if tag.equals("sym_float") { return values.intern(.symFloat(try readSymFloat())) }
    if tag.equals("sym_bool") { return values.intern(.symBool(try readSymBool())) }
    if tag.equals("float") { return values.intern(.float(try reader.readDouble())) }
    if tag.equals("custom_object") {
      let object = try readCustomObject()
      return values.intern(
        .customObject(
          name: context.strings[object.name], className: context.strings[object.className]))
    }
    if tag.equals("list") { return values.intern(.list(try readFXValues())) }
    if tag.equals("tuple") { return values.intern(.tuple(try readFXValues())) }
    guard tag.equals("unknown") else { return nil }
    guard try reader.readBool() else {
      throw reader.error(.jsonKind, "found false where only true is possible")
    }
    return .unknown
  }

  private mutating func readFXValues() throws(FXError) -> [ValueID] {
    var parts: [ValueID] = []
    try readArray { (decoder) throws(FXError) in parts.append(try decoder.readFXValue()) }
    return parts
  }
}

extension ArgumentTag {
  /// Tells whether the tag is one of lists.
  var isList: Bool {
    switch self {
    case .asTensors, .asInts, .asFloats, .asStrings, .asSymInts, .asBools, .asSymBools,
      .asOptionalTensors, .asSymFloats, .asNestedTensors, .asIntLists, .asFloatLists:
      true
    default: false
    }
  }
}
