import FXCore

/// Files that are named where tensors are wanted, the shapes of tensors, or declared operators.
extension ForeignContent {
  /// Tells what a file is that holds no tensors as safetensors and NumPy do; nil where it may.
  ///
  /// The advice is what makes such a file of it.
  init?(withoutTensors file: MappedFile) {
    if file.bytes.starts(with: [0x50, 0x4B]) {
      guard let zip = try? ZIPArchive(file), let content = Self.archive(zip) else { return nil }
      self = content
      return
    }
    guard let content = Self.any(file.bytes), content.isKnown, !content.isSafetensors else {
      return nil
    }
    let shapes = "shapes alone are for 'fxkit validate --inputs'"
    self.init(content.name, content.name == Self.json ? shapes : nil)
  }

  /// Tells what a file is that is no JSON object of shapes; nil where it may be one.
  init?(withoutShapes bytes: UnsafeRawBufferPointer) {
    var reader = JSONReader(bytes)
    // What is wrong with JSON is for its reader to say, with the place.
    if (try? reader.skipValue()) != nil, (try? reader.finish()) != nil { return nil }
    guard let content = Self.any(bytes), content.name != Self.json else { return nil }
    self.init(content.name)
  }

  private static let json = "JSON"

  private static func any(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    if bytes.starts(with: [0x50, 0x4B]) { return ForeignContent("a ZIP archive") }
    if let content = ForeignContent(bytes) { return content }
    let isObject = bytes.first { !isSpace($0) } == UInt8(ascii: "{")
    return ForeignContent(isObject ? json : "FX text")
  }

  /// Tells what an archive of PyTorch is; nil for others, which may be NumPy's.
  private static func archive(_ zip: ZIPArchive) -> ForeignContent? {
    let names = zip.members.map(\.name)
    let format = PT2Path.archiveFormat
    if names.contains(where: { $0 == format || $0.hasSuffix("/\(format)") }) {
      return ForeignContent(
        "a PT2 archive", "'fxkit weights FILE --extract OUT.safetensors' takes its weights out")
    }
    let pickles = ["data.pkl", "constants.pkl"]
    guard names.contains(where: { name in pickles.contains { name.hasSuffix("/\($0)") } }) else {
      return nil
    }
    let content = ForeignContent(zip)
    guard content.name == checkpointName else { return ForeignContent(content.name) }
    return ForeignContent(
      content.name,
      "convert it in Python: safetensors.torch.save_file(torch.load('FILE'), 'OUT.safetensors')")
  }
}

extension Document {
  /// Reads a file that declares operators, or standard input for `-`.
  ///
  /// - Throws: as reading any document does; `document.foreignContent` says what is wanted.
  public init(declaringOperatorsAt path: String) throws {
    let file = try MappedFile(path: path)
    if let content = ForeignContent(file.bytes) {
      throw FXError(
        .foreignContent, "this is \(content.name), not FX text (.fx) that declares operators",
        at: SourcePlace(member: file.path))
    }
    try self.init(file)
  }
}
