import FXCore

extension PT2Archive {
  /// Tells what a PT2 archive is that has no program; nil where it has one.
  var contentWithoutModel: ForeignContent? {
    guard modelNames.isEmpty else { return nil }
    if paths.contains(where: { $0.hasPrefix(PT2Path.aotInductor) }) {
      return ForeignContent(
        "a package of AOTInductor: compiled code without a graph",
        "torch._inductor.aoti_load_package runs it; "
          + "torch.export.save(exported_program, 'model.pt2') saves the program before it is compiled"
      )
    }
    if paths.contains(where: { $0.hasPrefix(PT2Path.executorch) }) {
      return ForeignContent("a package of ExecuTorch", ForeignContent.exportingItself)
    }
    return nil
  }
}
