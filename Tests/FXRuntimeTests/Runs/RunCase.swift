import FXCore
import FXExport
import FXGraph
import FXKernels
import FXOperators
import FXRuntime
import FXTensor

/// A program, its inputs, and what PyTorch computes.
struct RunCase: Sendable, CustomStringConvertible {
  /// What a tensor of a case is.
  enum TensorKind: String, Sendable {
    case input = "in"
    /// An input, or a tensor of the state, that the program has written.
    case written = "after"
    case output = "out"
    case state
  }

  typealias Tensors = [TensorKind: [String: TensorView]]

  /// `OPERATOR/SAMPLE`.
  let name: String
  /// What each output is: `tensor:STRIDES`, `parts:STRIDES`, `shape:STRIDES`, `int:3`, `none`.
  let results: [String]
  let json: ArraySlice<UInt8>
  let tensors: Tensors

  var description: String { name }

  /// The seed under which PyTorch ran.
  static let seed: UInt64 = 7

  /// Runs the program and returns how it differs from PyTorch; nil where it doesn't.
  func difference() -> String? {
    examining { try difference($0) }
  }

  /// Reads the program.
  func program() throws -> ExportedProgram {
    try json.withUnsafeBytes { try ExportedProgram(json: $0) }
  }

  /// Reads the program and returns what an examination finds, or the error that it throws.
  func examining(_ body: (ExportedProgram) throws -> String?) -> String? {
    do {
      return try body(program())
    } catch let error as FXError {
      return error.description
    } catch {
      return "\(error)"
    }
  }

  /// Runs a program in the place of the case's own.
  ///
  /// - Parameter constants: constants that the case does not have.
  func difference(
    _ program: ExportedProgram, constants: [(name: String, tensor: Tensor)] = []
  ) throws -> String? {
    var state = try state(of: program)
    for (name, tensor) in constants { state[name] = tensor }
    let runner = try ProgramRunner(program, state: state, seed: Self.seed)
    let inputs = try runner.inputs.indices.map { index in
      try input(index, runner.inputs[index].value)
    }
    let before = try inputs.map { try $0.clone() }
    let outputs = try runner.run(inputs.map { .tensor($0) })
    if let found = try difference(of: outputs) { return found }
    for (index, input) in inputs.enumerated() {
      let expected = try tensor(.written, "\(index)") ?? before[index]
      if let found = try RunComparison.difference(input, expected) {
        return "input \(index) after the run: \(found)"
      }
    }
    for (name, value) in runner.state {
      guard let expected = try tensor(.written, name) else { continue }
      if let found = try RunComparison.difference(value, expected) {
        return "'\(name)' after the run: \(found)"
      }
    }
    return nil
  }

  /// Returns the weights and constants: those that are stored, and others made from their names.
  func state(of program: ExportedProgram) throws -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    for (spec, node) in zip(program.signature.inputs, program.graph.placeholders) {
      switch spec.kind {
      case .parameter(_, let name), .buffer(_, let name, _), .tensorConstant(_, let name):
        let stored = try tensor(.state, name)
        state[name] = try stored ?? Self.made(name, program.module.context.values[node.valueID])
      default: break
      }
    }
    return state
  }

  /// Returns an input with the strides that the program was exported with.
  func input(_ index: Int, _ value: Value?) throws -> Tensor {
    let stored = try tensor(.input, "\(index)")
    let tensor = try stored ?? Self.made("in/\(index)", value)
    guard case .tensor(let meta)? = value else { return tensor }
    let fixed = meta.sizes.compactMap { if case .int(let size) = $0 { size } else { nil } }
    let strides = meta.strides.compactMap { if case .int(let stride) = $0 { stride } else { nil } }
    // What is dynamic is as it was stored.
    let sizes = fixed.count == meta.sizes.count ? fixed : tensor.sizes
    guard strides.count == sizes.count else { return tensor }
    if sizes == tensor.sizes, strides == tensor.strides { return tensor }
    return try tensor.laidOut(sizes, strides)
  }

  /// Compares outputs with those of PyTorch.
  ///
  /// - Parameter strides: whether strides have to be the same.
  func difference(of outputs: [IValue], strides: Bool = true) throws -> String? {
    guard outputs.count == results.count else {
      return "\(outputs.count) outputs instead of \(results.count)"
    }
    for (index, output) in outputs.enumerated() {
      let found = try difference(of: output, index, comparesStrides: strides)
      if let found { return "output \(index): \(found)" }
    }
    return nil
  }

  private func difference(
    of output: IValue, _ index: Int, comparesStrides: Bool
  ) throws -> String? {
    let word = results[index].split(separator: ":", omittingEmptySubsequences: false)
    guard ["tensor", "parts", "shape"].contains(word[0]) else {
      return RunComparison.difference(output, word[0], word.count > 1 ? word[1] : "")
    }
    guard case .tensor(let tensor) = output else { return "\(output.kindName), not a tensor" }
    guard var expected = try self.tensor(.output, "\(index)") else {
      throw MalformedFixture(what: name)
    }
    if word[0] == "parts" { expected = try expected.viewAsComplex() }
    let strides = word[1].split(separator: ",").compactMap { Int($0) }
    return try RunComparison.difference(
      tensor, expected, strides: comparesStrides ? strides : nil,
      comparesElements: word[0] != "shape")
  }

  private func tensor(_ kind: TensorKind, _ key: String) throws -> Tensor? {
    var loader = TensorLoader()
    return try tensors[kind]?[key].map { try loader.tensor($0) }
  }

  private static func made(_ name: String, _ value: Value?) throws -> Tensor {
    guard case .tensor(let meta)? = value, meta.dtype == .float32 else {
      throw MalformedFixture(what: name)
    }
    let sizes = meta.sizes.compactMap { if case .int(let size) = $0 { size } else { nil } }
    return try MadeTensor.make(name, sizes)
  }
}
