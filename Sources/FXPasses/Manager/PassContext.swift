import FXATen
import FXCore
import FXExport
import FXGraph
import FXOperators
import FXTensor

/// What a pass is told and what it tells: ambient state, option, effects; changes and counts.
public final class PassContext {
  /// Whether gradients are recorded where the program is called.
  public var isAmbientGradEnabled = true
  /// The program's signature, which passes change that add or remove inputs or outputs; nil for a
  /// module without one.
  public var signature: GraphSignature?
  /// The dialects of which the program is after passes that change it; nil where none did.
  public var verifiers: [String]?
  /// Gives the data of parameters, buffers and constants by the signature's names; empty where there
  /// are none at hand.
  public var readState: () throws -> [String: Tensor] = { [:] }
  /// Constants that passes have made, by the signature's names, to be stored with the program.
  public var addedConstants: [(name: String, tensor: Tensor)] = []
  /// The ranges of the program's symbols, by name.
  public var symbolRanges: [String: ValueRange] = [:]
  /// The text after `=` in the pipeline for the pass that runs; nil for none.
  public internal(set) var option: String?
  /// Tells whether running a node has an effect beside its result, or is random.
  public var isImpure: (Node) -> Bool
  /// Tells whether a node's result may share memory with its arguments.
  public var mayAlias: (Node) -> Bool

  /// What passes changed, one line each, for people.
  public private(set) var changes: [String] = []
  /// Counts by pass and thing counted: `replace-set-grad` → `wrapped` → 3.
  public private(set) var counters: [String: [String: Int]] = [:]
  /// The name of the pass that runs.
  public internal(set) var passName = ""
  /// Counts of the pass that runs, in the order of first mention.
  private var current: [Count] = []
  private let libraries: Libraries
  /// What the pass that runs has left as it was, in the order of first mention.
  public private(set) var remainders: [Remainder] = []

  /// What a pass leaves as it was, and why.
  public struct Remainder: Hashable, Sendable {
    /// What is left, as graphs call it: `torch.ops.aten.sort.stable`.
    public var name: String
    /// How many there are.
    public var number: Int
    /// Why they are left, in a few words.
    public var reason: String
  }

  /// How many things one run of a pass has treated: `wrapped` 3 times a `region`.
  public struct Count: Hashable, Sendable, CustomStringConvertible {
    /// What was done: `wrapped`.
    public var verb: String
    /// What it was done to, in the singular: `region`.
    public var noun: String
    /// How many there were.
    public var number: Int

    public var description: String { "\(verb) \(number) \(noun)\(number == 1 ? "" : "s")" }
  }

  /// Creates a context that knows the operators of PyTorch.
  public convenience init() { self.init(Libraries()) }

  /// Creates a context that knows the operators of a library, declared and registered ones included,
  /// in graphs of the library's context.
  public convenience init(_ library: OperatorLibrary) { self.init(Libraries(library)) }

  private init(_ libraries: Libraries) {
    self.libraries = libraries
    isImpure = { libraries[$0.graph.context].isImpure($0) }
    mayAlias = { libraries[$0.graph.context].mayAlias($0) }
  }

  /// Returns what is known of the operators that a module's graphs call.
  func library(of module: GraphModule) -> OperatorLibrary { libraries[module.context] }

  /// Adds to a count of the running pass: `count(3, "wrapped", "region")`.
  ///
  /// The counts of a pass make its line in `changes`: `wrapped 3 regions, inlined 4 partitions`.
  public func count(_ number: Int, _ verb: String, _ noun: String) {
    if number == 0 { return }
    counters[passName, default: [:]][verb, default: 0] += number
    if let index = current.firstIndex(where: { $0.verb == verb && $0.noun == noun }) {
      current[index].number += number
    } else {
      current.append(Count(verb: verb, noun: noun, number: number))
    }
  }

  /// Notes what the running pass leaves, which counts as `left`.
  public func leave(_ remainder: Remainder) {
    count(remainder.number, "kept", "operator")
    remainders.append(remainder)
  }

  /// Takes over what passes ask of a program.
  func begin(_ program: ExportedProgram) {
    signature = program.signature
    symbolRanges = program.symbolRanges
    verifiers = nil
    addedConstants = []
  }

  /// Returns a program with what passes say of it.
  func updated(_ program: ExportedProgram) -> ExportedProgram {
    var result = program
    if let signature { result.signature = signature }
    if let verifiers { result.verifiers = verifiers }
    return result
  }

  func begin(_ name: String, option: String?) {
    remainders = []
    passName = name
    self.option = option
    current = []
  }

  /// Ends a run of a pass and returns its counts.
  func end() -> [Count] {
    if current.isEmpty { return [] }
    changes.append("\(passName): \(current.map(\.description).joined(separator: ", "))")
    return current
  }
}

/// Keeps the library of the graphs that passes work on.
private final class Libraries {
  private var library: OperatorLibrary?

  init(_ library: OperatorLibrary? = nil) { self.library = library }

  subscript(context: GraphContext) -> OperatorLibrary {
    // Atoms mean something in their own context only.
    if let library, library.context === context { return library }
    let made = OperatorLibrary(context: context)
    library = made
    return made
  }
}
