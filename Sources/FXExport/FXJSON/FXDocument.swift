import FXCore
import FXGraph

extension FXError.Code {
  /// The document is no FX JSON.
  public static let notFXDocument = FXError.Code("fxjson.format")
  /// The document is of a version of FX JSON that this version of FXKit does not know.
  public static let fxDocumentVersion = FXError.Code("fxjson.version")
  /// An object of an FX JSON document has a field that its version does not define.
  public static let unknownField = FXError.Code("fxjson.unknownField")
}

/// A document of FX JSON (`.fx.json`): any tree of graph modules, or a whole exported program.
///
/// Unlike model JSON it holds everything that torch.fx can say: calls of modules and methods, nested
/// arguments, leaf modules. ARCHITECTURE.md specifies the form; `tools/fxjson.py` is its Python side.
public enum FXDocument {
  /// The result of `torch.fx.symbolic_trace` or another transformation, without a signature.
  case module(GraphModule)
  case program(ExportedProgram)

  /// The value of the document's field `format`.
  public static let format = "fx-graph-module"
  /// The version that FXKit writes, and the only one so far.
  public static let version = 1

  /// Returns the outermost graph module.
  public var module: GraphModule {
    switch self {
    case .module(let module): module
    case .program(let program): program.module
    }
  }

  /// Tells whether bytes begin as FX JSON does: an object whose first field is `format`.
  public static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = JSONReader(bytes)
    var isFirst = true
    guard (try? reader.beginObject()) != nil, let key = try? reader.nextKey(&isFirst),
      key.equals("format"), let value = try? reader.readString()
    else { return false }
    return value == format
  }

  /// Decodes FX JSON of version 1.
  ///
  /// - Throws: `fxjson.*`, `json.*`, `schema.*` or `graph.*` with the path and offset of the place.
  public init(
    json bytes: UnsafeRawBufferPointer, context: GraphContext = GraphContext()
  ) throws(FXError) {
    self = try ModelDecoder.decode(bytes, context: context) { (decoder) throws(FXError) in
      try decoder.readFXDocument()
    }
  }

  /// Writes the document, a node or member on each line.
  ///
  /// - Throws: `schema.notSerializable` where a program's signature speaks of an input or output that
  ///   is not there; what the sink's drain throws.
  public func writeJSON(to sink: consuming ByteSink) throws {
    var encoder = ModelEncoder(sink: sink, context: module.context, absentFields: [])
    try encoder.write(self)
    try encoder.finish()
  }

  /// Returns the document's bytes.
  ///
  /// - Throws: `schema.notSerializable`.
  public func json() throws -> [UInt8] {
    var encoder = ModelEncoder(sink: ByteSink(), context: module.context, absentFields: [])
    try encoder.write(self)
    return Array(encoder.sink.bytes)
  }
}
