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
  }

  /// The passes in order.
  public var steps: [Step]
  /// Whether every graph is linted after each pass that changed something.
  public var verifiesEach = true
  /// Called before each pass, for instance to show what runs.
  public var beforeEach: ((Step) -> Void)?
  /// Called after each pass, for instance to print the module.
  public var afterEach: ((Step, GraphModule, Report) throws -> Void)?

  /// Makes a pipeline of steps.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Reads a pipeline of names with options: `replace-set-grad,strip-metadata=stack_trace`.
  ///
  /// - Throws: `pass.unknown` for a name that no pass has, `pass.badOption` for an option to a pass
  ///   that takes none.
  public init(_ text: String) throws {
    steps = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let pass = try GraphPass.named(halves.first ?? "")
      let option = halves.count == 2 ? String(halves[1]) : nil
      if let option, pass.optionHelp.isEmpty {
        throw FXError(.badPassOption, "pass '\(pass.name)' takes no option, found '\(option)'")
      }
      return Step(pass, option: option)
    }
  }

  /// Runs the passes in order on a module, in place.
  ///
  /// - Throws: what a pass throws, with the pass named; `pass.brokenGraph` where lint finds a
  ///   violation after a pass.
  @discardableResult
  public func run(
    on module: GraphModule, context: PassContext = PassContext()
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
        counts: context.end())
      if verifiesEach, hasChanged { try Self.verify(module, after: name) }
      try afterEach?(step, module, report)
      return report
    }
  }

  private static func verify(_ module: GraphModule, after name: String) throws {
    try module.forEachGraphModule { path, module in
      guard var error = module.graph.lint().first else { return }
      error.message = "pass \(name) left a broken graph: \(error.message) (\(error.code))"
      error.code = .brokenByPass
      if !path.isEmpty { error.place.path = path }
      throw error
    }
  }

  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
