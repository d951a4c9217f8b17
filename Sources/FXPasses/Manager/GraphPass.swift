import FXCore
import FXGraph

/// A transformation of a graph module, as a value.
public struct GraphPass: Sendable {
  /// The name in pipelines, in kebab-case.
  public let name: String
  /// What the pass does, in one line.
  public let summary: String
  /// The values that the option may have, for help; empty where the pass takes none.
  public let optionHelp: String
  /// Changes the module in place and reports whether it changed anything.
  public let run: @Sendable (GraphModule, PassContext) throws -> Bool

  /// Makes a pass of what it does.
  public init(
    _ name: String, _ summary: String, optionHelp: String = "",
    run: @escaping @Sendable (GraphModule, PassContext) throws -> Bool
  ) {
    self.name = name
    self.summary = summary
    self.optionHelp = optionHelp
    self.run = run
  }

  /// Lists every pass, one line each.
  public static let all: [GraphPass] = [
    .replaceSetGrad,
    .replaceAutocast,
    .eliminateDeadCode,
    .eliminateCommonSubexpressions,
    .stripMetadata,
    .propagateShapes,
    .functionalize,
    .decompose,
    .foldConstants,
  ]

  /// Short names of passes that other compilers use.
  private static let aliases = [
    "dce": eliminateDeadCode.name, "cse": eliminateCommonSubexpressions.name,
  ]

  /// Finds a pass by its name, or by what other compilers call it (`dce`, `cse`); the first of several.
  ///
  /// - Throws: `pass.unknown`, with the name that may be meant.
  public static func named(
    _ name: some StringProtocol, among passes: [GraphPass] = GraphPass.all
  ) throws -> GraphPass {
    if name.isEmpty { throw FXError(.unknownPass, "empty pass name") }
    let name = String(name)
    let meant = passes.contains { $0.name == name } ? name : aliases[name] ?? name
    guard let pass = passes.first(where: { $0.name == meant }) else {
      let hint = Spelling.hint(for: name, among: passes.map(\.name))
      throw FXError(
        .unknownPass,
        "there is no pass '\(name)'" + (hint.isEmpty ? "; 'fxkit passes' lists them" : hint))
    }
    return pass
  }
}
