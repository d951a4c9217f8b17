import FXCore

/// Arguments of nodes, pushed to the builder as cells.
extension TextParser {
  mutating func argument(_ builder: inout TextGraphBuilder) throws(FXError) {
    try enter()
    let mark = builder.assembler.mark
    switch token.kind {
    case .number:
      if isInteger {
        builder.assembler.push(Cell(.int, Int64(try int())))
      } else {
        pushFloat(try float(), &builder)
      }
    case .string: pushText(.string, try string(), &builder)
    case .ellipsis:
      try advance()
      builder.assembler.push(Cell(.ellipsis))
    case .word: try wordArgument(&builder)
    case .mark(UInt8(ascii: "%")):
      try advance()
      let nameToken = token
      let name = try anyText("a node's name")
      let id = context.strings.find(name).map { builder.graph.nodeID(named: $0) } ?? -1
      guard id >= 0 else {
        throw FXError(.textUndefined, "undefined node '\(name)'", at: place(of: nameToken))
      }
      builder.assembler.push(Cell(.node, Int64(id)))
    case .mark(UInt8(ascii: "@")):
      try advance()
      pushText(.function, try anyText("a function"), &builder)
    case .mark(UInt8(ascii: "[")):
      try advance()
      try arguments(until: "]", &builder)
      builder.assembler.close(.list, above: mark)
    case .mark(UInt8(ascii: "(")):
      try advance()
      try arguments(until: ")", &builder)
      builder.assembler.close(.tuple, above: mark)
    case .mark(UInt8(ascii: "{")):
      try advance()
      var keys: Set<String> = []
      while !isMark("}") {
        let keyToken = token
        let key = try anyText("a key or '}'")
        try note(key, keyToken, in: &keys)
        try expect(":")
        try argument(&builder)
        builder.assembler.setKey(context.strings.intern(key))
        if try !take(",") { break }
      }
      try expect("}")
      builder.assembler.close(.dict, above: mark)
    default: throw unexpected("an argument")
    }
    if token.kind == .word, rawBytes.starts(with: "as_".utf8) {
      guard let tag = ArgumentTag(name: raw) else { throw unexpected("a tag of the schema") }
      try advance()
      builder.assembler.setWire(tag)
    }
    leave()
  }

  private mutating func arguments(
    until end: Unicode.Scalar, _ builder: inout TextGraphBuilder
  ) throws(FXError) {
    while !isMark(end) {
      try argument(&builder)
      if try !take(",") { break }
    }
    try expect(end)
  }

  private func pushFloat(_ value: Double, _ builder: inout TextGraphBuilder) {
    builder.assembler.push(Cell(.float, Int64(bitPattern: value.bitPattern)))
  }

  private func pushText(_ tag: CellTag, _ text: String, _ builder: inout TextGraphBuilder) {
    builder.assembler.push(Cell(tag, Int64(context.strings.intern(text).rawValue)))
  }

  /// Parses what begins with a word: constants, PyTorch's types, and `name(…)` forms.
  private mutating func wordArgument(_ builder: inout TextGraphBuilder) throws(FXError) {
    let start = token
    let word = raw
    if word == "inf" || word == "-inf" || word == "nan" {
      return pushFloat(try float(), &builder)
    }
    try advance()
    switch word {
    case "None": return builder.assembler.push(Cell(.none))
    case "True": return builder.assembler.push(Cell(.bool, 1))
    case "False": return builder.assembler.push(Cell(.bool, 0))
    default: break
    }
    if word.hasPrefix("torch.") {
      if let dtype = ScalarType(name: word), dtype != .unknown {
        return builder.assembler.push(Cell(.dtype, Int64(dtype.rawValue)))
      }
      if let layout = Layout(name: word), layout != .unknown {
        return builder.assembler.push(Cell(.layout, Int64(layout.rawValue)))
      }
      if let format = MemoryFormat(name: word), format != .unknown {
        return builder.assembler.push(Cell(.memoryFormat, Int64(format.rawValue)))
      }
      throw unexpected("a type, layout or memory format of PyTorch", start)
    }
    guard isMark("(") else { throw unexpected("an argument", start) }
    try advance()
    try form(word, start, &builder)
    try expect(")")
  }

  private mutating func form(
    _ word: String, _ start: TextToken, _ builder: inout TextGraphBuilder
  ) throws(FXError) {
    let mark = builder.assembler.mark
    switch word {
    case "complex":
      pushFloat(try float(), &builder)
      try expect(",")
      pushFloat(try float(), &builder)
      builder.assembler.close(.complex, above: mark)
    case "slice":
      try argument(&builder)
      try expect(",")
      try argument(&builder)
      try expect(",")
      try argument(&builder)
      builder.assembler.close(.slice, above: mark)
    case "device":
      builder.assembler.push(try self.device())
    case "object":
      let name = context.strings.intern(try anyText("the object's name"))
      try expect(",")
      let className = context.strings.intern(try anyText("the object's class"))
      builder.assembler.pushObject(name: name, className: className)
    case "opaque": pushText(.opaque, try string(), &builder)
    case "dtype", "layout", "memory_format":
      guard takesWord("unknown") else { throw unexpected("'unknown'") }
      try advance()
      let tag: CellTag = word == "dtype" ? .dtype : word == "layout" ? .layout : .memoryFormat
      builder.assembler.push(Cell(tag, 0))
    default: throw unexpected("an argument", start)
    }
  }

  /// Parses a device in quotes, or a type that can't be told from one with its index or None.
  mutating func device() throws(FXError) -> Device {
    let start = token
    let text = try string()
    if token.kind == .number { return Device(type: text, index: try int()) }
    if takesWord("None") {
      try advance()
      return Device(type: text)
    }
    guard let device = Device(text) else {
      throw FXError(.textValue, "'\(text)' is not a device", at: place(of: start))
    }
    return device
  }
}
