import FXCore
import FXExport
import FXGraph
import FXOperators

/// Drops from programs, and from the archive they are in, what running them does not need.
///
/// Results stay as they are. PyTorch makes weights that name one member views of one tensor; only
/// those share one, therefore, for which nobody can tell: constants and buffers outside the state
/// dict that the program doesn't write, and weights of different models.
public struct Slimming {
  /// What is dropped.
  public var parts: Set<SlimPart>
  /// Whether equal parameters and buffers may share a member too, if the program doesn't write them.
  ///
  /// Training such a program or loading a state dict into it would write to several at once.
  public var isFrozen: Bool
  /// What each part has saved, in the order of `SlimPart`.
  public private(set) var savings: [SlimSaving] = []

  /// Chooses what to drop.
  public init(_ parts: Set<SlimPart> = Set(SlimPart.allCases), isFrozen: Bool = false) {
    self.parts = parts
    self.isFrozen = isFrozen
  }

  /// Drops parts of the documents, and returns the archive without them where one is written.
  ///
  /// - Parameters:
  ///   - documents: a document, or all programs of an archive; they are changed.
  ///   - form: the form that is to be written, whose bytes are counted.
  /// - Returns: the archive to be written; nil for other forms, which are written as ever.
  /// - Throws: `slim.unsaved` for a document of an archive that has tensors which the archive lacks, what
  ///   reading the archive throws, and encoding a program.
  public mutating func run(
    on documents: inout [Document], for form: DocumentForm
  ) throws -> PT2Package? {
    let archive = form == .pt2 ? documents.first?.archive : nil
    if archive != nil,
      documents.contains(where: { !$0.tensors.isEmpty || !$0.addedConstants.isEmpty })
    {
      throw FXError(
        .slimUnsaved,
        "the document has tensors that its archive lacks: write it, then slim the file")
    }
    savings = SlimPart.allCases.filter { parts.contains($0) && (archive != nil || $0.isInPrograms) }
      .map { SlimSaving(part: $0, count: 0, byteCount: 0) }
    if form == .pt2 {
      for index in documents.indices { documents[index].upgradeSchema() }
    }
    for part in SlimPart.allCases where parts.contains(part) && !part.metadataKeys.isEmpty {
      try measure(part, &documents, form) { try Self.strip(part.metadataKeys, from: $0) }
    }
    if parts.contains(.unusedWeights) {
      try measure(.unusedWeights, &documents, form) { $0.dropUnusedInputs() }
    }
    guard let archive else { return nil }
    var package = try Document.package(of: documents)
    if parts.contains(.sampleInputs) { dropSampleInputs(of: documents, archive, &package) }
    if parts.contains(.unusedWeights) || parts.contains(.duplicates) {
      var members = try ArchiveSlimming(archive, documents, isFrozen: isFrozen)
      if parts.contains(.unusedWeights) {
        let dropped = members.dropUnused()
        // An input that is gone counts with the weight that it was.
        if let index = savings.firstIndex(where: { $0.part == .unusedWeights }) {
          savings[index].count = 0
        }
        note(.unusedWeights, dropped.count, dropped.byteCount)
      }
      if parts.contains(.duplicates) {
        let merged = try members.mergeDuplicates()
        note(.duplicates, merged.count, merged.byteCount)
      }
      members.apply(to: &package)
    }
    return package
  }

  private mutating func note(_ part: SlimPart, _ count: Int, _ byteCount: Int) {
    guard let index = savings.firstIndex(where: { $0.part == part }) else { return }
    savings[index].count += count
    savings[index].byteCount += byteCount
  }

  /// Changes documents and notes how many bytes fewer they have.
  private mutating func measure(
    _ part: SlimPart, _ documents: inout [Document], _ form: DocumentForm,
    _ change: (inout Document) throws -> Int
  ) throws {
    let written = form == .pt2 ? .modelJSON : form
    for index in documents.indices {
      let before = try documents[index].byteCount(as: written)
      let count = try change(&documents[index])
      if count == 0 { continue }
      note(part, count, before - (try documents[index].byteCount(as: written)))
    }
  }

  /// Removes keys of node metadata in all graphs; returns of how many nodes.
  private static func strip(_ keys: [String], from document: Document) throws -> Int {
    var pipeline = PassPipeline([
      PassPipeline.Step(.stripMetadata, option: keys.joined(separator: "+"))
    ])
    pipeline.verifiesEach = false
    let reports = try pipeline.run(on: document.module)
    return reports.reduce(0) { $0 + $1.counts.reduce(0) { $0 + $1.number } }
  }

  private mutating func dropSampleInputs(
    of documents: [Document], _ archive: PT2Archive, _ package: inout PT2Package
  ) {
    for document in documents {
      let path = PT2Path.sampleInputs(document.modelName)
      guard let size = archive.size(of: path), size > 0 else { continue }
      // PyTorch wants the member, and takes an empty one for none.
      package.set(path, .text(""))
      note(.sampleInputs, 1, size)
    }
  }
}

extension Document {
  fileprivate mutating func upgradeSchema() {
    guard case .program(var program) = content else { return }
    program.upgradeSchema()
    content = .program(program)
  }

  /// Removes the inputs of weights that no node uses; returns how many there were.
  fileprivate mutating func dropUnusedInputs() -> Int {
    guard case .program(var program) = content else { return 0 }
    let count = program.dropUnusedWeightInputs()
    content = .program(program)
    return count
  }
}
