import FXKit

extension Command {
  static let run = Command(
    name: "run",
    summary: "Run a model on the CPU and show or write its results.",
    discussion: """
      Inputs are matched by the user input's name or by its position among the flattened inputs (0, 1,
      …). Without --inputs the archive's own sample inputs are used. Outputs are written under their
      flattened position.
      """,
    operands: [inputOperand],
    options: [
      .value(
        "inputs", "FILE", "Take inputs from this .safetensors, .npz or .npy.", isRepeatable: true,
        isInput: true),
      .value("outputs", "FILE", "Write the outputs to this .safetensors, .npz or .npy."),
      .value("weights", "ARCHIVE", "Take weights from this .pt2 where IN has none.", isInput: true),
      .value("seed", "N", "Seed random operators, as torch.manual_seed does."),
      .flag("check", "Run nothing: list all operators that FXKit can't run."),
      .flag("json", "Print the summary as JSON."),
      modelOption,
    ],
    examples: [
      ("fxkit run model.pt2", "Runs a model on its sample inputs."),
      (
        "fxkit run model.pt2 --inputs in.safetensors --outputs out.safetensors", "Computes a batch."
      ),
    ]
  ) { arguments, console in
    let path = arguments.operands[0]
    let document = try Document.read(path, arguments, console)
    let weights = try arguments.value("weights").map { try PT2Archive(path: $0) }
    let seed = try arguments.value("seed").map { text in
      guard let value = UInt64(text) else {
        throw UsageError("--seed takes a number from 0, not '\(text)'", Command.named("run"))
      }
      return value
    }
    let runner = try ProgramRunner(document, weights: weights, seed: seed)
    if arguments.has("check") {
      let errors = runner.interpreter.unsupported()
      for error in errors { try console.write("\(error)\n") }
      return errors.isEmpty ? 0 : 1
    }
    let files = arguments.values["inputs"] ?? []
    let inputs: [IValue]
    if files.isEmpty {
      inputs = try runner.sampleInputs(of: document)
    } else {
      inputs = try runner.inputs(from: files.flatMap { try TensorFile.read(path: $0) })
    }
    let outputs = try runner.run(inputs)
    if let target = arguments.value("outputs") {
      guard let form = TensorFile.Form(path: target) else {
        throw FXError(
          .unsuitableForm,
          "the ending of '\(target)' names no form; use .safetensors, .npz or .npy")
      }
      let named = try outputs.enumerated().compactMap {
        index, value -> (name: String, tensor: Tensor)? in
        guard case .tensor(let tensor) = value else { return nil }
        return ("\(index)", try tensor.contiguous())
      }
      let output = try AtomicOutput(path: target)
      try TensorFile.write(named, as: form, to: output)
      try output.commit()
    }
    for (index, value) in outputs.enumerated() {
      switch value {
      case .tensor(let tensor):
        try console.write("\(index) \(tensor.dtype.name) \(Geometry.text(tensor.sizes))\n")
      default: try console.write("\(index) \(value)\n")
      }
    }
    return 0
  }
}
