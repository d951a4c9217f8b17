/// Writes completion scripts from the commands' own descriptions.
enum Completions {
  static let shells = ["bash", "zsh", "fish"]

  static func script(for shell: String) -> String {
    switch shell {
    case "bash": bash()
    case "zsh": zsh()
    default: fish()
    }
  }

  /// What is completed for the value of an option or for an operand.
  enum Kind: Equatable {
    case files
    case words([String])
    /// Words separated by commas.
    case list([String])
    /// A number or a name, which nobody can complete.
    case nothing
  }

  static func kind(of option: Option) -> Kind {
    if option.isList { return .list(option.choices) }
    if !option.choices.isEmpty { return .words(option.choices) }
    return option.isFile ? .files : .nothing
  }

  static func kind(of operand: Operand) -> Kind {
    operand.choices.isEmpty ? .files : .words(operand.choices)
  }

  /// What stands in a command's place and is no command.
  static let leadingOptions = ["--help", "--version"]

  /// Returns a text fit for single quotes in any of the shells.
  static func quoted(_ text: String) -> String {
    String(text.map { $0 == "'" ? "’" : $0 == "[" ? "(" : $0 == "]" ? ")" : $0 == ":" ? "," : $0 })
  }

  static func flags(of option: Option) -> [String] {
    (option.short.map { ["-\($0)"] } ?? []) + ["--\(option.name)"]
  }
}
