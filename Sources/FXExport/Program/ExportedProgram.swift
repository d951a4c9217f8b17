import FXCore
import FXGraph

/// The range that a symbol of a program lies in; nil for an open end (`schema.RangeConstraint`).
public struct RangeConstraint: Hashable, Sendable {
  /// The least value.
  public var min: Int?
  /// The greatest value.
  public var max: Int?
  /// Fields that this version does not know.
  public var unknownFields: [RawField] = []

  /// Makes a range, open where an end is nil.
  public init(min: Int? = nil, max: Int? = nil) {
    self.min = min
    self.max = max
  }
}

/// The version of the schema that a document follows (`schema.SchemaVersion`).
public struct SchemaVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Changes where old readers can't read new documents.
  public var major: Int
  /// Changes with every addition.
  public var minor: Int

  /// Makes a version of its numbers.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The schema of PyTorch 2.12 to 2.15, which FXKit writes.
  public static let current = SchemaVersion(major: 8, minor: 20)

  public static func < (a: SchemaVersion, b: SchemaVersion) -> Bool {
    (a.major, a.minor) < (b.major, b.minor)
  }

  public var description: String { "\(major).\(minor)" }
}

/// Fields that younger schemas have and a document may lack. What was absent is not written either.
public struct OptionalFields: OptionSet, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A node's `name`.
  public static let nodeName = OptionalFields(rawValue: 1 << 0)
  /// A node's `is_hop_single_tensor_return`.
  public static let hopReturn = OptionalFields(rawValue: 1 << 1)
  /// An argument's `kind`.
  public static let argumentKind = OptionalFields(rawValue: 1 << 2)
  /// A graph's `is_single_tensor_return`.
  public static let singleTensorReturn = OptionalFields(rawValue: 1 << 3)
  /// A graph's `custom_obj_values`.
  public static let customObjectValues = OptionalFields(rawValue: 1 << 4)
  /// A graph's `sym_float_values`.
  public static let symFloatValues = OptionalFields(rawValue: 1 << 5)
  /// The graph module's `metadata`.
  public static let moduleMetadata = OptionalFields(rawValue: 1 << 6)
  /// The graph module's `treespec_namedtuple_fields`.
  public static let namedTupleFields = OptionalFields(rawValue: 1 << 7)
  /// The program's `verifiers`.
  public static let verifiers = OptionalFields(rawValue: 1 << 8)
  /// The program's `torch_version`.
  public static let torchVersion = OptionalFields(rawValue: 1 << 9)
  /// The program's `guards_code`.
  public static let guardsCode = OptionalFields(rawValue: 1 << 10)
  /// A call signature's `forward_arg_names`.
  public static let forwardArgNames = OptionalFields(rawValue: 1 << 11)
  /// A module call's `signature`.
  public static let callSignature = OptionalFields(rawValue: 1 << 12)
  /// A device's `index`.
  public static let deviceIndex = OptionalFields(rawValue: 1 << 13)
  /// A symbolic expression's `hint`.
  public static let hint = OptionalFields(rawValue: 1 << 14)
}

/// A program that `torch.export` wrote: a graph module, its signature and what belongs to them.
///
/// Weights are not part of it: they are members of an archive, found by the signature's targets.
public struct ExportedProgram {
  /// The graph and the graphs in its arguments.
  public var module: GraphModule
  /// What the graph's inputs and outputs are.
  public var signature: GraphSignature
  /// How the modules of the original model were called.
  public var moduleCallGraph: [ModuleCallEntry] = []
  /// Field names of the namedtuples that tree specs mention, by type, in order.
  public var namedTupleFields: [(type: String, fields: [String])] = []
  /// The version of each operator set, by namespace, in order.
  public var opsetVersion: [(namespace: String, version: Int)] = [("aten", 10)]
  /// The range of each symbol, in order.
  public var rangeConstraints: [(symbol: String, range: RangeConstraint)] = []
  /// The version that the document follows.
  public var schemaVersion = SchemaVersion.current
  /// The version of the document that the program was read from, where it had to be rewritten.
  public internal(set) var writtenVersion: SchemaVersion?
  /// The dialects that the program follows: `TRAINING`, `ATEN`.
  public var verifiers: [String] = ["TRAINING"]
  /// The version of PyTorch that wrote the document.
  public var torchVersion = "2.15.0"
  /// Python expressions that inputs must fulfil. They are never executed.
  public var guardsCode: [String] = []
  /// Optional fields that the document lacked, and that are not written.
  public var absentFields: OptionalFields = []
  /// Unknown fields of the program, and of its graph module.
  public var unknownFields: [RawField] = []
  /// By how many values the graph had more than the signature in the document.
  public internal(set) var arityWhenRead = SignatureArity()
  /// Unknown fields of the graph module.
  public var unknownModuleFields: [RawField] = []

  /// Makes a program with no more than a graph and its signature.
  public init(module: GraphModule, signature: GraphSignature) {
    self.module = module
    self.signature = signature
  }

  /// The program's own graph.
  public var graph: Graph { module.graph }

  /// Returns the parts of what the graph returns, one for each output entry.
  public var outputArguments: [Argument] {
    guard let result = graph.outputNode?.arg(0) else { return [] }
    return result.elements ?? [result]
  }

  /// Returns the name of each input as a file spells it.
  public var inputNames: [String] {
    let placeholders = graph.placeholders
    return signature.inputs.enumerated().map { index, spec in
      return spec.literalName ?? (index < placeholders.count ? placeholders[index].name : "")
    }
  }

  /// Returns the name of each output as a file spells it; nil for constants.
  public var outputNames: [String?] {
    let arguments = outputArguments
    return signature.outputs.enumerated().map { index, spec in
      if case .userOutput(.constant) = spec.kind { return nil }
      return spec.literalName ?? (index < arguments.count ? arguments[index].node?.name : nil)
    }
  }

  /// Returns a deep copy.
  public func copy() -> ExportedProgram {
    var result = self
    result.module = module.copy()
    return result
  }
}
