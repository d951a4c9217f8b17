import FXKit

extension Command {
  static let passes = Command(
    name: "passes",
    summary: "List the passes that 'transform' can run.",
    discussion: "",
    operands: [],
    options: [.flag("json", "Print a JSON array of objects with name, summary and option.")],
    examples: []
  ) { arguments, console in
    if arguments.has("json") {
      try console.write(
        JSONOutput.array(
          GraphPass.all.map { pass in
            .object([
              ("name", .string(pass.name)), ("summary", .string(pass.summary)),
              ("option", pass.optionHelp.isEmpty ? .null : .string(pass.optionHelp)),
            ])
          }
        ).line)
      return 0
    }
    let rows = GraphPass.all.map { pass in
      (
        pass.name + (pass.optionHelp.isEmpty ? "" : "[=…]"),
        pass.summary
          + (pass.optionHelp.isEmpty ? "" : ". Option: \(pass.optionHelp)")
      )
    }
    try console.write(Help.table(rows, console.width) + "\n")
    return 0
  }
}
