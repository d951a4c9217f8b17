import FXCore
import FXGraph
import Glibc

/// Passes to run one after the other, with checks in between.
public struct PassPipeline {
  /// A pass with the option it is given.
  public struct Step: Sendable {
    /// The pass.
    public var pass: GraphPass
    /// The text behind `=`; nil for none.
    public var option: String?

    /// Makes a step of a pass.
    public init(_ pass: GraphPass, option: String? = nil) {
      self.pass = pass
      self.option = option
    }
  }

  /// What became of one step.
  public struct Report: Sendable {
    /// The name of the pass.
    public var name: String
    /// Whether the pass changed anything.
    public var hasChanged: Bool
    /// The time that the pass took, checks not counted.
    public var nanoseconds: Int
    /// What this run of the pass has treated, in the order of first mention.
    public var counts: [PassContext.Count]
    /// What the pass has left as it was, and why.
    public var remainders: [PassContext.Remainder] = []
  }

  /// The passes in order.
  public var steps: [Step]
  /// Whether graphs are linted, and compared with the program's signature, after each pass that
  /// changed something.
  public var verifiesEach = true
  /// Whether after each pass the whole program is verified as `Document.findings` does it.
  public var verifiesProgram = false
  /// Called before each pass, for instance to show what runs.
  public var beforeEach: ((Step) -> Void)?
  /// Called after each pass, for instance to print the module.
  public var afterEach: ((Step, GraphModule, Report) throws -> Void)?

  /// Makes a pipeline of steps.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Reads a pipeline of names with options: `replace-set-grad,strip-metadata=stack_trace`. Blanks
  /// around names don't count.
  ///
  /// - Parameter passes: passes that have names beside those of `GraphPass.all`.
  /// - Throws: `pass.unknown` for a name that no pass has, `pass.badOption` for an option to a pass
  ///   that takes none.
  public init(_ text: String, passes: [GraphPass] = []) throws {
    steps = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let halves = Self.trimmed(part).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let pass = try GraphPass.named(
        Self.trimmed(halves.first ?? ""), among: passes + GraphPass.all)
      let option = halves.count == 2 ? String(halves[1]) : nil
      if let option, pass.optionHelp.isEmpty {
        throw FXError(.badPassOption, "pass '\(pass.name)' takes no option, found '\(option)'")
      }
      return Step(pass, option: option)
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    return start.dropLast(start.reversed().prefix(while: \.isWhitespace).count)
  }

  /// Runs the passes in order on a module without a signature, in place.
  ///
  /// The module of a program has inputs and outputs of which only the program knows what they are:
  /// run the pipeline on the program or document.
  ///
  /// - Throws: what a pass throws, with the pass named; `pass.brokenGraph` where lint finds a
  ///   violation after a pass. The module is then what it was before.
  @discardableResult
  public func run(
    on module: GraphModule, context: PassContext = PassContext()
  ) throws -> [Report] {
    let snapshot = ModuleSnapshot(of: module)
    do {
      return try runSteps(on: module, context)
    } catch {
      snapshot.restore()
      throw error
    }
  }

  /// Runs the passes; `check` is called after each, and is told whether it changed something.
  ///
  /// - Parameter completion: what completes nodes that passes make; nil for a module alone.
  func runSteps(
    on module: GraphModule, _ context: PassContext, completion: NodeCompletion? = nil,
    check: (_ hasChanged: Bool) throws -> Void = { _ in }
  ) throws -> [Report] {
    try steps.map { step in
      let name = step.pass.name
      beforeEach?(step)
      context.begin(name, option: step.option)
      let start = Self.now()
      let hasChanged: Bool
      do {
        hasChanged = try step.pass.run(module, context)
      } catch var error as FXError {
        error.message = "pass \(name): \(error.message)"
        throw error
      }
      let report = Report(
        name: name, hasChanged: hasChanged, nanoseconds: Self.now() - start,
        counts: context.end(), remainders: context.remainders)
      try Self.naming(name) {
        if hasChanged, verifiesEach { try module.lintAll() }
        if hasChanged { try completion?.complete(module) }
      }
      try afterEach?(step, module, report)
      try Self.naming(name) { try check(hasChanged) }
      return report
    }
  }

  /// Makes what is found wrong after a pass an error of the pass.
  private static func naming(_ pass: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as FXError {
      let message = "pass \(pass) left a broken graph: \(error.message) (\(error.code))"
      throw FXError(.brokenByPass, message, at: error.place)
    }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}

extension GraphModule {
  /// Throws the first violation that lint finds in the graphs of the tree, with the submodule's path.
  func lintAll() throws {
    try forEachGraphModule { path, module in
      guard let error = module.graph.lint().first else { return }
      throw error.inPart(path)
    }
  }
}
