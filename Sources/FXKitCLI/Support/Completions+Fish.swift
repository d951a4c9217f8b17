extension Completions {
  static func fish() -> String {
    var lines = [
      "# fish completion for fxkit; load with: fxkit completions fish | source",
      "# Offers words for the last part of a list with commas.",
      "function __fxkit_list",
      "  set -l value (string replace -r '^--[^=]*=' '' -- (commandline -ct))",
      "  set -l head (string match -r '^.*,' -- $value)",
      #"  printf '%s\n' "$head"$argv"#,
      "end",
      "complete -c fxkit -n __fish_use_subcommand -f -l version -d 'Show the version and exit.'",
      "complete -c fxkit -n '__fish_contains_opt version' -f -l verbose -d 'Show which libraries were found.'",
      "complete -c fxkit -n __fish_use_subcommand -f -a help -d 'Show the help of a command.'",
      "complete -c fxkit -n '__fish_seen_subcommand_from help' -f -a '\(Command.all.map(\.name).joined(separator: " "))'",
    ]
    for command in Command.all {
      lines.append(
        "complete -c fxkit -n __fish_use_subcommand -f -a \(command.name) -d '\(quoted(command.summary))'"
      )
      let condition =
        "__fish_seen_subcommand_from \(command.name); and not __fish_seen_subcommand_from help"
      for option in command.allOptions {
        var line = "complete -c fxkit -n '\(condition)' -l \(option.name)"
        if let short = option.short { line += " -s \(short)" }
        if option.value != nil { line += fishValue(kind(of: option)) }
        lines.append(line + " -d '\(quoted(option.help))'")
      }
      let operands = command.operands.map { kind(of: $0) }
      if operands.isEmpty { lines.append("complete -c fxkit -n '\(condition)' -f") }
      for case .words(let words) in operands {
        lines.append(
          "complete -c fxkit -n '\(condition)' -f -a '\(words.joined(separator: " "))'")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fishValue(_ kind: Kind) -> String {
    switch kind {
    case .files: " -r -F"
    case .words(let words): " -x -a '\(words.joined(separator: " "))'"
    case .list(let words): " -x -a '(__fxkit_list \(words.joined(separator: " ")))'"
    case .nothing: " -x"
    }
  }
}
