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

  private static func bash() -> String {
    var cases = ""
    for command in Command.all {
      let words = command.allOptions.flatMap { option in
        ["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? [])
      }
      var values = ""
      for option in command.options where !option.choices.isEmpty {
        let flags = (option.short.map { "-\($0)|" } ?? "") + "--\(option.name)"
        values += """
                \(flags)) COMPREPLY=($(compgen -W "\(option.choices.joined(separator: " "))" -- "$cur")); return ;;

          """
      }
      let operands = command.operands.flatMap(\.choices).joined(separator: " ")
      cases += """
          \(command.name))
            case "$prev" in
        \(values)    esac
            if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "\(words.joined(separator: " "))" -- "$cur"))
            else COMPREPLY=($(compgen -W "\(operands)" -- "$cur") $(compgen -f -- "$cur")); fi ;;

        """
    }
    return """
      # bash completion for fxkit; load with: source <(fxkit completions bash)
      _fxkit() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
        if (( COMP_CWORD == 1 )); then
          COMPREPLY=($(compgen -W "\(Command.all.map(\.name).joined(separator: " ")) --help --version" -- "$cur"))
          return
        fi
        case ${COMP_WORDS[1]} in
      \(cases)  esac
      }
      complete -o filenames -F _fxkit fxkit

      """
  }

  private static func zsh() -> String {
    let commands = Command.all.map { "    '\($0.name):\(quoted($0.summary))'" }
    var cases = ""
    for command in Command.all {
      let options = command.allOptions.map { option in
        let action =
          option.value.map { value in
            ":\(value):"
              + (option.choices.isEmpty ? "_files" : "(\(option.choices.joined(separator: " ")))")
          } ?? ""
        return "        '--\(option.name)[\(quoted(option.help))]\(action)'"
      }
      let operands = command.operands.enumerated().map { index, operand in
        let action =
          operand.choices.isEmpty ? "_files" : "(\(operand.choices.joined(separator: " ")))"
        return "        '\(index + 1):\(operand.name):\(action)'"
      }
      cases += """
            \(command.name)) _arguments \\
        \((options + operands).joined(separator: " \\\n")) ;;

        """
    }
    return """
      #compdef fxkit
      # zsh completion for fxkit; put it into a folder of $fpath as _fxkit
      _fxkit() {
        local -a commands=(
      \(commands.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then _describe command commands; return; fi
        local command=$words[2]
        shift words; (( CURRENT-- ))
        case $command in
      \(cases)  esac
      }
      _fxkit "$@"

      """
  }

  private static func fish() -> String {
    var lines = ["# fish completion for fxkit; load with: fxkit completions fish | source"]
    for command in Command.all {
      lines.append(
        "complete -c fxkit -n __fish_use_subcommand -f -a \(command.name) -d '\(quoted(command.summary))'"
      )
      let condition = "__fish_seen_subcommand_from \(command.name)"
      for option in command.allOptions {
        var line = "complete -c fxkit -n '\(condition)' -l \(option.name)"
        if let short = option.short { line += " -s \(short)" }
        if option.value != nil { line += " -r" }
        if !option.choices.isEmpty { line += " -f -a '\(option.choices.joined(separator: " "))'" }
        lines.append(line + " -d '\(quoted(option.help))'")
      }
      for operand in command.operands where !operand.choices.isEmpty {
        lines.append(
          "complete -c fxkit -n '\(condition)' -f -a '\(operand.choices.joined(separator: " "))'")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Returns a text fit for single quotes in any of the shells.
  private static func quoted(_ text: String) -> String {
    String(text.map { $0 == "'" ? "’" : $0 == "[" ? "(" : $0 == "]" ? ")" : $0 == ":" ? "," : $0 })
  }
}
