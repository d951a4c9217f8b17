import FXKit

extension Command {
  static let compare = Command(
    name: "compare",
    summary: "Run two models on the same inputs and tell where their values diverge.",
    discussion: """
      Inputs are those of --inputs, or A's own sample inputs. With --random-inputs, or if A has no sample
      inputs that can be rebuilt (a note says so), they are random, of the signature's shapes. Outputs
      are compared by position, nodes by name, in B's order. What a program writes is a result as well:
      buffers, by name, and inputs are compared as they are after the run, whether the signature has
      mutations of them or operators write in place. The exit status is 0 if no result differs, 1 if
      one does, and 2 for any error: a wrong command line, a file that can't be read, a model that can't
      be run. With --json an error is an object with "file" and "error".

      Elements are close if |b - a| <= atol + rtol * |a|, where a is A's. The defaults are those of
      torch.testing.assert_close for the dtype; if only one is given, the other is 0.
      """,
    operands: [
      Operand(name: "A", help: "The model that gives the expected values."),
      Operand(name: "B", help: "The model that is compared with it."),
    ],
    options: [
      .value(
        "inputs", "FILE", "Take inputs from this .safetensors, .npz or .npy.", isRepeatable: true,
        isInput: true),
      .value("random-inputs", "N", "Make inputs of A's shapes from this seed."),
      .value("rtol", "NUMBER", "Allow this difference relative to A's number."),
      .value("atol", "NUMBER", "Allow this difference in any case."),
      .value("seed", "N", "Seed the random operators of both models."),
      .flag("json", "Print one JSON object."),
      operatorsOption,
    ],
    examples: [
      ("fxkit compare model.pt2 transformed.pt2", "Checks that a pass did not change the numbers."),
      ("fxkit compare a.pt2 b.pt2 --rtol 1e-3 --atol 1e-5", "Sets the tolerances."),
    ],
    errorStatus: 2
  ) { arguments, console in
    let tolerance = try tolerance(arguments)
    let seed = try RunInputs.number("seed", arguments, least: 0).map { UInt64($0) }
    let runInputs = try RunInputs(arguments)
    return try arguments.withErrorObject(console) {
      let comparison = try comparison(arguments, runInputs, tolerance, seed, console)
      try console.write(arguments.has("json") ? comparison.json.line : comparison.text)
      return comparison.isSame ? 0 : 1
    }
  }

  /// Runs both models; errors name the one that they are about.
  private static func comparison(
    _ arguments: Arguments, _ runInputs: RunInputs, _ tolerance: TensorDifference.Tolerance?,
    _ seed: UInt64?, _ console: Console
  ) throws -> ModelComparison {
    let (pathA, pathB) = (arguments.operands[0], arguments.operands[1])
    let documentA = try arguments.naming(pathA) { try Document.read(pathA, arguments, console) }
    let documentB = try arguments.naming(pathB) { try Document.read(pathB, arguments, console) }
    let a = try arguments.naming(pathA) {
      try ProgramRunner(documentA, seed: seed, library: documentA.library(arguments))
    }
    let b = try arguments.naming(pathB) {
      let weights = documentB.archive == nil ? documentA.archive : nil
      return try ProgramRunner(
        documentB, weights: weights, seed: seed, library: documentB.library(arguments))
    }
    for (path, runner) in [(pathA, a), (pathB, b)] {
      try arguments.naming(path) { try runner.interpreter.checkSupport() }
    }
    let inputs = try arguments.naming(pathA) {
      try runInputs.values(for: a, documentA, allowsMissing: true, console)
    }
    return try console.whileShowing("running") {
      try ModelComparison(a, b, inputs: inputs, tolerance: tolerance, files: (pathA, pathB))
    }
  }

  /// Returns the bounds that options give; one alone leaves the other at 0.
  private static func tolerance(
    _ arguments: Arguments
  ) throws -> TensorDifference.Tolerance? {
    func bound(_ option: String) throws -> Double? {
      guard let text = arguments.value(option) else { return nil }
      guard let value = Double(text), value >= 0, value.isFinite else {
        throw arguments.usage("--\(option) takes a number from 0, not '\(text)'")
      }
      return value
    }
    let (relative, absolute) = (try bound("rtol"), try bound("atol"))
    if relative == nil, absolute == nil { return nil }
    return TensorDifference.Tolerance(relative: relative ?? 0, absolute: absolute ?? 0)
  }
}

extension ModelComparison {
  /// The result in words.
  fileprivate var text: String {
    var lines: [String] = []
    for found in differences { lines.append("\(found.subject): \(found.text)") }
    if let firstNode {
      let target = firstNode.target.map { " (\($0))" } ?? ""
      lines.append("the first node to differ is '\(firstNode.name)'\(target): \(firstNode.text)")
    }
    if isSame {
      var results = [outputCount == 1 ? "1 output" : "\(outputCount) outputs"]
      if mutationCount > 0 {
        results.append(mutationCount == 1 ? "1 mutation" : "\(mutationCount) mutations")
      }
      let verb = outputCount == 1 && mutationCount == 0 ? "is" : "are"
      lines.append(
        "\(results.joined(separator: " and ")) \(verb) the same; \(comparedCount) nodes were compared"
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }

  fileprivate var json: JSONOutput {
    .object([
      ("same", .bool(isSame)), ("outputs", .int(outputCount)),
      ("mutations", .int(mutationCount)), ("compared_nodes", .int(comparedCount)),
      ("differences", .array(differences.map { Self.json($0) })),
      ("first_node", firstNode.map { Self.json($0) } ?? .null),
    ])
  }

  private static func json(_ difference: Difference) -> JSONOutput {
    var entries: [(String, JSONOutput)] = [
      ("kind", .string(difference.kindName)), ("name", .string(difference.name)),
      ("text", .string(difference.text)),
    ]
    if let target = difference.target { entries.append(("target", .string(target))) }
    if let found = difference.difference {
      entries += [
        ("elements", .int(found.count)), ("mismatches", .int(found.mismatches)),
        ("nan_in_a_only", .int(found.nanInExpected)), ("nan_in_b_only", .int(found.nanInActual)),
        ("infinite", .int(found.infiniteMismatches)),
        ("greatest_absolute", .float(found.greatestAbsolute)),
        ("greatest_relative", .float(found.greatestRelative)),
      ]
    }
    return .object(entries)
  }
}
