import FXCore
import FXGraph

/// Encodes documents of FX JSON. Optional fields of the schema are all written: which of them a
/// model JSON lacked, the document says by name.
extension ModelEncoder {
  mutating func write(_ document: FXDocument) throws(FXError) {
    sink.write("{\"format\": ")
    sink.writeJSON(FXDocument.format)
    sink.write(", \"version\": ")
    sink.write(FXDocument.version)
    sink.write(",\n\"module\": ")
    try writeFX(document.module)
    if case .program(let program) = document {
      sink.write(",\n\"program\": {\n")
      try writeFXProgram(program)
      sink.write("\n}")
    }
    sink.write("}\n")
  }

  /// Writes the fields of a program beside its graph module, each on a line.
  private mutating func writeFXProgram(_ program: ExportedProgram) throws(FXError) {
    sink.write("\"signature\": ")
    try writeSignature(of: program)
    sink.write(",\n\"module_call_graph\": ")
    try writeModuleCallGraph(of: program)
    sink.write(",\n\"treespec_namedtuple_fields\": ")
    try writeNamedTuples(of: program)
    sink.write(",\n\"opset_version\": ")
    writeOpsets(of: program)
    sink.write(",\n\"range_constraints\": ")
    writeRanges(of: program)
    sink.write(",\n\"schema_version\": ")
    write(program.schemaVersion)
    sink.write(",\n\"verifiers\": ")
    try write(strings: program.verifiers)
    sink.write(",\n\"torch_version\": ")
    sink.writeJSON(program.torchVersion)
    sink.write(",\n\"guards_code\": ")
    try write(strings: program.guardsCode)
    if !program.absentFields.isEmpty {
      sink.write(",\n\"absent\": ")
      let absent = OptionalFields.names.filter { program.absentFields.contains($0.field) }
      try write(strings: absent.map(\.name.description))
    }
    writeFX(unknown: program.unknownModuleFields, key: ",\n\"unknown_in_module\": ")
    writeFX(unknown: program.unknownFields, key: ",\n\"unknown\": ")
  }

  /// Writes fields that model JSON had and FXKit does not know, as an object of their own.
  mutating func writeFX(unknown fields: [RawField], key: StaticString) {
    if fields.isEmpty { return }
    sink.write(key)
    sink.write("{")
    for (index, field) in fields.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(field.key)
      sink.write(": ")
      sink.write(field.json)
    }
    sink.write("}")
  }
}
