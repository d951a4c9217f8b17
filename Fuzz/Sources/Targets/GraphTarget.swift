import FXKit

extension FuzzTarget {
  /// Graphs of model JSON and FX JSON: all forms hold them, the verifier and all passes take them.
  static let graph = FuzzTarget(
    "graph", pace: 120,
    seeds: {
      try $0.files("pairs", ending: ".pre.json", below: 6_000)
        + $0.converted("programs", to: .fxJSON, below: 4_000)
    },
    mutate: JSONMutator(words: SchemaWords.all).mutate,
    check: { bytes in
      let document = try Document(MappedFile(copying: bytes))
      try checkGraphs(document)
      return true
    })

  /// The text form, in the same way.
  static let text = FuzzTarget(
    "text", pace: 600, seeds: { try $0.texts() },
    mutate: TokenMutator(
      words: TextWords.all,
      nests: [
        ("[", "]"), ("(", ",)"), ("{a: ", "}"), ("module @m { ", "}"), ("slice(1, 2, ", ")"),
      ],
      generate: { $0.pick(TextWords.all) + $0.pick([" ", ": ", ", ", " = ", ""]) }
    ).mutate,
    check: { bytes in
      guard DocumentForm(content: bytes) == .text else { return false }
      let document = try Document(MappedFile(copying: bytes))
      try checkGraphs(document)
      return true
    })

  /// Checks what must hold of any document that was read.
  private static func checkGraphs(_ document: Document) throws {
    var document = document
    for form in [DocumentForm.fxJSON, .text, .modelJSON] { try checkForm(form, of: document) }
    _ = document.findings()
    _ = document.module.code
    let isSound = Self.isSound(document.module)
    if isSound, let program = document.program {
      let loaded = program.loadedModule
      try FuzzFailure.unless(Self.isSound(loaded), "a sound program is loaded as a broken one")
      _ = loaded.code
    }
    let passes = "replace-set-grad,replace-autocast=all-regions,eliminate-dead-code,"
    let pipeline = try PassPipeline(
      passes + "eliminate-common-subexpressions,strip-metadata=all")
    let before = document.module.text()
    do {
      try pipeline.run(on: &document)
    } catch let error as FXError {
      try FuzzFailure.unless(!isSound || error.code != .brokenByPass, "\(error)")
      try FuzzFailure.unless(document.module.text() == before, "a pass that failed left changes")
      return
    }
    if isSound {
      try FuzzFailure.unless(Self.isSound(document.module), "passes break a sound graph")
      for form in [DocumentForm.fxJSON, .text] { try checkForm(form, of: document) }
    }
  }

  private static func isSound(_ module: GraphModule) -> Bool {
    var isSound = true
    module.forEachGraphModule { _, module in
      if !module.graph.lint().isEmpty { isSound = false }
    }
    return isSound
  }

  /// Writes a document in a form, reads that, and writes it again.
  private static func checkForm(_ form: DocumentForm, of document: Document) throws {
    // Model JSON has no place for a module without a signature; the others hold broken graphs too.
    if form == .modelJSON, document.program == nil || !isSound(document.module) { return }
    func write(_ document: Document) throws -> [UInt8]? {
      try serialized {
        var sink = ByteSink()
        try document.write(to: &sink, as: form)
        return Array(sink.bytes)
      }
    }
    guard let first = try write(document) else { return }
    let again = try FuzzFailure.unlessDone("reading what was written as \(form)") {
      try Document(MappedFile(copying: first))
    }
    let second = try write(again)
    try FuzzFailure.unless(first == second, "a document changes when it is read as \(form)")
  }
}

/// What the text form's grammar has.
enum TextWords {
  static let all =
    """
    fx 1 module @main %x %sin placeholder get_attr call_function call_method call_module output \
    torch.ops.aten.sin.default(self: %x) torch.float32 torch.strided torch.contiguous_format None \
    True False ? f32[2, 3] i64[s77] f32[2]{requires_grad} sym_int sym_float sym_bool bool int float \
    str object parameter tensor leaf meta extra unclaimed program !0 !0={} as_ints as_tensors \
    slice(1,2,3) device("cpu") complex(1.0,2.0) object(a,b) opaque("x") dtype(unknown) strides= \
    offset= layout= device= s77~4 "s0+1" -> : ! with = == , ( ) [ ] { } -1 0 1.5 nan inf "\\u0041" \
    torch._C._set_grad_enabled(False) torch.amp.autocast_mode._enter_autocast("cuda",None,True,None)
    """.split(separator: " ").map(String.init)
}
