import FXKit

extension Command {
  static let convert = Command(
    name: "convert",
    summary: "Convert between .pt2 archives, model JSON, FX JSON and FX text.",
    discussion: """
      The document is always decoded to a graph and encoded again, even to its own format. A file is
      replaced only once everything has been written.
      """,
    operands: [
      inputOperand,
      Operand(
        name: "OUT",
        help:
          "The file to write; its ending gives the format. '-' is standard output: model JSON, or --to.",
        isOutput: true),
    ],
    options: [
      toOption, weightsOption, modelOption,
    ],
    examples: [
      ("fxkit convert model.pt2 model.json", "Extracts the program of an archive."),
      ("fxkit convert new.json new.pt2 --weights model.pt2", "Puts a program into an archive."),
      ("fxkit convert model.pt2 - --to fx | less", "Shows the program as text."),
    ]
  ) { arguments, console in
    let (input, path) = (arguments.operands[0], arguments.operands[1])
    let form = try arguments.outputForm(
      path, fallback: path == "-" ? .modelJSON : nil, console)
    let documents = try Document.readAll(input, for: form, arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    try documents.write(to: path, as: form, weights: weights, console)
    return 0
  }
}
