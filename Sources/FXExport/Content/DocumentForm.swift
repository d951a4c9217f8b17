import FXCore

/// The forms in which programs and graph modules are kept in files.
public enum DocumentForm: String, Sendable, CaseIterable {
  /// An archive with weights, as `torch.export.save` writes it.
  case pt2
  /// The model JSON inside an archive (`schema.ExportedProgram`).
  case modelJSON = "json"
  /// FXKit's JSON of any FX graph module.
  case fxJSON = "fx.json"
  /// FXKit's text.
  case text = "fx"

  /// Tells the form from the ending of a path; nil for another ending.
  public init?(path: String) {
    if path.hasSuffix(".pt2") {
      self = .pt2
    } else if path.hasSuffix(".fx.json") {
      self = .fxJSON
    } else if path.hasSuffix(".json") {
      self = .modelJSON
    } else if path.hasSuffix(".fx") {
      self = .text
    } else {
      return nil
    }
  }

  /// Tells the form from a document's first bytes.
  public init(content bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x50, 0x4B]) {
      self = .pt2
    } else if let first = bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
      if first != 0x7B {
        self = .text
      } else {
        // The key "format" comes first in FX JSON, and no model JSON has it.
        let key = try? Self.firstKey(of: bytes)
        self = key?.equals("format") == true ? .fxJSON : .modelJSON
      }
    } else {
      self = .text
    }
  }

  private static func firstKey(of json: UnsafeRawBufferPointer) throws(FXError) -> JSONText? {
    var reader = JSONReader(json)
    var isFirst = true
    try reader.beginObject()
    return try reader.nextKey(&isFirst)
  }
}
