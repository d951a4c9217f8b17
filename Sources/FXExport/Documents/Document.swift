import FXCore
import FXGraph
import FXTensor

/// A program or graph module read from a file of any form, with the archive it came from.
public struct Document {
  /// What a document holds.
  public typealias Content = DocumentContent

  /// What was read, and what is written.
  public var content: Content
  /// Tensor constants that the program has and its archive lacks, by the names of the signature.
  public var addedConstants: [(name: String, tensor: Tensor)] = []
  /// Data of weights, buffers and constants in the place of those of the archive, or that no archive
  /// has, by the names of the signature.
  ///
  ///     document.tensors["fc.bias"] = try Tensor.zeros([10])
  public var tensors: [String: Tensor] = [:]
  /// The form of the file that it was read from.
  public let form: DocumentForm
  /// The archive that the program is part of; nil for other forms.
  public let archive: PT2Archive?
  /// The name of the program in the archive; `model` otherwise.
  public let modelName: String
  /// The bytes of the document, or of the model JSON in the archive.
  public let source: MemberBytes
  private let member: String
  /// The names of the weights that the program had when it was read.
  private(set) var targetsWhenRead: Set<String> = []

  /// The graph module, whatever the document is.
  public var module: GraphModule {
    switch content {
    case .program(let program): program.module
    case .module(let module): module
    }
  }

  /// Reads, changes or replaces the program; nil for a module without a signature.
  ///
  ///     document.program?.signature.outputs.removeLast()
  ///
  /// Setting nil leaves the graph module alone.
  public var program: ExportedProgram? {
    get { if case .program(let program) = content { program } else { nil } }
    set { content = newValue.map { .program($0) } ?? .module(module) }
  }

  /// Makes a document of a program, which has the name `model`, with the data of its weights, buffers
  /// and constants by the names of the signature.
  public init(_ program: ExportedProgram, tensors: [String: Tensor] = [:]) {
    self.init(.program(program), form: .modelJSON)
    self.tensors = tensors
  }

  /// Makes a document of a graph module without a signature.
  public init(_ module: GraphModule) { self.init(.module(module), form: .fxJSON) }

  private init(_ content: Content, form: DocumentForm) {
    self.content = content
    self.form = form
    archive = nil
    modelName = "model"
    source = MemberBytes(copying: [])
    member = ""
  }

  /// Returns a document whose module is another, of the same nodes.
  public func copy() -> Document {
    var result = self
    switch content {
    case .program(let program): result.content = .program(program.copy())
    case .module(let module): result.content = .module(module.copy())
    }
    return result
  }

  /// Reads a file, or standard input for `-`.
  ///
  /// - Parameters:
  ///   - model: which program of an archive; needed where it has several.
  ///   - progress: is told from time to time how many bytes of how many were read.
  /// - Throws: `file.*`, `zip.*`, `pt2.*`, `json.*`, `schema.*`, `text.*` or `graph.*`.
  public init(
    path: String, model: String? = nil, progress: ((Int, Int) -> Void)? = nil
  ) throws {
    try self.init(MappedFile(path: path), model: model, progress: progress)
  }

  /// Reads a file that is open.
  ///
  /// - Throws: as reading by a path does.
  public init(
    _ file: MappedFile, model: String? = nil, progress: ((Int, Int) -> Void)? = nil
  ) throws {
    let form = try Self.form(of: file)
    if form == .pt2 {
      try self.init(PT2Archive(file), model: model, progress: progress)
      return
    }
    if let model, model != "model" {
      throw FXError(
        .noSuchModel, "only a .pt2 archive has models by name; leave --model out",
        at: SourcePlace(member: file.path))
    }
    try self.init(
      form, archive: nil, modelName: "model", MemberBytes(file.bytes, owner: file),
      member: file.path, progress)
  }

  /// Reads a program of an archive that is open, which may have others.
  ///
  /// - Throws: `document.noSuchModel`; `json.*`, `schema.*` or `graph.*`, and what reading a member
  ///   throws.
  public init(
    _ archive: PT2Archive, model: String? = nil, progress: ((Int, Int) -> Void)? = nil
  ) throws {
    let name = try Self.pickModel(model, in: archive)
    let path = PT2Path.model(name)
    try self.init(
      .pt2, archive: archive, modelName: name, archive.contents(path),
      member: archive.memberName(of: path), progress)
  }

