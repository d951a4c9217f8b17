import FXCore
import FXGraph

/// One step from a version of the export schema to a later one.
///
/// Until schema 8.7 steps change what is written: such documents are rewritten as trees before they
/// are decoded, and where a step takes other nodes or shapes, as graphs behind that. Later ones
/// only add fields that a document may lack, which the decoder notes and the encoder can fill in.
struct SchemaUpgrade: Sendable {
  enum Change: Sendable {
    /// Rewrites a document.
    case document(@Sendable (inout JSONTree) -> Void)
    /// Rewrites the graphs of a decoded document.
    case graphs(@Sendable (ExportedProgram) -> Void)
    /// Fills in fields.
    case fields(OptionalFields)
  }

  let from: SchemaVersion
  let to: SchemaVersion
  /// What changes.
  let summary: String
  let change: Change

  init(
    from: (Int, Int), to: (Int, Int), _ summary: String,
    rewriting change: @escaping @Sendable (inout JSONTree) -> Void
  ) {
    self.init(from: from, to: to, summary, .document(change))
  }

  init(
    from: (Int, Int), to: (Int, Int), _ summary: String,
    rewritingGraphs change: @escaping @Sendable (ExportedProgram) -> Void
  ) {
    self.init(from: from, to: to, summary, .graphs(change))
  }

  init(from: (Int, Int), to: (Int, Int), _ summary: String, adding fields: OptionalFields) {
    self.init(from: from, to: to, summary, .fields(fields))
  }

  private init(from: (Int, Int), to: (Int, Int), _ summary: String, _ change: Change) {
    self.from = SchemaVersion(major: from.0, minor: from.1)
    self.to = SchemaVersion(major: to.0, minor: to.1)
    self.summary = summary
    self.change = change
  }

  /// All steps in order, each between versions that PyTorch released.
  static let all: [SchemaUpgrade] = [
    .noneIsTrue, .booleansAreNoNumbers, .expressionsAreRepresentations, .openRangesAreNull,
    .symFloatsAndArgumentNames, .higherOrderReturns, .scansAlongTheFirst, .quotedNonFinites,
    .namedTuples, .guards, .nodeNames,
  ]

  /// Returns the steps that a document of a version needs, in order.
  ///
  /// Versions between two releases take the whole step: what it does to a part that has been
  /// changed already is nothing.
  static func chain(from version: SchemaVersion) -> [SchemaUpgrade] {
    all.filter { $0.to > version }
  }
}

extension SchemaVersion {
  /// The oldest schema that FXKit reads, of PyTorch 2.5.
  public static let oldest = SchemaVersion(major: 7, minor: 3)
  /// The first schema whose documents are decoded as they are: later ones only add fields.
  static let firstDirect = SchemaVersion(major: 8, minor: 7)

  /// Tells whether FXKit reads documents of the version.
  ///
  /// Newer minor versions only add to the schema.
  public var isReadable: Bool {
    self >= .oldest && major <= SchemaVersion.current.major
  }
}
