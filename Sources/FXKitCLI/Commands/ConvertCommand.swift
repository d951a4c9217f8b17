import FXKit

extension Command {
  static let convert = Command(
    name: "convert",
    summary: "Convert between .pt2 archives, model JSON, FX JSON and FX text.",
    discussion: """
      The document always goes through the graph, so that converting a form to itself proves the
      round trip. Files are replaced only when all has been written.
      """,
    operands: [
      inputOperand,
      Operand(
        name: "OUT", help: "The file to write; its ending tells the form. '-' is standard output.",
        isOutput: true),
    ],
    options: [
      .value(
        "to", "FORM", "Write this form whatever the ending of OUT: pt2, json, fx.json or fx.",
        choices: DocumentForm.allCases.map(\.rawValue), isClosed: true),
      .value(
        "weights", "ARCHIVE", "Take weights from this .pt2 where IN has none and OUT needs them.",
        isInput: true),
      modelOption,
    ],
    examples: [
      ("fxkit convert model.pt2 model.json", "Takes the program out of an archive."),
      ("fxkit convert new.json new.pt2 --weights model.pt2", "Puts a program into an archive."),
      ("fxkit convert model.pt2 - --to fx | less", "Reads the program as text."),
    ]
  ) { arguments, console in
    let (input, path) = (arguments.operands[0], arguments.operands[1])
    let form = try outputForm(path, option: arguments.value("to"), fallback: nil)
    let documents = try Document.readAll(input, for: form, arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    try documents.write(to: path, as: form, weights: weights, console)
    return 0
  }
}
