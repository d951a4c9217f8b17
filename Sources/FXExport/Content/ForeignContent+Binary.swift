/// Binary forms, told by their first bytes.
extension ForeignContent {
  static func binary(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    for signature in signatures
    where bytes.dropFirst(signature.offset).starts(with: signature.bytes) {
      return signature.content
    }
    return pickle(bytes) ?? message(bytes) ?? zeros(bytes)
  }

  private struct Signature {
    let offset: Int
    let bytes: [UInt8]
    let content: ForeignContent

    init(_ bytes: [UInt8], at offset: Int = 0, _ content: ForeignContent) {
      self.offset = offset
      self.bytes = bytes
      self.content = content
    }

    init(_ text: String, at offset: Int = 0, _ name: String, _ advice: String? = nil) {
      self.init(Array(text.utf8), at: offset, ForeignContent(name, advice))
    }
  }

  private static let signatures = compressed + models + tensors + code + media

  private static func unpacking(_ tool: String) -> String {
    "unpack it first: '\(tool) FILE'"
  }

  private static let compressed = [
    Signature([0x1F, 0x8B], ForeignContent("a gzip file", unpacking("gzip -d"))),
    Signature("BZh", "a bzip2 file", unpacking("bzip2 -d")),
    Signature(
      [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], ForeignContent("an xz file", unpacking("xz -d"))),
    Signature([0x5D, 0, 0], ForeignContent("an LZMA file", unpacking("xz -d --format=lzma"))),
    Signature(
      [0x28, 0xB5, 0x2F, 0xFD], ForeignContent("a Zstandard file", unpacking("zstd -d"))),
    Signature([0x04, 0x22, 0x4D, 0x18], ForeignContent("an LZ4 file", unpacking("lz4 -d"))),
    Signature([0x37, 0x7A, 0xBC, 0xAF], ForeignContent("a 7-Zip archive", unpacking("7z x"))),
    Signature("Rar!", "a RAR archive", unpacking("unrar x")),
    Signature("ustar", at: 257, "a tar archive", unpacking("tar -xf")),
  ]

  private static let executorch = "an ExecuTorch program"
  private static let executorchAdvice =
    "ExecuTorch's runtime runs it and nothing brings its graph back; \(exportingItself)"

  private static let models = [
    Signature("ET12", at: 4, executorch, executorchAdvice),
    Signature("ET", at: 4, executorch, executorchAdvice),
    Signature("BP08", at: 4, "an ExecuTorch program bundled with tests", executorchAdvice),
    Signature("FT01", at: 4, "ExecuTorch's file of a program's tensors", executorchAdvice),
    Signature("TFL3", at: 4, "a TensorFlow Lite model", exportingItself),
    Signature("ORTM", at: 4, "a model of ONNX Runtime", exportingItself),
    Signature("PTMF", at: 4, "a module of PyTorch's lite interpreter", exportingItself),
    Signature("GGUF", "a GGUF model", exportingItself),
    Signature("ggml", "a GGML model", exportingItself),
    Signature("lmgg", "a GGML model", exportingItself),
    Signature("tjgg", "a GGML model", exportingItself),
    Signature("ftrt", "a TensorRT engine", exportingItself),
    Signature("ptrt", "a TensorRT engine", exportingItself),
  ]

  private static let tensors = [
    Signature(
      [0x93] + "NUMPY".utf8,
      ForeignContent(
        "a NumPy array (.npy)",
        "'fxkit run MODEL.pt2 --inputs FILE' gives it to a program as an input")),
    Signature(
      [0x89] + "HDF\r\n".utf8, ForeignContent("an HDF5 file, such as Keras's", exportingItself)),
    Signature("MATLAB 5.0", "a file of MATLAB", nil),
    Signature("PAR1", "a Parquet file", nil),
    Signature("ARROW1", "an Arrow file", nil),
    Signature("SQLite format 3", "an SQLite database", nil),
  ]

  private static let compiled = "it is compiled; \(exportingItself)"

