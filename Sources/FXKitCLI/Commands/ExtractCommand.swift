import FXKit

extension Command {
  static let extract = Command(
    name: "extract",
    summary: "Make a program of a part of another, with its weights, signature and shapes.",
    discussion: """
      The part is all that lies on ways from the nodes of --from to the nodes of --to, these
      included. Without --from it begins with the program's inputs, without --to it ends with its
      outputs.

      What the part needs from elsewhere becomes an input, named like the node and with its shape.
      Parameters, buffers and constants stay what they are; what is computed from them alone, sizes
      of what is there, submodules, the operator of a getitem, and writes to what is read come
      along. The outputs are the results of the --to nodes in their order; one with several results
      gives them as a tuple or list. Values that the part computes for buffers are still written.
      Checks that no result needs are left out.

      A size of an input that does not tell its symbol, such as s77//2, becomes a symbol of its own.
      Inputs that share memory which the part writes are warned of on standard error.

      An archive holds only the weights that the part uses, and no sample inputs. Without -o the
      result goes to standard output as model JSON.
      """,
    operands: [inputOperand],
    options: [
      .value(
        "from", "NODES", "The first nodes, by name, separated by commas.", isRepeatable: true),
      .value("to", "NODES", "The last nodes, by name, separated by commas.", isRepeatable: true),
      .value("output", short: "o", "OUT", "Write here; the ending tells the form."),
      .value(
        "form", "FORM", "Write this form whatever the ending of OUT: pt2, json, fx.json or fx.",
        choices: DocumentForm.allCases.map(\.rawValue), isClosed: true),
      .value(
        "weights", "ARCHIVE", "Take weights from this .pt2 where IN has none and OUT needs them.",
        isInput: true),
      modelOption,
    ],
    examples: [
      (
        "fxkit extract model.pt2 --from conv2d_1 --to relu_1 -o block.pt2",
        "Takes a block out of a model."
      ),
      ("fxkit extract model.pt2 --to softmax --form fx | less", "Shows what a result comes from."),
    ]
  ) { arguments, console in
    let (starts, results) = (arguments.list("from"), arguments.list("to"))
    if starts.isEmpty, results.isEmpty {
      throw UsageError(
        "say where the part begins or ends, with --from or --to", Command.named("extract"))
    }
    let path = arguments.value("output") ?? "-"
    let form = try outputForm(
      path, option: arguments.value("form"), named: "form",
      fallback: path == "-" ? .modelJSON : nil)
    let input = arguments.operands[0]
    var document = try Document.read(input, arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    do throws(FXError) {
      document.content = try document.part(from: starts, to: results) { finding in
        var located = finding
        located.place.member = input
        console.writeError("fxkit: \(located.line)")
      }
    } catch {
      throw error.inMember(input)
    }
    try write(document, to: path, as: form, weights, console)
    return 0
  }

  private static func write(
    _ document: Document, to path: String, as form: DocumentForm, _ weights: PT2Archive?,
    _ console: Console
  ) throws {
    guard form == .pt2, let program = document.program,
      let archive = weights ?? document.archive
    else { return try [document].write(to: path, as: form, console) }
    let model = try weights.map { try $0.onlyModelName } ?? document.modelName
    try console.whileShowing("writing \(path)") {
      let output = try AtomicOutput(path: path)
      try program.write(to: output, withWeightsOf: archive, model: model)
      try output.commit()
    }
  }
}

extension Document {
  /// Returns the part between nodes, as what a document holds.
  fileprivate func part(
    from starts: [String], to results: [String], onWarning: (Finding) -> Void
  ) throws(FXError) -> Content {
    do {
      let ends = results.isEmpty ? module.graph.outputNode.map { [$0.name] } ?? [] : results
      switch content {
      case .program(let program):
        return .program(try program.extract(from: starts, to: ends, onWarning: onWarning))
      case .module(let module):
        return .module(try module.extract(from: starts, to: ends, onWarning: onWarning))
      }
    } catch let error as FXError {
      throw error
    } catch {
      throw FXError(.extractUnknownNode, "\(error)")
    }
  }
}
