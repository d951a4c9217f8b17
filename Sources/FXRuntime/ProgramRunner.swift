import FXATen
import FXCore
import FXExport
import FXGraph
import FXKernels
import FXOperators
import FXTensor

/// Runs an exported program: weights, buffers and constants from its archive, inputs from the user.
///
///     let runner = try ProgramRunner(Document(path: "model.pt2"))
///     let outputs = try runner.run([.tensor(x)])
///
/// Buffers and inputs that the program changes keep their new values, as those of a module do. Threads
/// may call `run` at the same time: their runs take place one after another. Runners of one program may be
/// prepared and run at the same time, also on the same weights where none changes them, as long as nobody
/// edits its graphs. Source: `torch.export.ExportedProgram.module`.
public final class ProgramRunner: @unchecked Sendable {
  /// The program.
  public let program: ExportedProgram
  /// What runs the graph.
  public let interpreter: Interpreter
  /// Parameters, buffers and constants by the names of the signature.
  public private(set) var state: [String: Tensor]
  /// The user's inputs in the order of a flattened call, and how callers name them.
  public var inputs: [ProgramInputs.Input] { programInputs.inputs }
  let programInputs: ProgramInputs
  private let placeholders: [Node]
  /// Held during a run, whose random numbers, modes and buffers are the runner's; hooks may run it again.
  let running = Lock(isRecursive: true)

  /// Prepares the program of an archive.
  ///
  /// - Throws: `run.state` where a tensor of the signature has no data, `run.unsuitable` for a
  ///   document without a signature, or what reading weights throws.
  public convenience init(
    _ document: Document, weights: PT2Archive? = nil, seed: UInt64? = nil,
    library: OperatorLibrary? = nil
  ) throws {
    guard let program = document.program else {
      throw FXError(.runUnsuitable, "a graph module without a signature has no weights to run with")
    }
    let state = try Self.readState(of: document, weights: weights)
    try self.init(program, state: state, seed: seed, library: library)
  }

  /// Prepares a program with its tensors by name.
  ///
  /// - Parameter library: what is known of operators, custom ones included; PyTorch's if left out.
  /// - Throws: `run.state` where a tensor of the signature has no data.
  public init(
    _ program: ExportedProgram, state: [String: Tensor], seed: UInt64? = nil,
    library: OperatorLibrary? = nil
  ) throws {
    self.program = program
    self.state = state
    let library = library ?? OperatorLibrary(context: program.module.context)
    let environment = ExecutionEnvironment(
      library: library, seed: seed ?? RandomGenerator.defaultSeed)
    interpreter = Interpreter(program.module, environment: environment)
    placeholders = program.graph.placeholders
    programInputs = program.module.context.preparation.withLock { ProgramInputs(of: program) }
    let members = state
    interpreter.attributes = { path in
      guard let tensor = members[path] else {
        throw FXError(.missingAttribute, "there is no data of '\(path)'")
      }
      return .tensor(tensor)
    }
    try checkState()
  }

  /// Reads all weights and constants of a document's program: of its archive, or of another one that
  /// has its weights, and those that it has gained since.
  ///
  /// - Throws: `document.noSuchModel`, `pt2.weight`, `weight.external`, or what reading a member throws.
  public static func readState(
    of document: Document, weights: PT2Archive? = nil
  ) throws -> [String: Tensor] {
    let archive = weights ?? document.archive
    let model = try weights.map { try $0.onlyModelName } ?? document.modelName
    var state = try archive.map { try readState(of: $0, model: model) } ?? [:]
    for (name, tensor) in document.addedConstants { state[name] = tensor }
    return state.merging(document.tensors) { $1 }
  }

  /// Reads all weights and constants of a model, without those whose storages have no data, as
  /// those of a program that was exported with fake tensors.
  ///
  /// - Throws: `pt2.weight`, `weight.external`, or what reading a member throws.
  public static func readState(
    of archive: PT2Archive, model: String
  ) throws -> [String: Tensor] {
    var loader = TensorLoader()
    var state: [String: Tensor] = [:]
    for weight in try archive.weights(of: model) + archive.constants(of: model) {
      if weight.view.hasNoData { continue }
      state[weight.name] = try loader.tensor(weight.view)
    }
    return state
  }

