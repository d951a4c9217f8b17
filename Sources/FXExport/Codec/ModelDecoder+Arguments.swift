import FXCore
import FXGraph

/// Decodes arguments of nodes: each is pushed to the frame's assembler as a cell.
extension ModelDecoder {
  /// Reads an `Argument`.
  mutating func readArgument(_ frame: inout GraphFrame) throws(FXError) {
    _ = try reader.peek()
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    guard let key = try reader.nextKey(&isFirst) else {
      throw reader.error(.malformedUnion, "the Argument is empty", at: start)
    }
    guard let tag = ArgumentTag(key) else {
      throw reader.error(.unknownTag, "unknown kind of Argument: '\(key.string)'", at: start)
    }
    try readArgumentValue(tag, &frame)
    if let extra = try reader.nextKey(&isFirst) {
      throw reader.error(.malformedUnion, "the Argument has a second tag, '\(extra.string)'")
    }
  }

  private mutating func readArgumentValue(_ tag: ArgumentTag, _ frame: inout GraphFrame)
    throws(FXError)
  {
    switch tag {
    case .asTensor: frame.push(try readReference(frame))
    case .asInt: frame.push(Cell(.int, Int64(try reader.readInt())))
    case .asNone:
      // The payload is `true` since schema 8; `()` and `null` were written before.
      try reader.skipValue()
      frame.push(Cell(.none))
    case .asBool: frame.push(Cell(.bool, try reader.readBool() ? 1 : 0))
    case .asFloat: frame.push(try readFloat())
    case .asString: frame.push(Cell(.string, Int64(try readAtom().rawValue)))
    case .asSymInt: frame.push(try readSymbolic("SymIntArgument", "as_int", .int, frame))
    case .asSymFloat: frame.push(try readSymbolic("SymFloatArgument", "as_float", .float, frame))
    case .asSymBool: frame.push(try readSymbolic("SymBoolArgument", "as_bool", .bool, frame))
    case .asScalarType:
      let value: ScalarType = try readEnum("ScalarType")
      frame.push(Cell(.dtype, Int64(value.rawValue)))
    case .asMemoryFormat:
      let value: MemoryFormat = try readEnum("MemoryFormat")
      frame.push(Cell(.memoryFormat, Int64(value.rawValue)))
    case .asLayout:
      let value: Layout = try readEnum("Layout")
      frame.push(Cell(.layout, Int64(value.rawValue)))
    case .asDevice: frame.assembler.push(try readDevice())
    case .asGraph: try readGraphArgument(&frame)
    case .asCustomObj: try readCustomObjectCell(&frame)
    case .asOperator: frame.push(Cell(.function, Int64(try readAtom().rawValue)))
    case .asComplex: try readComplex(&frame)
    case .asOptionalTensor:
      frame.push(try readOptionalTensor(frame))
      frame.setWire(.asOptionalTensor)
    case .asStringToArgument: try readStringToArgument(&frame)
    case .derived: break
    default: try readListArgument(tag, &frame)
    }
  }

