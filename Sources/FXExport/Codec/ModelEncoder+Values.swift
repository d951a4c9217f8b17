import FXCore
import FXGraph

/// How a reference to a value is spelled.
enum ReferenceKind {
  case tensor, symInt, symFloat, symBool, customObject, none, aggregate
}

extension ModelEncoder {
  /// Tells how references to a value are spelled. Of what nothing is known is taken for a tensor.
  @inline(__always) mutating func referenceKind(_ id: ValueID) -> ReferenceKind {
    if id.rawValue < 0 { return .tensor }
    if let known = referenceKinds[Int(id.rawValue)] { return known }
    let kind: ReferenceKind =
      switch context.values[id] {
      case .tensor, nil, .string: .tensor
      case .symInt, .int: .symInt
      case .symFloat, .float: .symFloat
      case .symBool, .bool: .symBool
      case .customObject: .customObject
      case .none?: .none
      case .list, .tuple: .aggregate
      }
    referenceKinds[Int(id.rawValue)] = kind
    return kind
  }

  /// Writes a `TensorMeta`.
  ///
  /// - Throws: `schema.notSerializable` where an unknown field, which may be from text, is no JSON.
  static func write(_ meta: TensorMeta, absent: OptionalFields, to sink: inout ByteSink)
    throws(FXError)
  {
    try restoring(meta.unknownFields, to: &sink) { writeFields(of: meta, absent: absent, to: &$0) }
  }

  private static func writeFields(
    of meta: TensorMeta, absent: OptionalFields, to sink: inout ByteSink
  ) {
    sink.write("{\"dtype\": ")
    sink.write(meta.dtype.rawValue)
    sink.write(", \"sizes\": ")
    write(meta.sizes, absent: absent, to: &sink)
    sink.write(", \"requires_grad\": ")
    sink.writeJSON(meta.requiresGrad)
    sink.write(", \"device\": ")
    write(meta.device, absent: absent, to: &sink)
    sink.write(", \"strides\": ")
    write(meta.strides, absent: absent, to: &sink)
    sink.write(", \"storage_offset\": ")
    write(meta.storageOffset, absent: absent, to: &sink)
    sink.write(", \"layout\": ")
    sink.write(meta.layout.rawValue)
    write(unknown: meta.unknownFields, to: &sink)
    sink.write("}")
  }

  private static func write(_ list: [SymInt], absent: OptionalFields, to sink: inout ByteSink) {
    sink.write("[")
    for (index, element) in list.enumerated() {
      if index > 0 { sink.write(", ") }
      write(element, absent: absent, to: &sink)
    }
    sink.write("]")
  }

  /// Writes a `Device`.
  static func write(_ device: Device, absent: OptionalFields, to sink: inout ByteSink) {
    sink.write("{\"type\": ")
    sink.writeJSON(device.type)
    if let index = device.index {
      sink.write(", \"index\": ")
      sink.write(index)
    } else if !absent.contains(.deviceIndex) {
      sink.write(", \"index\": null")
    }
    sink.write("}")
  }

  /// Writes a `SymInt`.
  static func write(_ value: SymInt, absent: OptionalFields, to sink: inout ByteSink) {
    switch value {
    case .int(let number):
      sink.write("{\"as_int\": ")
      sink.write(number)
      sink.write("}")
    case .expr(let expression): write(expression, absent: absent, to: &sink)
    }
  }

  static func write(_ value: SymFloat, absent: OptionalFields, to sink: inout ByteSink) {
    switch value {
    case .float(let number):
      sink.write("{\"as_float\": ")
      sink.writeJSON(number)
      sink.write("}")
    case .expr(let expression): write(expression, absent: absent, to: &sink)
    }
  }

  static func write(_ value: SymBool, absent: OptionalFields, to sink: inout ByteSink) {
    switch value {
    case .bool(let truth):
      sink.write("{\"as_bool\": ")
      sink.writeJSON(truth)
      sink.write("}")
    case .expr(let expression): write(expression, absent: absent, to: &sink)
    }
  }

  private static func write(
    _ expression: SymExpr, absent: OptionalFields, to sink: inout ByteSink
  ) {
    sink.write("{\"as_expr\": {\"expr_str\": ")
    sink.writeJSON(expression.text)
    switch expression.hint {
    case .int(let value):
      sink.write(", \"hint\": {\"as_int\": ")
      sink.write(value)
      sink.write("}")
    case .bool(let value):
      sink.write(", \"hint\": {\"as_bool\": ")
      sink.writeJSON(value)
      sink.write("}")
    case .float(let value):
      sink.write(", \"hint\": {\"as_float\": ")
      sink.writeJSON(value)
      sink.write("}")
    case nil:
      if !absent.contains(.hint) { sink.write(", \"hint\": null") }
    }
    write(unknown: expression.unknownFields, to: &sink)
    sink.write("}}")
  }

  /// Writes the entry of a value in one of the dictionaries of a graph.
  mutating func writeEntry(_ id: ValueID) throws(FXError) {
    try write(id) { (encoder, sink) throws(FXError) in
      let absent = encoder.absentFields
      switch encoder.context.values[id] {
      case .tensor(let meta): try Self.write(meta, absent: absent, to: &sink)
      case .symInt(let value): Self.write(value, absent: absent, to: &sink)
      case .symFloat(let value): Self.write(value, absent: absent, to: &sink)
      case .symBool(let value): Self.write(value, absent: absent, to: &sink)
      case .int(let value): Self.write(.int(value), absent: absent, to: &sink)
      case .float(let value): Self.write(SymFloat.float(value), absent: absent, to: &sink)
      case .bool(let value): Self.write(SymBool.bool(value), absent: absent, to: &sink)
      case .customObject(let name, let className):
        sink.write("{\"name\": ")
        sink.writeJSON(name)
        sink.write(", \"class_fqn\": ")
        sink.writeJSON(className)
        sink.write("}")
      case .string, .list, .tuple, .none?, nil:
        throw FXError(.notSerializable, "model JSON has no place for such a value of a node")
      }
    }
  }
}