  private func checkState() throws {
    for (index, spec) in program.signature.inputs.enumerated() {
      switch spec.kind {
      case .parameter(_, let target), .buffer(_, let target, _), .tensorConstant(_, let target):
        guard state[target] == nil else { continue }
        let place = SourcePlace(
          node: index < placeholders.count ? placeholders[index].name : nil)
        throw FXError(
          .runState,
          "no data for \(spec.kindName) '\(target)'; --weights names an archive that "
            + "has them", at: place)
      default: break
      }
    }
  }

  /// Runs the program on the user's inputs in flattened order and returns the user's outputs in
  /// flattened order.
  ///
  /// - Throws: `run.inputs`, `input.*`, or what an operator throws, with the node.
  public func run(_ inputs: [IValue]) throws -> [IValue] {
    try running.withLock { try runAlone(inputs) }
  }

  /// Runs while the lock is held.
  func runAlone(_ inputs: [IValue]) throws -> [IValue] {
    let arguments = try placeholderValues(inputs)
    try checkInputs(inputs)
    let result: IValue
    do {
      result = try interpreter.run(arguments)
    } catch let error as FXError {
      throw explained(error, inputs)
    }
    let values = result.elements ?? [result]
    return try keepOutputs(values, arguments)
  }

  /// Puts tensors of the state and the user's inputs in the order of the placeholders.
  private func placeholderValues(_ inputs: [IValue]) throws -> [IValue] {
    var rest = inputs[...]
    var result: [IValue] = []
    result.reserveCapacity(placeholders.count)
    for spec in program.signature.inputs {
      switch spec.kind {
      case .parameter(_, let target), .buffer(_, let target, _), .tensorConstant(_, let target):
        result.append(.optional(state[target]))
      case .userInput:
        guard let next = rest.popFirst() else { throw wrongCount(inputs.count) }
        result.append(next)
      case .constantInput(_, let value):
        // A constant is part of the user's inputs, where it is checked and not used.
        _ = rest.popFirst()
        result.append(IValue(value))
      case .customObject(_, _, let target): result.append(.object(target))
      case .token: result.append(.object("token"))
      }
    }
    guard rest.isEmpty else { throw wrongCount(inputs.count) }
    return result
  }

  private func wrongCount(_ count: Int) -> FXError {
    FXError(
      .runInputs, "the program takes \(self.inputs.count) inputs, and \(count) are given")
  }

  /// Writes mutated buffers and inputs back, and returns the user's outputs.
  private func keepOutputs(_ values: [IValue], _ arguments: [IValue]) throws -> [IValue] {
    var results: [IValue] = []
    for (spec, value) in zip(program.signature.outputs, values) {
      switch spec.kind {
      case .userOutput, .lossOutput, .gradientToParameter, .gradientToUserInput:
        results.append(value)
      case .bufferMutation(_, let target), .parameterMutation(_, let target):
        guard case .tensor(let new) = value, let old = state[target] else { continue }
        if new !== old { try old.copy(from: new) }
      case .userInputMutation(_, let input):
        guard case .tensor(let new) = value, let position = placeholderIndex(of: input),
          case .tensor(let old) = arguments[position]
        else { continue }
        if new !== old { try old.copy(from: new) }
      case .token: break
      }
    }
    return results
  }

  /// The names of the user's outputs, in flattened order; nil for constants.
  public var outputNames: [String?] {
    zip(program.signature.outputs, program.outputNames).compactMap { spec, name -> String?? in
      switch spec.kind {
      case .userOutput, .lossOutput, .gradientToParameter, .gradientToUserInput: .some(name)
      default: nil
      }
    }
  }

  /// Returns the position among the placeholders of a user's input that the signature names.
  func placeholderIndex(of name: UserInputName) -> Int? {
    switch name {
    case .input(let index): index
    case .literal(let name): placeholders.firstIndex { $0.name == name }
    }
  }
}

extension IValue {
  /// Makes the value of a constant input.
  init(_ constant: ConstantValue) {
    switch constant {
    case .none: self = .none
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    }
  }
}

extension FXError.Code {
  /// A tensor that a program needs has no data.
  public static let runState = FXError.Code("run.state")
  /// A document holds nothing that could be run.
  public static let runUnsuitable = FXError.Code("run.unsuitable")
}
