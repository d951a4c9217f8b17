import FXCore
import FXGraph

/// Decodes what is known of values: tensor metadata and symbolic numbers.
extension ModelDecoder {
  /// Reads a `TensorMeta`, decoding each distinct one once.
  mutating func readTensorValue() throws(FXError) -> ValueID {
    _ = try reader.peek()
    let start = reader.offset
    let span = try reader.skipValue()
    let end = reader.offset
    // The cache is moved out while decoding uses the decoder.
    var cache = tensorMetas
    let id = try cache.result(for: span) { () throws(FXError) in
      reader.move(to: start)
      let meta = try readTensorMeta()
      return context.values.intern(.tensor(meta)).rawValue
    }
    tensorMetas = cache
    reader.move(to: end)
    return ValueID(rawValue: id)
  }

  /// Reads a `TensorMeta`.
  mutating func readTensorMeta() throws(FXError) -> TensorMeta {
    let start = reader.offset
    let mark = strayFields.count
    var meta = TensorMeta(dtype: .unknown, sizes: [], strides: [])
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("dtype") {
        try fields.note(0, reader, key)
        meta.dtype = try readEnum("ScalarType")
      } else if key.equals("sizes") {
        try fields.note(1, reader, key)
        meta.sizes = try readSymInts()
      } else if key.equals("requires_grad") {
        try fields.note(2, reader, key)
        meta.requiresGrad = try reader.readBool()
      } else if key.equals("device") {
        try fields.note(3, reader, key)
        meta.device = try readDevice()
      } else if key.equals("strides") {
        try fields.note(4, reader, key)
        meta.strides = try readSymInts()
      } else if key.equals("storage_offset") {
        try fields.note(5, reader, key)
        meta.storageOffset = try readSymInt()
      } else if key.equals("layout") {
        try fields.note(6, reader, key)
        meta.layout = try readEnum("Layout")
      } else {
        try readUnknown(key, into: &meta.unknownFields)
      }
    }
    try fields.require(0, "dtype", reader, at: start)
    try fields.require(1, "sizes", reader, at: start)
    try fields.require(2, "requires_grad", reader, at: start)
    try fields.require(3, "device", reader, at: start)
    try fields.require(4, "strides", reader, at: start)
    try fields.require(5, "storage_offset", reader, at: start)
    try fields.require(6, "layout", reader, at: start)
    try keepStrays(from: start, above: mark, in: &meta.unknownFields)
    return meta
  }

  mutating func readSymInts() throws(FXError) -> [SymInt] {
    var result: [SymInt] = []
    try readArray { (decoder) throws(FXError) in result.append(try decoder.readSymInt()) }
    return result
  }

  /// Reads a `SymInt`.
  mutating func readSymInt() throws(FXError) -> SymInt {
    try readSymbolic("SymInt", "as_int", SymInt.expr) { (decoder) throws(FXError) in
      .int(try decoder.reader.readInt())
    }
  }

  /// Reads a `SymFloat`.
  mutating func readSymFloat() throws(FXError) -> SymFloat {
    try readSymbolic("SymFloat", "as_float", SymFloat.expr) { (decoder) throws(FXError) in
      .float(try decoder.reader.readDouble())
    }
  }

  /// Reads a `SymBool`.
  mutating func readSymBool() throws(FXError) -> SymBool {
    try readSymbolic("SymBool", "as_bool", SymBool.expr) { (decoder) throws(FXError) in
      .bool(try decoder.reader.readBool())
    }
  }

  /// Reads a union of an expression and a constant, which has a tag of its own.
  private mutating func readSymbolic<Value>(
    _ union: StaticString, _ constantTag: StaticString, _ expression: (SymExpr) -> Value,
    _ constant: (inout ModelDecoder) throws(FXError) -> Value
  ) throws(FXError) -> Value {
    var result: Value?
    try readUnion(union) { (decoder, tag) throws(FXError) in
      if tag.equals(constantTag) {
        result = try constant(&decoder)
      } else if tag.equals("as_expr") {
        result = expression(try decoder.readSymExpr())
      }
      return result != nil
    }
    guard let result else { throw reader.error(.malformedUnion, "the \(union) is empty") }
    return result
  }

  /// Reads a `SymExpr` with its hint.
  private mutating func readSymExpr() throws(FXError) -> SymExpr {
    let start = reader.offset
    var expression = SymExpr("")
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("expr_str") {
        try fields.note(0, reader, key)
        expression.text = try reader.readString()
      } else if key.equals("hint") {
        try fields.note(1, reader, key)
        expression.hint = try readOptional { (decoder) throws(FXError) in try decoder.readHint() }
      } else {
        try readUnknown(key, into: &expression.unknownFields)
      }
    }
    try fields.require(0, "expr_str", reader, at: start)
    if !fields.has(1) { absentFields.insert(.hint) }
    return expression
  }

  private mutating func readHint() throws(FXError) -> SymHint {
    var result = SymHint.int(0)
    try readUnion("SymExprHint") { (decoder, tag) throws(FXError) in
      if tag.equals("as_int") {
        result = .int(try decoder.reader.readInt())
      } else if tag.equals("as_bool") {
        result = .bool(try decoder.reader.readBool())
      } else if tag.equals("as_float") {
        result = .float(try decoder.reader.readDouble())
      } else {
        return false
      }
      return true
    }
    return result
  }

  /// Reads a `Device`.
  mutating func readDevice() throws(FXError) -> Device {
    let start = reader.offset
    var device = Device(type: "")
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("type") {
        try fields.note(0, reader, key)
        device.type = try reader.readString()
      } else if key.equals("index") {
        try fields.note(1, reader, key)
        device.index = try readOptional { (decoder) throws(FXError) in
          try decoder.reader.readInt()
        }
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "type", reader, at: start)
    if !fields.has(1) { absentFields.insert(.deviceIndex) }
    return device
  }

  /// Reads a `CustomObjArgument`.
  mutating func readCustomObject() throws(FXError) -> (name: Atom, className: Atom) {
    let start = reader.offset
    var name = Atom.none
    var className = Atom.none
    var fields = FieldSet()
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("name") {
        try fields.note(0, reader, key)
        name = try readAtom()
      } else if key.equals("class_fqn") {
        try fields.note(1, reader, key)
        className = try readAtom()
      } else {
        try readStray(key, of: start)
      }
    }
    try fields.require(0, "name", reader, at: start)
    try fields.require(1, "class_fqn", reader, at: start)
    return (name, className)
  }
}
