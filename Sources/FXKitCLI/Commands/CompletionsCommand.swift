import FXKit

extension Command {
  static let completions = Command(
    name: "completions",
    summary: "Print a completion script for a shell.",
    discussion: """
      Load it at once: 'source <(fxkit completions bash)', 'source <(fxkit completions zsh)',
      'fxkit completions fish | source'. Each completes commands, options, their values (passes also
      after a comma) and files.
      """,
    operands: [
      Operand(name: "SHELL", help: "bash, zsh or fish.", choices: Completions.shells)
    ],
    options: [],
    examples: [("source <(fxkit completions bash)", "Completes commands, options and files.")]
  ) { arguments, console in
    let shell = arguments.operands[0]
    guard Completions.shells.contains(shell) else {
      throw UsageError(
        "no completions for '\(shell)': use bash, zsh or fish"
          + Spelling.hint(for: shell, among: Completions.shells), Command.named("completions"))
    }
    try console.write(Completions.script(for: shell))
    return 0
  }
}
