import FXCore
import FXGraph

/// Checks an exported program and reports all it finds, in the order of the document.
///
/// It demands what PyTorch's own verifier demands (`torch._export.verifier`) and more: a program
/// that PyTorch accepts has no finding of severity `error`. What needs an operator's schema comes
/// through closures, since operators are another layer's.
///
///     let findings = ProgramVerifier().findings(in: program)
public struct ProgramVerifier {
  /// Checks a call against its operator's schema; the places of its errors are filled in.
  public var operatorCheck: ((Node) -> [FXError])?
  /// Tells whether an operator writes to its arguments, by its target; nil where it is not known.
  public var isMutable: ((String) -> Bool?)?
  /// Tells how many results an operator has, by its target; nil where it is not known.
  public var returnCount: ((String) -> Int?)?
  /// What the archive stores; nil to check the program alone.
  public var weights: StoredWeights?

  /// Makes a verifier; what it is not told it does not check.
  public init(
    operatorCheck: ((Node) -> [FXError])? = nil, isMutable: ((String) -> Bool?)? = nil,
    returnCount: ((String) -> Int?)? = nil, weights: StoredWeights? = nil
  ) {
    self.operatorCheck = operatorCheck
    self.isMutable = isMutable
    self.returnCount = returnCount
    self.weights = weights
  }

  /// Tells whether an exported program may call a target; of libraries that PyTorch does not bring
  /// along it may call any operator.
  public static func canCall(_ target: String) -> Bool { CallTarget(target) != .notAllowed }

  /// Returns all findings, in the order of the places in the model JSON. Takes linear time.
  public func findings(in program: ExportedProgram) -> [Finding] {
    var run = VerifierRun(program, self)
    run.checkGraphs()
    run.checkSignature()
    run.checkModuleCalls()
    run.checkHeader()
    run.checkUnusedWeights()
    return run.findings
  }
}

/// The state of checking one program.
struct VerifierRun {
  let program: ExportedProgram
  let verifier: ProgramVerifier
  let context: GraphContext
  var findings: [Finding] = []

  /// What each target is, found once.
  var targets: [Atom: CallTarget] = [:]
  /// What is wrong with each value, found once.
  var valueFaults: [ValueID: [ValueFault]] = [:]
  var ranges: [String: RangeConstraint] = [:]
  /// The fields of each namedtuple by its type; the first entry counts.
  let namedTuples: [String: [String]]
  /// Symbols without a range, and libraries' operators, that have been reported.
  var reported: Set<String> = []
  var hasReportedSwitch = false
  var checkedMetadata: Set<MetadataID> = []
  /// Whether a dialect of the program allows functional operators only.
  let isFunctional: Bool
  var stored = StoredIndex()

  init(_ program: ExportedProgram, _ verifier: ProgramVerifier) {
    self.program = program
    self.verifier = verifier
    context = program.module.context
    isFunctional = program.verifiers.contains { $0 != "TRAINING" }
    namedTuples = Dictionary(
      program.namedTupleFields.map { ($0.type, $0.fields) }, uniquingKeysWith: { first, _ in first }
    )
    for (symbol, range) in program.rangeConstraints { ranges[symbol] = range }
    if let weights = verifier.weights { stored = StoredIndex(weights) }
  }

  /// Adds a finding about a place outside of the graphs.
  mutating func report(
    _ severity: Finding.Severity, _ code: FXError.Code, _ message: String, at path: String,
    node: String? = nil
  ) {
    findings.append(
      Finding(severity, code, message, at: SourcePlace(path: path, node: node)))
  }

  /// Adds a finding about a node.
  mutating func report(
    _ severity: Finding.Severity, _ code: FXError.Code, _ message: String, _ node: Node,
    _ scope: GraphScope
  ) {
    report(severity, code, message, at: scope.path(of: node), node: node.name, scope)
  }

  /// Adds a finding about a place in a graph.
  mutating func report(
    _ severity: Finding.Severity, _ code: FXError.Code, _ message: String, at path: String,
    node: String?, _ scope: GraphScope
  ) {
    findings.append(
      Finding(
        severity, code, message, at: SourcePlace(path: path, node: node),
        submodule: scope.isTop ? nil : scope.submodule))
  }

  /// Returns what a node's target is.
  mutating func target(of node: Node) -> CallTarget {
    let atom = node.targetAtom
    if let known = targets[atom] { return known }
    let target = CallTarget(node.target)
    targets[atom] = target
    return target
  }
}