  /// Reads all programs of an archive, which is opened once; of another form, what there is.
  ///
  ///     for document in try Document.all(path: "models.pt2") { print(document.modelName) }
  ///
  /// - Throws: as reading one does.
  public static func all(
    path: String, progress: ((Int, Int) -> Void)? = nil
  ) throws -> [Document] {
    try all(MappedFile(path: path), progress: progress)
  }

  /// Reads all programs of a file that is open.
  ///
  /// - Throws: as reading one does.
  public static func all(
    _ file: MappedFile, progress: ((Int, Int) -> Void)? = nil
  ) throws -> [Document] {
    guard try form(of: file) == .pt2 else { return [try Document(file, progress: progress)] }
    let archive = try PT2Archive(file)
    let names = archive.modelNames
    if names.count <= 1 { return [try Document(archive, progress: progress)] }
    return try names.map { try Document(archive, model: $0, progress: progress) }
  }

  /// Tells the form of a file.
  ///
  /// - Throws: `document.foreignContent` for what is of none.
  private static func form(of file: MappedFile) throws -> DocumentForm {
    // What is too large for a text and nothing else is told to be that.
    if let foreign = ForeignContent(file.bytes),
      foreign.isKnown || file.bytes.count <= Limits.textBytes.value
    {
      throw foreign.error(at: SourcePlace(member: file.path))
    }
    return DocumentForm(content: file.bytes)
  }

  private init(
    _ form: DocumentForm, archive: PT2Archive?, modelName: String, _ source: MemberBytes,
    member: String, _ progress: ((Int, Int) -> Void)?
  ) throws(FXError) {
    self.form = form
    self.archive = archive
    self.modelName = modelName
    self.source = source
    self.member = member
    do throws(FXError) {
      content = try withExtendedLifetime(source) { () throws(FXError) in
        try Self.decode(source, form, progress)
      }
    } catch {
      let isJSON = form == .modelJSON || form == .fxJSON
      if isJSON, let foreign = ForeignContent(json: source.bytes) {
        throw foreign.error(at: SourcePlace(member: member))
      }
      throw error.inMember(member)
    }
    if form == .pt2, let program { targetsWhenRead = Set(program.targets) }
  }

  private static func pickModel(_ wanted: String?, in archive: PT2Archive) throws -> String {
    let names = archive.modelNames
    let place = SourcePlace(member: archive.zip.file.path)
    if let wanted {
      if names.contains(wanted) { return wanted }
      throw FXError(
        .noSuchModel,
        "the archive has no model '\(wanted)'; --model is one of \(names.joined(separator: ", "))"
          + Spelling.hint(for: wanted, among: names),
        at: place)
    }
    guard let first = names.first else {
      if let content = archive.contentWithoutModel { throw content.error(at: place) }
      throw FXError(
        .noSuchModel,
        "the archive has no model; torch.export.save leaves one like it where it ends by an error",
        at: place)
    }
    guard names.count == 1 else {
      throw FXError(
        .noSuchModel,
        "the archive has several models; choose one with --model: "
          + names.joined(separator: ", "), at: place)
    }
    return first
  }

  private static func decode(
    _ source: MemberBytes, _ form: DocumentForm, _ progress: ((Int, Int) -> Void)?
  ) throws(FXError) -> Content {
    let bytes = source.bytes
    switch form {
    case .pt2, .modelJSON:
      let start = source.owner.bytes.baseAddress.map { bytes.baseAddress! - $0 } ?? 0
      // Pages behind the reader leave memory, so that a large document never stands in it whole.
      var discarded = start
      let program = try ExportedProgram(json: bytes) { offset in
        source.owner.discard(discarded..<(start + offset))
        discarded = start + offset
        progress?(offset, bytes.count)
      }
      return .program(program)
    case .fxJSON:
      return try FXJSONDocument.read(bytes)
    case .text:
      try TextDocument.checkSize(bytes.count)
      let document = try TextDocument(parsing: Array(bytes))
      do {
        return try ProgramText.program(of: document).map { .program($0) }
          ?? .module(document.module)
      } catch let error as FXError {
        throw error
      } catch {
        throw FXError(.textSyntax, "\(error)")
      }
    }
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

extension FXError.Code {
  /// An archive does not have the model that is asked for, or it is not said which of several.
  public static let noSuchModel = FXError.Code("document.noSuchModel")
  /// A document can't be written in the form that is asked for.
  public static let unsuitableForm = FXError.Code("document.unsuitableForm")
}
