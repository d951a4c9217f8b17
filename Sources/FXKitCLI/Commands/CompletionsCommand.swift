extension Command {
  static let completions = Command(
    name: "completions",
    summary: "Print a completion script for a shell.",
    discussion: "Load it at once with 'source <(fxkit completions bash)'.",
    operands: [
      Operand(name: "SHELL", help: "bash, zsh or fish.", choices: Completions.shells)
    ],
    options: [],
    examples: [("source <(fxkit completions bash)", "Completes commands, options and files.")]
  ) { arguments, console in
    let shell = arguments.operands[0]
    guard Completions.shells.contains(shell) else {
      throw UsageError(
        "no completions for '\(shell)': use bash, zsh or fish", Command.named("completions"))
    }
    try console.write(Completions.script(for: shell))
    return 0
  }
}
