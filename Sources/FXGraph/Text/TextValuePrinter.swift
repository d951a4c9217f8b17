import FXCore

/// Writes what is known of results in the text form.
struct TextValuePrinter {
  let context: GraphContext

  func write(_ id: ValueID, to sink: inout ByteSink) {
    guard let value = context.values[id] else { return sink.write("?") }
    switch value {
    case .none: sink.write("None")
    case .tensor(let meta): write(meta, to: &sink)
    case .symInt(let size):
      sink.write("sym_int ")
      write(size, to: &sink)
    case .symFloat(.float(let number)): sink.write("sym_float \(PythonText.float(number))")
    case .symFloat(.expr(let expression)):
      sink.write("sym_float ")
      write(expression, to: &sink)
    case .symBool(.bool(let truth)): sink.write(truth ? "sym_bool True" : "sym_bool False")
    case .symBool(.expr(let expression)):
      sink.write("sym_bool ")
      write(expression, to: &sink)
    case .bool(let truth): sink.write(truth ? "bool True" : "bool False")
    case .int(let number): sink.write("int \(number)")
    case .float(let number): sink.write("float \(PythonText.float(number))")
    case .string(let text):
      sink.write("str ")
      sink.writeQuoted(text)
    case .customObject(let name, let className):
      sink.write("object ")
      sink.writeName(name)
      sink.write(" ")
      sink.writeName(className)
    case .list(let parts): write(parts, "[", "]", to: &sink)
    case .tuple(let parts): write(parts, "(", parts.count == 1 ? ",)" : ")", to: &sink)
    }
  }

  private func write(
    _ parts: [ValueID], _ opening: StaticString, _ closing: StaticString, to sink: inout ByteSink
  ) {
    sink.write(opening)
    for (index, part) in parts.enumerated() {
      if index > 0 { sink.write(", ") }
      write(part, to: &sink)
    }
    sink.write(closing)
  }

  /// Writes a tensor: `f32[2, 3]`, with properties where they are not the usual ones.
  func write(_ meta: TensorMeta, to sink: inout ByteSink) {
    sink.write(meta.dtype.textName)
    write(meta.sizes, to: &sink)
    var separator: StaticString = "{"
    func begin(_ name: StaticString, _ sink: inout ByteSink) {
      sink.write(separator)
      sink.write(name)
      separator = ", "
    }
    if meta.requiresGrad { begin("requires_grad", &sink) }
    if meta.device != .cpu {
      begin("device=", &sink)
      sink.write(meta.device)
    }
    if meta.strides != TensorMeta(dtype: meta.dtype, sizes: meta.sizes).strides {
      begin("strides=", &sink)
      write(meta.strides, to: &sink)
    }
    if meta.storageOffset != 0 {
      begin("offset=", &sink)
      write(meta.storageOffset, to: &sink)
    }
    if meta.layout != .strided {
      begin("layout=", &sink)
      sink.write(meta.layout.name)
    }
    for field in meta.unknownFields {
      begin("", &sink)
      sink.writeQuoted(field.key)
      sink.write("=")
      sink.writeQuoted(field.json)
    }
    if separator.utf8CodeUnitCount == 2 { sink.write("}") }
  }

  private func write(_ sizes: [SymInt], to sink: inout ByteSink) {
    sink.write("[")
    for (index, size) in sizes.enumerated() {
      if index > 0 { sink.write(", ") }
      write(size, to: &sink)
    }
    sink.write("]")
  }

  private func write(_ size: SymInt, to sink: inout ByteSink) {
    switch size {
    case .int(let number): sink.write(number)
    case .expr(let expression): write(expression, to: &sink)
    }
  }

  private func write(_ expression: SymExpr, to sink: inout ByteSink) {
    if let word = SymbolShorthand.shortened(expression.text) {
      sink.write(word)
    } else {
      sink.writeQuoted(expression.text)
    }
    switch expression.hint {
    case .int(let number): sink.write("~\(number)")
    case .bool(let truth): sink.write(truth ? "~True" : "~False")
    case .float(let number): sink.write("~\(PythonText.float(number))")
    case nil: break
    }
    if !expression.unknownFields.isEmpty {
      sink.writeMap(expression.unknownFields.map { ($0.key, $0.json) })
    }
  }
}

extension ByteSink {
  /// Writes a device as the text form spells it.
  mutating func write(_ device: Device) {
    if Device(device.description) == device { return writeQuoted(device.description) }
    writeQuoted(device.type)
    write(device.index.map { " \($0)" } ?? " None")
  }
}
