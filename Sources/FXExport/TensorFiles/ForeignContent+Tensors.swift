import FXCore

/// Files that are named where tensors are wanted.
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
