import FXCore

/// What a file is that holds no program, and how one gets a program of what it was made from.
struct ForeignContent: Hashable, Sendable {
  /// The kind of content, with its article: `an ONNX model`.
  let name: String
  /// What to do instead, as a clause.
  let advice: String?

  init(_ name: String, _ advice: String? = nil) {
    self.name = name
    self.advice = advice
  }

  /// Tells what content is that is neither an archive, nor a JSON object, nor FX text; nil for those.
  init?(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: [0x50, 0x4B]) { return nil }
    // The length of safetensors' header may look like the start of JSON.
    if let tensors = Self.safetensors(bytes) {
      self = tensors
      return
    }
    let first = bytes.first { !Self.isSpace($0) }
    if first == UInt8(ascii: "{") || Self.isText(bytes) { return nil }
    self = Self.binary(bytes) ?? Self.text(bytes) ?? .unknown
  }

  private static let unknown = ForeignContent("binary data of unknown form", exporting)

  /// Whether something was recognized.
  var isKnown: Bool { self != Self.unknown }

  /// The error that says so.
  func error(at place: SourcePlace) -> FXError {
    let advice = advice.map { "; \($0)" } ?? ""
    return FXError(.foreignContent, "this is \(name), not an exported program\(advice)", at: place)
  }

  /// What any JSON is called.
  static let json = "JSON"

  /// Tells what content is, FXKit's own forms included.
  static func any(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    if bytes.starts(with: [0x50, 0x4B]) { return ForeignContent("a ZIP archive") }
    if let content = ForeignContent(bytes) { return content }
    let isObject = bytes.first { !isSpace($0) } == UInt8(ascii: "{")
    return ForeignContent(isObject ? json : "FX text")
  }

  static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  /// Tells whether the first word that is no comment is that of the text form.
  private static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...].drop(while: isSpace)
    while rest.starts(with: "//".utf8) {
      rest = rest.drop { $0 != 0x0A }.drop(while: isSpace)
    }
    guard rest.starts(with: "fx".utf8) else { return false }
    return rest.dropFirst(2).first.map(isSpace) ?? true
  }
}

extension ForeignContent {
  private static let saving = "torch.export.save(torch.export.export(model, args), 'model.pt2')"
  /// How a program is made of a model in Python.
  static let exporting = "make a .pt2 of the model in Python: \(saving)"
  static let exportingItself = "export the PyTorch model that it came from: \(saving)"
  static let weightsOnly =
    "it has weights and no graph; 'fxkit weights MODEL.pt2 --replace FILE -o OUT.pt2' puts them into "
    + "a program"
}

extension FXError.Code {
  /// A file's content is of another form than FXKit's and PyTorch's programs are.
  public static let foreignContent = FXError.Code("document.foreignContent")
}
