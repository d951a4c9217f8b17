import FXCore
import FXGraph

/// Says where one weight or constant is in the archive (`schema.PayloadMeta`).
public struct PayloadMeta: Hashable, Sendable {
  /// The file in the folder of weights or constants: `weight_0`. Weights may share one.
  public var pathName: String
  /// Whether it is a parameter, and not a buffer or constant.
  public var isParameter: Bool
  /// Whether the file is a pickle: of a tensor subclass or a custom object.
  public var usesPickle: Bool
  /// The tensor's layout in the file; nil for a custom object.
  public var tensor: TensorMeta?
  /// Fields that this version does not know.
  public var unknownFields: [RawField] = []

  /// Describes one weight or constant.
  public init(
    pathName: String, isParameter: Bool, usesPickle: Bool = false, tensor: TensorMeta?
  ) {
    self.pathName = pathName
    self.isParameter = isParameter
    self.usesPickle = usesPickle
    self.tensor = tensor
  }
}

/// Says where a model's weights or constants are, by their names (`schema.PayloadConfig`).
public struct PayloadConfig: Sendable {
  /// The weights in the file's order.
  public var entries: [(name: String, meta: PayloadMeta)]
  public var unknownFields: [RawField] = []
  /// Optional fields that the document lacked, and that are not written.
  var absentFields: OptionalFields = []

  /// Makes a configuration of entries by name.
  public init(_ entries: [(name: String, meta: PayloadMeta)] = []) { self.entries = entries }

  /// Decodes the configuration from JSON.
  ///
  /// - Throws: a `json` or `schema` code, with the path in the document.
  public init(json bytes: UnsafeRawBufferPointer) throws(FXError) {
    let decoder = ModelDecoder(bytes, context: GraphContext(), onConsumed: nil)
    self = try decoder.decode { (decoder) throws(FXError) in try decoder.readPayloadConfig() }
  }

  /// Writes the configuration as PyTorch writes it.
  ///
  /// - Throws: `schema.notSerializable` where an unknown field is no JSON.
  public func write(to sink: inout ByteSink) throws(FXError) {
    sink.write("{\"config\": {")
    for (index, entry) in entries.enumerated() {
      if index > 0 { sink.write(", ") }
      sink.writeJSON(entry.name)
      sink.write(": {\"path_name\": ")
      sink.writeJSON(entry.meta.pathName)
      sink.write(", \"is_param\": ")
      sink.writeJSON(entry.meta.isParameter)
      sink.write(", \"use_pickle\": ")
      sink.writeJSON(entry.meta.usesPickle)
      sink.write(", \"tensor_meta\": ")
      if let tensor = entry.meta.tensor {
        try ModelEncoder.write(tensor, absent: absentFields, to: &sink)
      } else {
        sink.write("null")
      }
      ModelEncoder.write(unknown: entry.meta.unknownFields, to: &sink)
      sink.write("}")
    }
    sink.write("}")
    ModelEncoder.write(unknown: unknownFields, to: &sink)
    sink.write("}")
  }
}

extension ModelDecoder {
  /// Reads a `PayloadConfig`, the whole document.
  fileprivate mutating func readPayloadConfig() throws(FXError) -> PayloadConfig {
    var config = PayloadConfig()
    var fields = FieldSet()
    _ = try reader.peek()
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("config") {
        try fields.note(0, reader, key)
        try readDictionary { (decoder, key) throws(FXError) in
          config.entries.append((key.string, try decoder.readPayloadMeta()))
        }
      } else {
        try readUnknown(key, into: &config.unknownFields)
      }
    }
    try reader.finish()
    try fields.require(0, "config", reader, at: start)
    config.absentFields = absentFields
    return config
  }

  private mutating func readPayloadMeta() throws(FXError) -> PayloadMeta {
    var meta = PayloadMeta(pathName: "", isParameter: false, tensor: nil)
    var fields = FieldSet()
    _ = try reader.peek()
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("path_name") {
        try fields.note(0, reader, key)
        meta.pathName = try reader.readString()
      } else if key.equals("is_param") {
        try fields.note(1, reader, key)
        meta.isParameter = try reader.readBool()
      } else if key.equals("use_pickle") {
        try fields.note(2, reader, key)
        meta.usesPickle = try reader.readBool()
      } else if key.equals("tensor_meta") {
        try fields.note(3, reader, key)
        meta.tensor = try readOptional { (decoder) throws(FXError) in
          try decoder.readTensorMeta()
        }
      } else {
        try readUnknown(key, into: &meta.unknownFields)
      }
    }
    try fields.require(0, "path_name", reader, at: start)
    try fields.require(1, "is_param", reader, at: start)
    try fields.require(2, "use_pickle", reader, at: start)
    try fields.require(3, "tensor_meta", reader, at: start)
    return meta
  }
}
