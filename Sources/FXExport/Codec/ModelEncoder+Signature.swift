import FXCore
import FXGraph

/// Encodes graph signatures (`GraphModuleSerializer.serialize_signature`).
extension ModelEncoder {
  /// A placeholder or output at the position of a specification.
  private struct Slot {
    var name: Atom
    var value: ValueID
    /// The cell of an output, to spell constants.
    var cell: Cell?
  }

  /// Writes the `GraphSignature` of a program, names taken from its graph.
  mutating func writeSignature(of program: ExportedProgram) throws(FXError) {
    let inputs = program.graph.placeholders.map { Slot(name: $0.nameAtom, value: $0.valueID) }
    let outputs = outputSlots(of: program.graph)
    sink.write("{\"input_specs\": [")
    for (index, spec) in program.signature.inputs.enumerated() {
      if index > 0 { sink.write(", ") }
      try write(spec, index < inputs.count ? inputs[index] : nil)
    }
    sink.write("], \"output_specs\": [")
    for (index, spec) in program.signature.outputs.enumerated() {
      if index > 0 { sink.write(", ") }
      try write(
        spec, index < outputs.count ? outputs[index] : nil, inputs.map(\.name))
    }
    sink.write("]")
    write(unknown: program.signature.unknownFields)
    sink.write("}")
  }

  private func outputSlots(of graph: Graph) -> [Slot] {
    guard let output = graph.outputNode else { return [] }
    let record = graph.storage.pointee.nodes[output.id.rawValue]
    guard record.args.count == 1 else { return [] }
    let result = graph.storage.pointee.cells[record.args.start]
    let parts = result.tag == .tuple || result.tag == .list ? result.parts : record.args
    return parts.indices.map { index in
      let cell = graph.storage.pointee.cells[index]
      guard cell.tag == .node else { return Slot(name: .none, value: .unknown, cell: cell) }
      let node = graph.storage.pointee.nodes[cell.node]
      return Slot(name: node.name, value: node.value, cell: cell)
    }
  }

  private mutating func write(_ spec: InputSpec, _ slot: Slot?) throws(FXError) {
    sink.write("{\"")
    sink.write(spec.kindName)
    sink.write("\": ")
    try restoring(spec.unknownFields) { (encoder) throws(FXError) in
      try encoder.writeFields(of: spec, slot)
    }
    sink.write("}")
  }

  private mutating func writeFields(of spec: InputSpec, _ slot: Slot?) throws(FXError) {
    sink.write("{")
    switch spec.kind {
    case .userInput(let argument): try write(argument, slot)
    case .constantInput(let name, let value):
      let atom = try resolve(name, slot)
      sink.write("\"name\": ")
      write(atom)
      sink.write(", \"value\": ")
      write(value)
    case .parameter(let name, let target):
      try writeName(name, slot)
      writeField(", \"parameter_name\": ", target)
    case .buffer(let name, let target, let isPersistent):
      try writeName(name, slot)
      writeField(", \"buffer_name\": ", target)
      sink.write(", \"persistent\": ")
      sink.writeJSON(isPersistent)
    case .tensorConstant(let name, let target):
      try writeName(name, slot)
      writeField(", \"tensor_constant_name\": ", target)
    case .customObject(let name, let className, let target):
      sink.write("\"arg\": ")
      writeObject(
        name: try resolve(name, slot), className: context.strings.intern(className))
      writeField(", \"custom_obj_name\": ", target)
    case .token(let name): try writeName(name, slot)
    }
    write(unknown: spec.unknownFields)
    sink.write("}")
  }

  private mutating func write(_ spec: OutputSpec, _ slot: Slot?, _ inputs: [Atom])
    throws(FXError)
  {
    sink.write("{\"")
    sink.write(spec.kindName)
    sink.write("\": ")
    try restoring(spec.unknownFields) { (encoder) throws(FXError) in
      try encoder.writeFields(of: spec, slot, inputs)
    }
    sink.write("}")
  }

