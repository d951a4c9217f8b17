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
    .decompose,
    .foldConstants,
  ]

  /// Finds a pass by its name; the first of several.
  ///
  /// - Throws: `pass.unknown`, naming the passes that there are.
  public static func named(
    _ name: some StringProtocol, among passes: [GraphPass] = GraphPass.all
  ) throws -> GraphPass {
    guard let pass = passes.first(where: { $0.name == name }) else {
      let names = passes.map(\.name)
      let hint = Spelling.hint(for: String(name), among: names)
      let list = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
      throw FXError(.unknownPass, "there is no pass '\(name)'\(list)")
    }
    return pass
  }
}