  private static let code = [
    Signature([0x7F] + "ELF".utf8, ForeignContent("an ELF program or library", compiled)),
    Signature([0xCF, 0xFA, 0xED, 0xFE], ForeignContent("a Mach-O program or library", compiled)),
    Signature([0xFE, 0xED, 0xFA], ForeignContent("a Mach-O program or library", compiled)),
    Signature(
      [0xCA, 0xFE, 0xBA, 0xBE], ForeignContent("a Mach-O library or a Java class", compiled)),
    Signature([0x4D, 0x5A], ForeignContent("a Windows program or library", compiled)),
    Signature("!<arch>", "a library of object files", compiled),
    Signature([0] + "asm".utf8, ForeignContent("a WebAssembly module", compiled)),
    Signature([0x42, 0x43, 0xC0, 0xDE], ForeignContent("LLVM bitcode", compiled)),
    Signature([0x4D, 0x4C, 0xEF, 0x52], ForeignContent("MLIR bytecode", exportingItself)),
  ]

  private static let media = [
    Signature([0x89] + "PNG".utf8, ForeignContent("a PNG image")),
    Signature([0xFF, 0xD8, 0xFF], ForeignContent("a JPEG image")),
    Signature("GIF8", "a GIF image"),
    Signature("%PDF", "a PDF document"),
    Signature("RIFF", "a RIFF file, such as a sound or a WebP image"),
    Signature("OggS", "an Ogg file"),
    Signature("ftyp", at: 4, "a video or an image of the MP4 family"),
    Signature(
      [0xEF, 0xBB, 0xBF],
      ForeignContent(
        "text that begins with a byte order mark",
        "take the mark away: 'tail -c +4 FILE > OUT'")),
    Signature([0xFF, 0xFE], utf16),
    Signature([0xFE, 0xFF], utf16),
  ]

  private static let utf16 = ForeignContent(
    "text in UTF-16", "convert it: 'iconv -f UTF-16 -t UTF-8 FILE > OUT'")

  // MARK: Forms without a signature

  /// The number with which `torch.save` began before PyTorch 1.6.
  private static let oldCheckpoint: [UInt8] = [
    0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  static let pickled = ForeignContent(
    "a Python pickle", "load it where it comes from, and \(exporting)")

  private static func pickle(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    guard bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) else { return nil }
    if bytes.dropFirst(2).starts(with: oldCheckpoint) {
      return ForeignContent(
        "a checkpoint of torch.save in the form before PyTorch 1.6",
        "load it into its model by torch.load; then \(exporting)")
    }
    return pickled
  }

  static func safetensors(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    guard bytes.count > 9, bytes[8] == UInt8(ascii: "{") else { return nil }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length >= 2, length <= bytes.count - 8 else { return nil }
    return safetensors
  }

  private static let safetensors = ForeignContent("a safetensors file", weightsOnly)

  /// Whether tensors can be read of it by `SafetensorsFile`.
  var isSafetensors: Bool { self == Self.safetensors }

  /// Tells protocol buffers of models by their first fields: a small version, then a text or message.
  private static func message(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    guard bytes.count > 5, bytes[0] == 0x08, (1...0x20).contains(bytes[1]) else {
      // A frozen TensorFlow graph: nodes, each of which begins with its name.
      guard bytes.count > 5, bytes[0] == 0x0A, bytes[1] > 2, bytes[2] == 0x0A || bytes[3] == 0x0A
      else { return nil }
      let isText = text(bytes) != nil
      return isText ? nil : ForeignContent("a TensorFlow graph, it seems", exportingItself)
    }
    switch bytes[2] {
    case 0x12 where bytes[1] == 1:
      return ForeignContent("a SavedModel of TensorFlow", exportingItself)
    case 0x12 where bytes[4] == 0x0A: return ForeignContent("a Core ML model", exportingItself)
    case 0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42:
      return ForeignContent("an ONNX model", exportingItself)
    default: return nil
    }
  }

  private static func zeros(_ bytes: UnsafeRawBufferPointer) -> ForeignContent? {
    guard bytes.prefix(4096).allSatisfy({ $0 == 0 }) else { return nil }
    return ForeignContent(
      "a run of zeros", "the file was not written or copied to its end; get it anew")
  }
}
