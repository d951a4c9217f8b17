extension Completions {
  static func bash() -> String {
    """
    # bash completion for fxkit; load with: source <(fxkit completions bash)
    # Offers words for the value $value, of a list for its last part; $head stands before it.
    _fxkit_words() {
      mapfile -t COMPREPLY < <(compgen -P "$head" -W "$1" -- "$value")
    }
    _fxkit_list() {
      if [[ $value == *,* ]]; then head+=${value%,*},; value=${value##*,}; fi
      compopt -o nospace 2>/dev/null
      _fxkit_words "$1"
    }
    _fxkit_files() {
      mapfile -t COMPREPLY < <(compgen -P "$head" -f -- "$value")
    }
    _fxkit() {
      local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} option= head= value=
      COMPREPLY=()
      value=$cur
      if (( COMP_CWORD == 1 )); then
        _fxkit_words "\(Command.names.joined(separator: " ")) \(leadingOptions.joined(separator: " "))"
        return
      fi
      # Where bash takes '=' for a word of its own, the option stands before it; a value may have one too.
      local at=$((COMP_CWORD - 1))
      if [[ $cur == '=' ]]; then value=; else
        if [[ ${COMP_WORDS[at]} == '=' ]]; then at=$((at - 1)); fi
      fi
      if [[ ${COMP_WORDS[at]} != -* && $at -gt 2 && $at -lt $((COMP_CWORD - 1)) ]]; then at=$((at - 1)); fi
      option=${COMP_WORDS[at]}
      if [[ $cur == --*=* ]]; then option=${cur%%=*}; head=$option=; value=${cur#*=}; fi
      if [[ $cur == -[a-z]?* ]]; then option=${cur:0:2}; head=$option; value=${cur:2}; fi
      case $command in
        help) (( COMP_CWORD == 2 )) && _fxkit_words "\(Command.all.map(\.name).joined(separator: " "))"
          return ;;
        --version) _fxkit_words --verbose; return ;;
    \(Command.all.map(bashCase).joined(separator: "\n"))
      esac
    }
    complete -o filenames -F _fxkit fxkit

    """
  }

  private static func bashCase(_ command: Command) -> String {
    let words = command.allOptions.flatMap(flags).joined(separator: " ")
    let cases = command.allOptions.filter { $0.value != nil }.map { option in
      """
            \(flags(of: option).joined(separator: "|"))) \(bashAction(kind(of: option))); return ;;
      """
    }
    var operands: [String] = []
    for operand in command.operands where !operands.contains(bashAction(kind(of: operand))) {
      operands.append(bashAction(kind(of: operand)))
    }
    let values =
      cases.isEmpty
      ? "" : "      case $option in\n\(cases.joined(separator: "\n"))\n      esac\n"
    return """
          \(command.name))
      \(values)      if [[ $cur == -* ]]; then head=; value=$cur; _fxkit_words "\(words)"
            else \(operands.first ?? ":"); fi ;;
      """
  }

  private static func bashAction(_ kind: Kind) -> String {
    switch kind {
    case .files: "_fxkit_files"
    case .words(let words): "_fxkit_words \"\(words.joined(separator: " "))\""
    case .list(let words): "_fxkit_list \"\(words.joined(separator: " "))\""
    case .nothing: ":"
    }
  }
}
