import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import FXRuntime
import FXTensor

/// An operator on inputs in a layout of their own, with the strides that PyTorch gives its results.
///
/// Strides of dimensions of size 1, and of empty tensors, count: the next operator goes by them.
struct LayoutCase: Sendable {
  /// `DTYPE OPERATOR/SAMPLE/LAYOUT`.
  let id: String
  /// The program, with the inputs of the sample.
  let run: RunCase

  /// Runs the program; returns how strides differ, or elements from those of row-major inputs.
  func kernelDifference() -> String? { run.examining { try difference(of: $0) } }

  /// Takes the program apart; returns how its strides and elements differ, run and recorded.
  ///
  /// - Parameter left: the operators beyond core ATen that PyTorch leaves.
  func decomposedDifference(left: Set<String>) -> String? {
    run.examining { program in
      var program = program
      let before = Self.outputs(of: program)
      let count = program.signature.outputs.count
      try PassPipeline("decompose").run(on: &program)
      let written = program.signature.outputs.count - count
      let more = RunCase.operatorsBeyondCore(program.module).subtracting(left)
      if !more.isEmpty { return "\(more.sorted().joined(separator: ", ")) left" }
      let after = Array(Self.outputs(of: program).dropFirst(max(written, 0)))
      if let found = Self.difference(before, after) { return "the graph says \(found)" }
      return try difference(of: program)
    }
  }

  /// Computes the metadata of all nodes from those of the inputs; returns how strides differ.
  func shapeDifference() -> String? {
    run.examining { program in
      let nodes = program.graph.nodes.filter { $0.kind == .callFunction }
      let known = nodes.map(\.value)
      for node in nodes { node.value = nil }
      let propagation = ShapePropagation(program.module, ranges: program.symbolRanges)
      try propagation.run()
      if let error = propagation.unknown.first { return error.description }
      for (node, known) in zip(nodes, known) {
        let found = Self.difference(
          Self.metas(known, program.module), Self.metas(node.value, program.module))
        if let found { return "\(node.name): \(found)" }
      }
      return nil
    }
  }

  // MARK: Metadata

  private static func outputs(of program: ExportedProgram) -> [TensorMeta?] {
    let output = program.graph.outputNode?.args.first
    return (output?.elements ?? []).flatMap { metas($0.node?.value, program.module) }
  }

  private static func metas(_ value: Value?, _ module: GraphModule) -> [TensorMeta?] {
    switch value {
    case .tensor(let meta)?: return [meta]
    case .list(let parts)?, .tuple(let parts)?:
      return parts.flatMap { metas(module.context.values[$0], module) }
    default: return [nil]
    }
  }

  private static func difference(_ known: [TensorMeta?], _ found: [TensorMeta?]) -> String? {
    if known.count != found.count { return "\(found.count) results instead of \(known.count)" }
    for (known, found) in zip(known, found) {
      guard let known else { continue }
      guard let found else { return "no tensor" }
      if known.sizes.map(text) != found.sizes.map(text) {
        return "the sizes \(found.sizes.map(text)) instead of \(known.sizes.map(text))"
      }
      if known.strides.map(text) != found.strides.map(text) {
        return "the strides \(found.strides.map(text)) instead of \(known.strides.map(text)) of"
          + " sizes \(known.sizes.map(text))"
      }
    }
    return nil
  }

  private static func text(_ size: SymInt) -> String {
    switch size {
    case .int(let value): "\(value)"
    // Numbers of data have names in the order of their making.
    case .expr: "?"
    }
  }

  // MARK: Runs

  private func difference(of program: ExportedProgram) throws -> String? {
    let inputs = try inputs(of: program)
    let outputs = try results(of: program, inputs)
    guard outputs.count == run.results.count else {
      return "\(outputs.count) outputs instead of \(run.results.count)"
    }
    for (index, output) in outputs.enumerated() {
      guard case .tensor(let tensor) = output, let strides = strides(index) else { continue }
      if tensor.strides != strides {
        return "output \(index): the strides \(tensor.strides) instead of \(strides) of sizes"
          + " \(tensor.sizes)"
      }
    }
    return nil
  }

  /// Runs on the inputs and on the same in row-major order; returns how the results' elements differ.
  func elementDifference() -> String? {
    run.examining { program in
      let inputs = try inputs(of: program)
      let outputs = try results(of: program, inputs)
      let plain = try results(of: program, inputs.map { try $0.clone(format: .contiguous) })
      for (index, (output, expected)) in zip(outputs, plain).enumerated() {
        guard case .tensor(let tensor) = output, case .tensor(let other) = expected,
          !run.results[index].hasPrefix("shape")
        else { continue }
        if let found = try RunComparison.difference(tensor, other) {
          return "output \(index): \(found)"
        }
      }
      return nil
    }
  }

  private func inputs(of program: ExportedProgram) throws -> [Tensor] {
    var position = 0
    return try zip(program.signature.inputs, program.graph.placeholders).compactMap { spec, node in
      guard case .userInput = spec.kind else { return nil }
      defer { position += 1 }
      return try run.input(position, node.value)
    }
  }

  private func results(of program: ExportedProgram, _ inputs: [Tensor]) throws -> [IValue] {
    let runner = try ProgramRunner(
      program, state: run.state(of: program), seed: RunCase.seed)
    // The program may write to its inputs.
    let copies = try inputs.map { input -> Tensor in
      try input.strides.contains(0) ? input : LayoutCase.copy(input)
    }
    return try runner.run(copies.map { .tensor($0) })
  }

  private static func copy(_ tensor: Tensor) throws -> Tensor {
    let result = try Tensor.empty(tensor.sizes, strides: tensor.strides, tensor.dtype)
    try result.copy(from: tensor)
    return result
  }

  private func strides(_ index: Int) -> [Int]? {
    let words = run.results[index].split(separator: ":", omittingEmptySubsequences: false)
    guard ["tensor", "parts", "shape"].contains(words[0]) else { return nil }
    return words[1].split(separator: ",").compactMap { Int($0) }
  }
}

extension LayoutCase {
  /// The cases of `tools/fixtures/layouts.py`, by dtype.
  static let all = Result {
    try ["named", "float32", "complex64", "int64"].flatMap { dtype -> [LayoutCase] in
      let samples = try RunCases.operators.get()[dtype] ?? []
      let tensors = Dictionary(
        samples.map { ($0.name[...], $0.tensors) }, uniquingKeysWith: { first, _ in first })
      return try RunCases.lines(of: "layouts/\(dtype)").map { words, json in
        let name = words[0]
        let sample = name[..<(name.lastIndex(of: "/") ?? name.endIndex)]
        let run = RunCase(
          name: name, results: Array(words.dropFirst()), json: json,
          tensors: tensors[sample] ?? [:])
        return LayoutCase(id: "\(dtype) \(name)", run: run)
      }
    }
  }
}
