import FXCore
import FXGraph

extension FXError.Code {
  /// The document is no FX JSON.
  public static let notFXJSON = FXError.Code("fxjson.format")
  /// The document is of a version of FX JSON that this version of FXKit does not know.
  public static let fxJSONVersion = FXError.Code("fxjson.version")
  /// An object of an FX JSON document has a field that its version does not define.
  public static let unknownField = FXError.Code("fxjson.unknownField")
}

/// FX JSON (`.fx.json`): any tree of graph modules, or a whole exported program.
///
/// Unlike model JSON it holds everything that torch.fx can say: calls of modules and methods, nested
/// arguments, leaf modules. FORMATS.md specifies the form; `tools/fxjson.py` is its Python side.
public enum FXJSONDocument {
  /// The value of the document's field `format`.
  public static let format = "fx-graph-module"
  /// The version that FXKit writes, and the only one so far.
  public static let version = 1

  /// Decodes a document.
  ///
  /// - Throws: `fxjson.*`, `json.*`, `schema.*` or `graph.*` with the path and offset of the place.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, context: GraphContext = GraphContext()
  ) throws(FXError) -> DocumentContent {
    try ModelDecoder(bytes, context: context, onConsumed: nil).decode { (decoder) throws(FXError) in
      try decoder.readFXDocument()
    }
  }

  /// Writes a document, a node or member on each line.
  ///
  /// - Throws: `schema.notSerializable` where a program's signature speaks of an input or output that
  ///   is not there.
  public static func write(_ content: DocumentContent, to sink: inout ByteSink) throws {
    let module: GraphModule
    switch content {
    case .module(let bare): module = bare
    case .program(let program): module = program.module
    }
    sink.write("{\"format\": ")
    sink.writeJSON(format)
    sink.write(", \"version\": ")
    sink.write(version)
    sink.write(",\n\"module\": ")
    try ModelEncoder.encode(to: &sink, context: module.context, absentFields: []) {
      (encoder) throws(FXError) in try encoder.writeFX(module)
    }
    if case .program(let program) = content {
      sink.write(",\n\"program\": ")
      try program.envelope().withUnsafeBytes { sink.write($0.bindMemory(to: UInt8.self)) }
    }
    sink.write("}\n")
  }
}