  private mutating func readListArgument(_ tag: ArgumentTag, _ frame: inout GraphFrame)
    throws(FXError)
  {
    let mark = frame.assembler.mark
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      switch tag {
      case .asTensors: frame.push(try readReference(frame))
      case .asInts: frame.push(Cell(.int, Int64(try reader.readInt())))
      case .asFloats: frame.push(try readFloat())
      case .asStrings: frame.push(Cell(.string, Int64(try readAtom().rawValue)))
      case .asBools: frame.push(Cell(.bool, try reader.readBool() ? 1 : 0))
      case .asSymInts: frame.push(try readSymbolic("SymIntArgument", "as_int", .int, frame))
      case .asSymFloats: frame.push(try readSymbolic("SymFloatArgument", "as_float", .float, frame))
      case .asSymBools: frame.push(try readSymbolic("SymBoolArgument", "as_bool", .bool, frame))
      case .asOptionalTensors: frame.push(try readOptionalTensor(frame))
      case .asNestedTensors: try readListArgument(.asTensors, &frame)
      case .asIntLists: try readIntList(&frame)
      case .asFloatLists: try readListArgument(.asFloats, &frame)
      default:
        throw reader.error(.unknownTag, "a list can't be \(tag.name)")
      }
    }
    frame.assembler.close(.list, above: mark, wire: tag)
  }

  /// Reads one of `as_int_lists`, which the deserializer makes a tuple (a Triton grid).
  private mutating func readIntList(_ frame: inout GraphFrame) throws(FXError) {
    let mark = frame.assembler.mark
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      frame.push(Cell(.int, Int64(try reader.readInt())))
    }
    frame.assembler.close(.tuple, above: mark)
  }

  private mutating func readFloat() throws(FXError) -> Cell {
    Cell(.float, Int64(bitPattern: try reader.readDouble().bitPattern))
  }

  /// Reads `{"name": …}` and finds the node.
  @inline(__always)
  private mutating func readReference(_ frame: GraphFrame) throws(FXError) -> Cell {
    _ = try reader.peek()
    let start = reader.offset
    return try frame.reference(to: try readNameObject(), reader, at: start)
  }

  /// Reads a `SymIntArgument` or one of its kin: a node's name or a number.
  private mutating func readSymbolic(
    _ union: StaticString, _ constantTag: StaticString, _ kind: CellTag, _ frame: GraphFrame
  ) throws(FXError) -> Cell {
    var cell = Cell(.none)
    try readUnion(union) { (decoder, tag) throws(FXError) in
      if tag.equals("as_name") {
        _ = try decoder.reader.peek()
        let start = decoder.reader.offset
        cell = try frame.reference(to: try decoder.readAtom(), decoder.reader, at: start)
      } else if tag.equals(constantTag) {
        switch kind {
        case .int: cell = Cell(.int, Int64(try decoder.reader.readInt()))
        case .float: cell = try decoder.readFloat()
        default: cell = Cell(.bool, try decoder.reader.readBool() ? 1 : 0)
        }
      } else {
        return false
      }
      return true
    }
    return cell
  }

  private mutating func readOptionalTensor(_ frame: GraphFrame) throws(FXError) -> Cell {
    var cell = Cell(.none)
    try readUnion("OptionalTensorArgument") { (decoder, tag) throws(FXError) in
      if tag.equals("as_tensor") {
        cell = try decoder.readReference(frame)
      } else if tag.equals("as_none") {
        try decoder.reader.skipValue()
      } else {
        return false
      }
      return true
    }
    return cell
  }

  /// Reads a custom object: the node that stands for it as an input, or one of the constants.
  private mutating func readCustomObjectCell(_ frame: inout GraphFrame) throws(FXError) {
    let object = try readCustomObject()
    let node = frame.graph.nodeID(named: object.name)
    if node >= 0 {
      frame.push(Cell(.node, Int64(node), wire: .asCustomObj))
      return
    }
    frame.assembler.pushObject(name: object.name, className: object.className)
  }

  private mutating func readComplex(_ frame: inout GraphFrame) throws(FXError) {
    let start = reader.offset
    var parts = (Cell(.none), Cell(.none))
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("real") {
        try fields.note(0, reader, key)
        parts.0 = try readFloat()
      } else if key.equals("imag") {
        try fields.note(1, reader, key)
        parts.1 = try readFloat()
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "real", reader, at: start)
    try fields.require(1, "imag", reader, at: start)
    let mark = frame.assembler.mark
    frame.push(parts.0)
    frame.push(parts.1)
    frame.assembler.close(.complex, above: mark)
  }

  private mutating func readStringToArgument(_ frame: inout GraphFrame) throws(FXError) {
    let mark = frame.assembler.mark
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      let name = try intern(key)
      try readArgument(&frame)
      frame.assembler.setKey(name)
    }
    frame.assembler.close(.dict, above: mark)
  }
}

extension ArgumentTag {
  /// Finds the tag by a key, the frequent ones first.
  @inline(__always) init?(_ key: JSONText) {
    if key.equals("as_tensor") {
      self = .asTensor
    } else if key.equals("as_int") {
      self = .asInt
    } else if key.equals("as_ints") {
      self = .asInts
    } else {
      guard let tag = Self.find(key) else { return nil }
      self = tag
    }
  }

  private static func find(_ key: JSONText) -> ArgumentTag? {
    for index in 1..<names.count where key.equals(names[index]) {
      return ArgumentTag(rawValue: UInt8(index))
    }
    return nil
  }
}