  private mutating func writeFields(of spec: OutputSpec, _ slot: Slot?, _ inputs: [Atom])
    throws(FXError)
  {
    sink.write("{")
    switch spec.kind {
    case .userOutput(let argument): try write(argument, slot)
    case .lossOutput(let name), .token(let name): try writeName(name, slot)
    case .bufferMutation(let name, let target):
      try writeName(name, slot)
      writeField(", \"buffer_name\": ", target)
    case .parameterMutation(let name, let target), .gradientToParameter(let name, let target):
      try writeName(name, slot)
      writeField(", \"parameter_name\": ", target)
    case .gradientToUserInput(let name, let input), .userInputMutation(let name, let input):
      try writeName(name, slot)
      sink.write(", \"user_input_name\": ")
      switch input {
      case .literal(let text): sink.writeJSON(text)
      case .input(let index):
        guard inputs.indices.contains(index) else {
          throw refusal("an output entry refers to user input \(index), which is not there")
        }
        write(inputs[index])
      }
    }
    write(unknown: spec.unknownFields)
    sink.write("}")
  }

  private mutating func writeField(_ key: StaticString, _ text: String) {
    sink.write(key)
    sink.writeJSON(text)
  }

  private func resolve(_ name: SpecName, _ slot: Slot?) throws(FXError) -> Atom {
    switch name {
    case .literal(let text): return context.strings.intern(text)
    case .positional:
      guard let slot, !slot.name.isNone else {
        throw refusal("a signature entry stands for an input or output that is not there")
      }
      return slot.name
    }
  }

  /// Writes `"arg": {"name": …}`.
  private mutating func writeName(_ name: SpecName, _ slot: Slot?) throws(FXError) {
    let atom = try resolve(name, slot)
    sink.write("\"arg\": {\"name\": ")
    write(atom)
    sink.write("}")
  }

  /// Writes `"arg": {"as_tensor": …}` or whatever the graph has at the position.
  private mutating func write(_ argument: SpecArgument, _ slot: Slot?) throws(FXError) {
    sink.write("\"arg\": ")
    switch argument {
    case .constant(let value): write(value)
    case .value(let name):
      if case .positional = name, let cell = slot?.cell, cell.tag != .node {
        throw refusal("the signature expects a value where the graph returns a constant")
      }
      let atom = try resolve(name, slot)
      switch slot.map({ referenceKind($0.value) }) {
      case .symInt: writeReference("{\"as_sym_int\": {\"as_name\": ", atom)
      case .symFloat: writeReference("{\"as_sym_float\": {\"as_name\": ", atom)
      case .symBool: writeReference("{\"as_sym_bool\": {\"as_name\": ", atom)
      case .customObject:
        var className = ""
        if let slot, case .customObject(_, let known)? = context.values[slot.value] {
          className = known
        }
        sink.write("{\"as_custom_obj\": ")
        writeObject(name: atom, className: context.strings.intern(className))
        sink.write("}")
      default: writeReference("{\"as_tensor\": {\"name\": ", atom)
      }
    }
  }

  private mutating func writeReference(_ prefix: StaticString, _ name: Atom) {
    sink.write(prefix)
    write(name)
    sink.write("}}")
  }

  private mutating func write(_ constant: ConstantValue) {
    switch constant {
    case .none: sink.write("{\"as_none\": true}")
    case .int(let value):
      sink.write("{\"as_int\": ")
      sink.write(value)
      sink.write("}")
    case .float(let value):
      sink.write("{\"as_float\": ")
      sink.writeJSON(value)
      sink.write("}")
    case .string(let value):
      sink.write("{\"as_string\": ")
      sink.writeJSON(value)
      sink.write("}")
    case .bool(let value):
      sink.write("{\"as_bool\": ")
      sink.writeJSON(value)
      sink.write("}")
    }
  }
}
