import FXKit

extension Command {
  static let extract = Command(
    name: "extract",
    summary: "Make a program from a part of another, with its weights, signature and shapes.",
    discussion: """
      The part is every node on a path from --from to --to, these included. Without --from it begins
      with the program's inputs, without --to it ends with its outputs.

      Values that the part needs from other nodes become inputs, with the node's name and shape.
      Parameters, buffers and constants stay what they are. The part also includes what is computed from
      these alone, sizes of its values, submodules, the operator of a getitem, and writes to what it
      reads. The outputs are the results of the --to nodes in their order; a node with several results
      gives a tuple or list. Buffers that the part updates are still updated. Checks that no result
      needs are left out.

      An input size from which its symbol can't be derived, such as s77//2, becomes a symbol of its own.
      A warning on standard error names inputs that share memory to which the part writes.

      An archive holds only the weights that the part uses, and no sample inputs. Without -o the
      result goes to standard output as model JSON.
      """,
    operands: [inputOperand],
    options: [
      .value(
        "from", "NODES", "The first nodes, by name, separated by commas.", isRepeatable: true),
      .value("to", "NODES", "The last nodes, by name, separated by commas.", isRepeatable: true),
      .value("output", short: "o", "OUT", "Write to this file; the ending gives the format."),
      formOption("form"), weightsOption, modelOption,
    ],
    examples: [
      (
        "fxkit extract model.pt2 --from conv2d_1 --to relu_1 -o block.pt2",
        "Extracts a block of a model."
      ),
      ("fxkit extract model.pt2 --to softmax --form fx | less", "Shows how a result is computed."),
    ]
  ) { arguments, console in
    let (starts, results) = (arguments.list("from"), arguments.list("to"))
    if starts.isEmpty, results.isEmpty {
      throw arguments.usage("say where the part begins or ends, with --from or --to")
    }
    let path = arguments.value("output") ?? "-"
    let form = try arguments.outputForm(
      path, fallback: path == "-" ? .modelJSON : nil, console)
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
