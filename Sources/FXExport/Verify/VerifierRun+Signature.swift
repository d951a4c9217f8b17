import FXCore
import FXGraph

/// Checks the signature against the graph, entry by entry.
extension VerifierRun {
  mutating func checkSignature() {
    checkInputs()
    checkOutputs()
  }

  private mutating func reportArity(at path: String) {
    for error in program.signatureArityErrors where error.place.path == path {
      report(.error, error.code, error.message, at: path)
    }
  }

  // MARK: Inputs

  private mutating func checkInputs() {
    let specs = program.signature.inputs
    let placeholders = program.graph.placeholders
    let path = "graph_module.signature.input_specs"
    let isWhole = specs.count == placeholders.count
    if !isWhole { reportArity(at: path) }
    var kinds: [String: String] = [:]
    var hasMismatch = false
    for (index, spec) in specs.enumerated() {
      let place = "\(path)[\(index)]"
      let node = index < placeholders.count ? placeholders[index] : nil
      // Where an entry is missing all that follow are shifted: the first says enough.
      if isWhole || !hasMismatch, let node, let name = wrongName(of: spec, node) {
        hasMismatch = true
        report(
          spec.isConstant ? .warning : .error, .signatureName,
          "the entry is of '\(name)', the graph's input is '\(node.name)'", at: place,
          node: node.name)
      }
      checkTarget(of: spec, &kinds, at: place)
      if let node, !hasMismatch || isWhole { checkKind(of: spec, node, at: place) }
      checkWeight(of: spec, node?.value, at: place)
    }
  }

  private func wrongName(of spec: InputSpec, _ node: Node) -> String? {
    spec.literalName
  }

  private mutating func checkTarget(
    of spec: InputSpec, _ kinds: inout [String: String], at place: String
  ) {
    guard let target = spec.target else { return }
    if target.isEmpty {
      report(.error, .signatureTarget, "the \(spec.kindName) has no name", at: place)
    }
    if let other = kinds[target] {
      report(
        other == spec.kindName ? .warning : .error, .signatureDuplicate,
        "'\(target)' is an input already, as a \(other)", at: place)
    } else {
      kinds[target] = spec.kindName
    }
  }

  private mutating func checkKind(of spec: InputSpec, _ node: Node, at place: String) {
    guard let value = node.value else { return }
    let isFitting: Bool
    switch spec.kind {
    case .parameter, .buffer, .tensorConstant: isFitting = value.tensor != nil
    case .customObject(_, let className, _):
      isFitting = value.isCustomObject
      if case .customObject(_, let other) = value, other != className {
        report(
          .warning, .signatureKind,
          "the entry says the class '\(className)', the graph '\(other)'", at: place,
          node: node.name)
      }
    case .token, .userInput(.value): isFitting = !value.isConstant
    case .userInput(.constant(let constant)), .constantInput(_, let constant):
      if value.isConstant, value != Value(constant) {
        report(
          .error, .signatureConstant, "the entry's constant is not the graph's", at: place,
          node: node.name)
      }
      isFitting = value.isConstant
    }
    if !isFitting {
      report(
        .error, .signatureKind, "the graph's input can't be a \(spec.kindName)", at: place,
        node: node.name)
    }
  }

  // MARK: Outputs

  private mutating func checkOutputs() {
    let specs = program.signature.outputs
    let arguments = program.outputArguments
    let path = "graph_module.signature.output_specs"
    let isWhole = specs.count == arguments.count
    if !isWhole { reportArity(at: path) }
    var targets = OutputTargets(program.signature)
    var lastRank = 0
    var hasMismatch = false
    for (index, spec) in specs.enumerated() {
      let place = "\(path)[\(index)]"
      if spec.rank < lastRank {
        report(
          .error, .signatureOrder,
          "a \(spec.kindName) must come before the outputs of other kinds ahead of it", at: place)
      }
      lastRank = max(lastRank, spec.rank)
      // The literal `nil` alone would be an argument, None.
      let argument: Argument? = index < arguments.count ? arguments[index] : Optional.none
      if isWhole || !hasMismatch, let argument {
        hasMismatch = checkOutput(spec, argument, at: place) || hasMismatch
      }
      for (code, message) in targets.faults(of: spec, argument?.node) {
        report(.error, code, message, at: place)
      }
    }
  }

