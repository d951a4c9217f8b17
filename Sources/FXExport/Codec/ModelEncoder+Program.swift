import FXCore
import FXGraph

/// Encodes the outer structures: program, graph module, signature, module call graph.
extension ModelEncoder {
  /// Writes an `ExportedProgram`.
  ///
  /// - Parameter isEnvelope: whether the graph and the module's metadata are left out, which another
  ///   document form holds in its own way.
  mutating func write(_ program: ExportedProgram, isEnvelope: Bool = false) throws(FXError) {
    sink.write("{\"graph_module\": {")
    if !isEnvelope {
      sink.write("\"graph\": ")
      try write(program.graph)
      sink.write(", ")
    }
    try program.checkSignatureArity()
    sink.write("\"signature\": ")
    try writeSignature(of: program)
    sink.write(", \"module_call_graph\": ")
    try writeArray(program.moduleCallGraph) { (encoder, entry) throws(FXError) in
      try encoder.write(entry)
    }
    if !isEnvelope, !program.module.metadata.isEmpty || !absentFields.contains(.moduleMetadata) {
      sink.write(", \"metadata\": {")
      for (index, entry) in program.module.metadata.enumerated() {
        if index > 0 { sink.write(", ") }
        sink.writeJSON(entry.key)
        sink.write(": ")
        sink.writeJSON(entry.text)
      }
      sink.write("}")
    }
    if !program.namedTupleFields.isEmpty || !absentFields.contains(.namedTupleFields) {
      sink.write(", \"treespec_namedtuple_fields\": ")
      try restoring(program.unknownModuleFields, under: ModelDecoder.namedTuplesPath) {
        (encoder) throws(FXError) in try encoder.writeNamedTuples(of: program)
      }
    }
    write(unknown: program.unknownModuleFields)
    sink.write("}, \"opset_version\": {")
    for (index, entry) in program.opsetVersion.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(entry.namespace)
      sink.write(": ")
      sink.write(entry.version)
    }
    sink.write("}, \"range_constraints\": {")
    for (index, entry) in program.rangeConstraints.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(entry.symbol)
      sink.write(": ")
      write(entry.range)
    }
    sink.write("}, \"schema_version\": ")
    try restoring(program.unknownFields, under: "/schema_version") { (encoder) throws(FXError) in
      encoder.sink.write("{\"major\": ")
      encoder.sink.write(program.schemaVersion.major)
      encoder.sink.write(", \"minor\": ")
      encoder.sink.write(program.schemaVersion.minor)
      encoder.sink.write("}")
    }
    try writeTail(of: program)
    write(unknown: program.unknownFields)
    if isEnvelope, !absentFields.isEmpty {
      sink.write(", \"absent_fields\": ")
      try write(strings: absentFields.names)
    }
    sink.write("}")
  }

  private mutating func writeNamedTuples(of program: ExportedProgram) throws(FXError) {
    sink.write("{")
    for (index, entry) in program.namedTupleFields.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(entry.type)
      sink.write(": {\"field_names\": ")
      try write(strings: entry.fields)
      sink.write("}")
    }
    sink.write("}")
  }

  private mutating func writeTail(of program: ExportedProgram) throws(FXError) {
    if !program.verifiers.isEmpty || !absentFields.contains(.verifiers) {
      sink.write(", \"verifiers\": ")
      try write(strings: program.verifiers)
    }
    if !absentFields.contains(.torchVersion) {
      sink.write(", \"torch_version\": ")
      sink.writeJSON(program.torchVersion)
    }
    if !program.guardsCode.isEmpty || !absentFields.contains(.guardsCode) {
      sink.write(", \"guards_code\": ")
      try write(strings: program.guardsCode)
    }
  }

  private mutating func write(_ range: RangeConstraint) {
    sink.write("{\"min_val\": ")
    if let min = range.min { sink.write(min) } else { sink.write("null") }
    sink.write(", \"max_val\": ")
    if let max = range.max { sink.write(max) } else { sink.write("null") }
    write(unknown: range.unknownFields)
    sink.write("}")
  }

  private mutating func write(_ entry: ModuleCallEntry) throws(FXError) {
    sink.write("{\"fqn\": ")
    sink.writeJSON(entry.fqn)
    if let signature = entry.signature {
      sink.write(", \"signature\": ")
      try restoring(signature.unknownFields) { (encoder) throws(FXError) in
        try encoder.write(signature)
      }
    } else if !absentFields.contains(.callSignature) {
      sink.write(", \"signature\": null")
    }
    write(unknown: entry.unknownFields)
    sink.write("}")
  }

  private mutating func write(_ signature: ModuleCallSignature) throws(FXError) {
    sink.write("{\"inputs\": ")
    try writeArray(signature.inputs) { (encoder, argument) throws(FXError) in
      encoder.write(argument)
    }
    sink.write(", \"outputs\": ")
    try writeArray(signature.outputs) { (encoder, argument) throws(FXError) in
      encoder.write(argument)
    }
    sink.write(", \"in_spec\": ")
    sink.writeJSON(signature.inSpec)
    sink.write(", \"out_spec\": ")
    sink.writeJSON(signature.outSpec)
    if let names = signature.forwardArgNames {
      sink.write(", \"forward_arg_names\": ")
      try write(strings: names)
    } else if !absentFields.contains(.forwardArgNames) {
      sink.write(", \"forward_arg_names\": null")
    }
    write(unknown: signature.unknownFields)
    sink.write("}")
  }

  private mutating func write(_ argument: CallArgument) {
    switch argument {
    case .value(let name, _):
      sink.write("{\"as_tensor\": {\"name\": ")
      sink.writeJSON(name)
      sink.write("}}")
    case .customObject(let name, let className):
      sink.write("{\"as_custom_obj\": {\"name\": ")
      sink.writeJSON(name)
      sink.write(", \"class_fqn\": ")
      sink.writeJSON(className)
      sink.write("}}")
    case .raw(let json): sink.write(json)
    }
  }
}

extension ExportedProgram {
  /// Writes the program as model JSON, byte for byte as PyTorch writes the same program.
  ///
  /// - Throws: `schema.notSerializable` where a graph holds what model JSON has no place for, with
  ///   the node.
  @_disfavoredOverload
  public func writeJSON(to sink: inout ByteSink) throws(FXError) { try encode(to: &sink) }

  /// Writes the program as model JSON as it is.
  package func encode(to sink: inout ByteSink) throws(FXError) {
    try ModelEncoder.encode(to: &sink, context: module.context, absentFields: absentFields) {
      (encoder) throws(FXError) in try encoder.write(self)
    }
  }

  /// Returns all but the graphs as model JSON, for document forms that hold graphs in another way.
  func envelope() throws(FXError) -> [UInt8] {
    try ByteSink.collecting { (sink) throws(FXError) in
      try ModelEncoder.encode(to: &sink, context: module.context, absentFields: absentFields) {
        (encoder) throws(FXError) in try encoder.write(self, isEnvelope: true)
      }
    }
  }

  /// Returns the program as model JSON.
  ///
  /// - Throws: `schema.notSerializable`.
  @_disfavoredOverload
  public func json() throws(FXError) -> [UInt8] {
    try ByteSink.collecting(capacity: expectedByteCount) { (sink) throws(FXError) in
      try encode(to: &sink)
    }
  }

  /// About how many bytes of model JSON the program's graphs take at most.
  package var expectedByteCount: Int {
    var count = 0
    module.forEachGraphModule { _, module in count += module.graph.count }
    return count * 2048
  }
}
