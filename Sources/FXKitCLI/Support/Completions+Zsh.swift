extension Completions {
  static func zsh() -> String {
    let commands = Command.all.map { "    '\($0.name):\(quoted($0.summary))'" }
    return """
      #compdef fxkit
      # zsh completion for fxkit; load with: source <(fxkit completions zsh)
      # or put it into a folder of $fpath as _fxkit
      # Offers words for the last part of a list with commas.
      _fxkit_list() {
        compset -P '*,'
        compadd -S '' -- "$@"
      }
      _fxkit() {
        local -a commands=(
      \(commands.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then
          commands+=('help:Show the help of a command.')
          [[ $PREFIX == -* ]] && { compadd -- \(leadingOptions.joined(separator: " ")); return; }
          _describe command commands
          return
        fi
        local command=$words[2]
        shift words; (( CURRENT-- ))
        case $command in
          help) (( CURRENT == 2 )) && _describe command commands ;;
          --version) compadd -- --verbose ;;
      \(Command.all.map(zshCase).joined(separator: "\n"))
        esac
      }
      if [[ $funcstack[1] == _fxkit ]]; then
        _fxkit "$@"
      else
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
        compdef _fxkit fxkit
      fi

      """
  }

  private static func zshCase(_ command: Command) -> String {
    let options = command.allOptions.map(zshOption)
    let operands = command.operands.enumerated().map { index, operand in
      let place = operand.isRepeatable ? "*" : "\(index + 1)"
      return "'\(place):\(operand.name):\(zshAction(kind(of: operand)))'"
    }
    let lines = (options + operands).map { "        \($0)" }
    return """
          \(command.name)) _arguments -s -S \\
      \(lines.joined(separator: " \\\n")) ;;
      """
  }

  private static func zshOption(_ option: Option) -> String {
    let help = "[\(quoted(option.help))]"
    guard let value = option.value else {
      let names = flags(of: option)
      guard names.count > 1 else { return "'\(names[0])\(help)'" }
      return "'(\(names.joined(separator: " ")))'{\(names.joined(separator: ","))}'\(help)'"
    }
    let rest = "\(help):\(value):\(zshAction(kind(of: option)))"
    let long = "--\(option.name)="
    // An option that may be repeated is offered again.
    guard let short = option.short else {
      return "'\(option.isRepeatable ? "*" : "")\(long)\(rest)'"
    }
    let group = option.isRepeatable ? "*" : "(-\(short) --\(option.name))"
    return "'\(group)'{-\(short)+,\(long)}'\(rest)'"
  }

  private static func zshAction(_ kind: Kind) -> String {
    switch kind {
    case .files: "_files"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .list(let words): "{_fxkit_list \(words.joined(separator: " "))}"
    case .nothing: " "
    }
  }
}