  /// Checks an output entry against what the graph returns; tells whether the names differ.
  private mutating func checkOutput(
    _ spec: OutputSpec, _ argument: Argument, at place: String
  ) -> Bool {
    if case .userOutput(.constant(let constant)) = spec.kind {
      if !argument.equals(constant) {
        report(
          .error, .signatureConstant, "the entry's constant is not what the graph returns",
          at: place)
      }
      return false
    }
    guard let node = argument.node else {
      report(
        .error, .signatureKind, "the entry is of a value, the graph returns a constant", at: place)
      return false
    }
    if let name = spec.literalName {
      report(
        .error, .signatureName, "the entry is of '\(name)', the graph returns '\(node.name)'",
        at: place, node: node.name)
      return true
    }
    let isMutation = spec.rank == 1 && spec.target != nil
    if isMutation, let value = node.value, value.tensor == nil {
      report(
        .error, .signatureKind, "only a tensor can be written to '\(spec.target ?? "")'", at: place,
        node: node.name)
    }
    return false
  }
}

/// What output entries may refer to, and what they have referred to.
private struct OutputTargets {
  private var parameters: Set<String> = []
  private var buffers: Set<String> = []
  private let inputs: [InputSpec]
  private var written: Set<String> = []

  init(_ signature: GraphSignature) {
    inputs = signature.inputs
    for spec in signature.inputs {
      switch spec.kind {
      case .parameter(_, let target): parameters.insert(target)
      case .buffer(_, let target, _): buffers.insert(target)
      default: break
      }
    }
  }

  mutating func faults(of spec: OutputSpec, _ node: Node?) -> [(FXError.Code, String)] {
    var faults: [(FXError.Code, String)] = []
    switch spec.kind {
    case .bufferMutation(_, let target) where !buffers.contains(target):
      faults.append((.signatureTarget, "no input is the buffer '\(target)'"))
    case .parameterMutation(_, let target) where !parameters.contains(target),
      .gradientToParameter(_, let target) where !parameters.contains(target):
      faults.append((.signatureTarget, "no input is the parameter '\(target)'"))
    case .gradientToUserInput(_, let input), .userInputMutation(_, let input):
      if let message = fault(of: input) { faults.append((.signatureUserInput, message)) }
    default: break
    }
    guard spec.rank == 1 else { return faults }
    // PyTorch finds a mutation by the name of its value, so that each needs a value of its own.
    if let node, !written.insert("\(spec.kindName) \(node.name)").inserted {
      faults.append((.signatureDuplicate, "'\(node.name)' is the value of two mutations"))
    }
    let target = spec.target.map { "target \($0)" } ?? "input \(String(describing: spec.userInput))"
    if !written.insert("\(spec.kindName) of \(target)").inserted {
      faults.append((.signatureDuplicate, "two outputs are written to one target"))
    }
    return faults
  }

  private func fault(of input: UserInputName) -> String? {
    switch input {
    case .literal(let name): return "the graph has no input '\(name)'"
    case .input(let index):
      guard inputs.indices.contains(index) else { return "the signature has no input \(index)" }
      if case .userInput = inputs[index].kind { return nil }
      return "input \(index) is a \(inputs[index].kindName), not the user's"
    }
  }
}

extension InputSpec {
  fileprivate var isConstant: Bool {
    if case .constantInput = kind { true } else { false }
  }
}

extension OutputSpec {
  /// Returns the place of the kind in the order that PyTorch demands.
  fileprivate var rank: Int {
    switch kind {
    case .token: 0
    case .bufferMutation, .parameterMutation, .userInputMutation: 1
    case .userOutput, .lossOutput: 2
    case .gradientToParameter, .gradientToUserInput: 3
    }
  }
}

extension Value {
  fileprivate var isCustomObject: Bool {
    if case .customObject = self { true } else { false }
  }

  fileprivate var isConstant: Bool {
    switch self {
    case .none, .int, .float, .bool, .string: true
    default: false
    }
  }
}

extension Argument {
  /// Tells whether the argument is a constant of a signature. Not-a-number equals itself here.
  fileprivate func equals(_ constant: ConstantValue) -> Bool {
    switch (self, constant) {
    case (.none, .none): true
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.string(let a), .string(let b)): a == b
    case (.bool(let a), .bool(let b)): a == b
    default: false
    }
  }
}
