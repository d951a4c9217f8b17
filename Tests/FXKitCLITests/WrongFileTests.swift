import FXExport
import FXTensor
import FXTestSupport
import Testing

@testable import FXKitCLI

/// Files of another kind than an option takes: errors name the file, what it is, and what is wanted.
struct WrongFileTests {
  private let folder = TemporaryFolder()
  private let model = Fixtures.path("archives/conv-norm.pt2")
  private let custom = Fixtures.path("archives/custom-object.pt2")

  private func expectError(
    _ arguments: [String], _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let run = Invocation(arguments)
    #expect(run.status == (Command.named(arguments[0])?.errorStatus ?? 1))
    #expect(run.errors.count == 1, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        run.errors.first?.contains(word) == true, "\(run.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test func inputsOfARunAreTensors() {
    let shapes = folder.write("shapes.json", #"{"x": [1, 3, 8, 8]}"#.utf8)
    for command in [["run", model], ["compare", model, model]] {
      expectError(
        command + ["--inputs", shapes], "\(shapes): ", "JSON", ".npz", "validate --inputs")
      expectError(command + ["--inputs", model], "\(model): ", "PT2 archive", ".safetensors")
    }
    let text = folder.write("t.fx", "fx 1\n".utf8)
    expectError(["run", model, "--inputs", text], "\(text): ", "FX text")
    expectError(["weights", model, "--replace", text, "-o", folder.file("o.pt2")], "FX text")
  }

  @Test func checkpointsAreConverted() throws {
    let checkpoint = folder.file("sd.pt")
    let output = try AtomicOutput(path: checkpoint)
    let writer = ZIPWriter(to: output)
    try Array("\u{80}\u{2}ccollections\nOrderedDict\n".utf8).withUnsafeBytes {
      try writer.add("sd/data.pkl", $0)
    }
    try writer.finish()
    try output.commit()
    let words = ("checkpoint of torch.save", "safetensors.torch.save_file(torch.load(")
    expectError(["run", model, "--inputs", checkpoint], "\(checkpoint): ", words.0, words.1)
    expectError(
      ["weights", model, "--replace", checkpoint, "-o", folder.file("o.pt2")],
      "\(checkpoint): ", words.0, words.1)
  }

  @Test func shapesAreJSON() throws {
    let array = folder.file("d8.npy")
    let output = try AtomicOutput(path: array)
    try TensorFile.write([("0", try Tensor.zeros([2, 3]))], as: .npy, to: output)
    try output.commit()
    expectError(["validate", model, "--inputs", array], "\(array): ", "NumPy", "JSON object")
    expectError(["validate", model, "--inputs", model], "\(model): ", "ZIP", "JSON object")
    expectError(["info", array], "\(array): ", "--inputs FILE")
  }

  @Test func operatorsAreDeclaredInText() {
    let text = folder.write("t.txt", "hello world\n".utf8)
    expectError(["run", model, "--operators", text], "\(text): ", "plain text", "FX text (.fx)")
  }

  /// The option that helps stands wherever an unknown operator is an error.
  @Test func unknownOperatorsAreToBeDeclared() {
    let hint = "--operators FILE"
    let node = "node 'scaled': "
    expectError(["run", custom], "\(custom), \(node)", hint)
    expectError(["compare", custom, model], "\(custom), \(node)", hint)
    expectError(["compare", model, custom], "\(custom), \(node)", hint)
    expectError(
      [
        "transform", custom, "-p", "eliminate-dead-code", "--check-numerics", "-o",
        folder.file("o.pt2"),
      ], "\(custom), \(node)", hint)
    let check = Invocation("run", custom, "--check")
    #expect(check.status == 1 && check.lines.contains { $0.contains(hint) })
  }

  @Test func errorsNameTheFile() {
    expectError(["info", ""], "'': ")
    expectError(["weights", model, "--only", "head.bais"], "\(model): ", "'head.bias'?")
    let lacking = Fixtures.path("prints/conv-norm.json")
    expectError(["run", lacking], "\(lacking), node ")
    expectError(["compare", model, lacking, "--seed", "0", "--inputs", folder.file("no")], "no: ")
    expectError(["convert", lacking, folder.file("o.pt2")], "\(lacking): ")
    let missing = folder.file("nodir/z.pt2")
    expectError(["convert", model, missing], "\(missing): ", "'\(folder.file("nodir"))'")
  }
}
