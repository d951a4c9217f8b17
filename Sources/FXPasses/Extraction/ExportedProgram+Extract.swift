import FXCore
import FXExport
import FXGraph

extension ExportedProgram {
  /// Returns the piece between nodes as a program of its own; this one is not changed.
  ///
  /// The piece is every node on a path from the nodes `starts` to the nodes `results`, these
  /// included; without `starts` it begins with the inputs. What it needs from elsewhere becomes an
  /// input of the user under the node's name, with its shape; a size from which PyTorch can't tell its
  /// symbol becomes a symbol of its own in all of the piece. Parameters, buffers and constants
  /// stay what they are, and what is computed from them alone is computed in the piece, as are
  /// writes to what the piece reads. The outputs are the results, and what the piece computes for
  /// buffers to be written. Of the module call graph the program's own entry stays; ranges and
  /// guards stay as far as they speak of the piece.
  ///
  /// - Parameter onWarning: is told of inputs that share memory which the piece writes.
  /// - Throws: `extract.unknownNode`, `extract.unreachable`, `extract.noResult`.
  public func extract(
    from starts: [String], to results: [String], onWarning: (Finding) -> Void = { _ in }
  ) throws -> ExportedProgram {
    let specs = Dictionary(
      zip(graph.placeholders, signature.inputs).map { ($0.id, $1) },
      uniquingKeysWith: { first, _ in first })
    let tokens = graph.placeholders.filter { specs[$0.id]?.isToken ?? false }
    let plan = try module.extractionPlan(from: starts, to: results, tokens: tokens) { node in
      specs[node.id].map { !$0.isFromUser } ?? false
    }
    for result in plan.results {
      let place = SourcePlace(node: result.name)
      guard let value = result.value else {
        throw FXError(.extractNoResult, "nothing is known of its result", at: place)
      }
      if plan.tokens.root(of: result) != nil {
        throw FXError(
          .extractNoResult, "it is a token that orders effects, and no result", at: place)
      }
      if case .symBool = value {
        throw FXError(
          .extractNoResult, "PyTorch loads no program that returns a symbolic truth value",
          at: place)
      }
    }
    plan.findings().forEach(onWarning)
    var writer = ExtractionSignature(self, plan, specs)
    return try writer.program()
  }
}

extension InputSpec {
  /// Tells whether the input is a token that orders effects.
  fileprivate var isToken: Bool {
    if case .token = kind { true } else { false }
  }

  /// Tells whether the input is what the program is called with.
  var isFromUser: Bool {
    switch kind {
    case .userInput, .constantInput: true
    default: false
    }
  }
}

/// Makes the signature and all else that a piece of a program needs.
private struct ExtractionSignature {
  private let source: ExportedProgram
  private let plan: ExtractionPlan
  private let specs: [NodeID: InputSpec]
  private var userNames: [String] = []
  private var trees: [TreeSpec] = []
  private var outputs: [(argument: Argument, spec: OutputSpec)] = []

  init(_ source: ExportedProgram, _ plan: ExtractionPlan, _ specs: [NodeID: InputSpec]) {
    self.source = source
    self.plan = plan
    self.specs = specs
  }

  mutating func program() throws -> ExportedProgram {
    let writes = keptWrites()
    let builder = try ExtractionBuilder(
      plan, of: source.module, alsoKeeping: writes.compactMap(\.target), isCalled: true)
    let positions = Dictionary(
      builder.inputs.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    for input in builder.inputs where specs[input.id]?.isToken ?? false {
      outputs.append((.node(builder.lastToken(from: input)), OutputSpec(.token(.positional))))
    }
    for write in writes {
      guard let copy = builder.copy(of: write.value) else { continue }
      var spec = write.spec
      if case .userInputMutation(let name, .input) = spec.kind {
        guard let target = write.target, let position = positions[target.id] else { continue }
        spec.kind = .userInputMutation(name, input: .input(position))
      }
      outputs.append((.node(copy), spec))
    }
    addResults(builder)
    builder.module.graph.end.output(.tuple(outputs.map(\.argument)))

    var program = source
    program.module = builder.module
    program.signature = GraphSignature(
      inputs: builder.inputs.map { specs[$0.id] ?? InputSpec(.userInput(.value(.positional))) },
      outputs: outputs.map(\.spec), unknownFields: source.signature.unknownFields)
    userNames = zip(builder.module.graph.placeholders, program.signature.inputs)
      .filter { $1.isFromUser }.map { $0.0.name }
    program.moduleCallGraph = [rootCall()]
    program.namedTupleFields = []
    let own = InputSymbols(builder.module.graph.placeholders, of: source)
    if !own.isEmpty { builder.module.mapSizes(own.rewritten) }
    let symbols = ProgramSymbols(program.module)
    let ranges = source.rangeConstraints + own.ranges
    program.rangeConstraints = ranges.filter { symbols.contain($0.symbol) }
    program.guardsCode = source.guardsCode.filter(isKept)
    return program
  }

  // MARK: Outputs

  /// An output that is written to an input of the program.
  private struct Write {
    let value: Node
    let target: Node?
    let spec: OutputSpec
  }

  /// Returns the outputs that are written to buffers and the like and are computed in the piece.
  private func keptWrites() -> [Write] {
    var placeholders: [String: Node] = [:]
    let inputs = source.graph.placeholders
    for node in inputs {
      guard let target = specs[node.id]?.target else { continue }
      placeholders[target] = node
    }
    return zip(source.outputArguments, source.signature.outputs).compactMap { argument, spec in
      guard let value = argument.node, isIncluded(value), value.kind != .placeholder else {
        return nil
      }
      switch spec.kind {
      case .bufferMutation(_, let target), .parameterMutation(_, let target):
        return Write(value: value, target: placeholders[target], spec: spec)
      case .userInputMutation(_, .input(let position)) where inputs.indices.contains(position):
        let target = inputs[position]
        return isIncluded(target) ? Write(value: value, target: target, spec: spec) : nil
      default: return nil
      }
    }
  }

  private func isIncluded(_ node: Node) -> Bool { plan.isIncluded[Int(node.id.rawValue)] }

  private mutating func addResults(_ builder: ExtractionBuilder) {
    for (parts, tree) in builder.results {
      trees.append(tree)
      for part in parts {
        let argument: SpecArgument
        switch part {
        case .none: argument = .constant(.none)
        case .int(let number): argument = .constant(.int(number))
        default: argument = .value(.positional)
        }
        outputs.append((part, OutputSpec(.userOutput(argument))))
      }
    }
  }

  // MARK: Calls and guards

  private func rootCall() -> ModuleCallEntry {
    .root(inputNames: userNames, result: trees.count == 1 ? trees[0] : .tuple(of: trees))
  }

  /// Tells whether a guard reads only inputs that the piece has under the same name.
  private func isKept(_ guardText: String) -> Bool {
    guard let condition = try? GuardExpression(guardText) else { return false }
    let original = Set(
      zip(source.graph.placeholders, source.signature.inputs)
        .filter { $1.isFromUser }.map { $0.0.name })
    return condition.sources.values.allSatisfy { reading in
      guard reading.steps.count == 1, case .key(let name)? = reading.steps.first else {
        return false
      }
      return original.contains(name) && userNames.contains(name)
    }
  }
}
