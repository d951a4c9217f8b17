import FXCore
import FXGraph
import FXKernels
import FXOperators
import FXTensor

/// Runs two programs on the same inputs and finds where their values diverge.
///
/// Outputs are compared by position, and so are buffers and inputs that a program writes, by name and by
/// position. Nodes of the same name are compared, in the order of the second program; a program that
/// was transformed keeps the names of what it computes as before. Where one gives a tensor and the other
/// several, as a region that took a node's name does, nothing is compared.
public struct ModelComparison {
  /// A value that the two programs have and that differs.
  public struct Difference {
    /// What differs: `output`, `node`, or what was written: `buffer`, `parameter`, `constant`, `input`.
    public let kindName: String
    /// The name of a node, buffer or input, or the output's position.
    public let name: String
    /// What the node calls; nil for all else.
    public let target: String?
    /// How far elements are apart; nil where the values can't be compared.
    public let difference: TensorDifference?
    /// What is not the same, in words.
    public let text: String

    /// What differs, in words: `output 0`, `buffer 'norm.running_mean'`.
    public var subject: String {
      kindName == "output" ? "output \(name)" : "\(kindName) '\(name)'"
    }
  }

  /// How texts name the two programs: `12 of 12 elements are NaN in B only`.
  public struct Sides: Sendable {
    /// Where the values of the first are: `in A`.
    public let a: String
    /// Where the values of the second are: `in B`.
    public let b: String

    /// Makes names of both.
    public init(_ a: String = "in A", _ b: String = "in B") { (self.a, self.b) = (a, b) }
  }

  /// The user's outputs that differ, in order.
  public private(set) var outputs: [Difference] = []
  /// The buffers and inputs that one of the programs writes and that differ after the run.
  public private(set) var mutations: [Difference] = []
  /// The first node of the second program whose value differs from that of the first.
  public private(set) var firstNode: Difference?
  /// How many nodes were compared.
  public private(set) var comparedCount = 0
  /// How many outputs there are.
  public private(set) var outputCount = 0
  /// How many buffers and inputs one of the programs writes.
  public private(set) var mutationCount = 0

  /// All results that differ: outputs, then what was written.
  public var differences: [Difference] { outputs + mutations }

  /// Whether all outputs, and all that was written, are the same within the tolerance.
  public var isSame: Bool { outputs.isEmpty && mutations.isEmpty }

  /// Runs both programs.
  ///
  /// Inputs are copied for each, since programs may write to them.
  ///
  /// - Parameters:
  ///   - tolerance: the bounds; nil for those of `torch.testing.assert_close` by dtype.
  ///   - allowsRounding: whether elements may be apart by what the relative bound makes of the
  ///     greatest of their tensor, as sums are that are rounded in other places; bounds are then
  ///     those of the lowest precision on the way from the inputs, as autocast makes it.
  ///   - files: where the programs come from, for errors of runs.
  ///   - sides: how texts name the programs.
  /// - Throws: what a run throws.
  public init(
    _ a: ProgramRunner, _ b: ProgramRunner, inputs: [IValue],
    tolerance: TensorDifference.Tolerance? = nil, allowsRounding: Bool = false,
    files: (a: String, b: String)? = nil, sides: Sides = Sides()
  ) throws {
    let values = ValueComparison(
      tolerance: tolerance, allowsRounding: allowsRounding, sides: sides)
    var known: [String: (value: IValue, precision: ScalarType?)] = [:]
    var (ways, waysOfA) = (PrecisionTrace(b.program.graph), PrecisionTrace(a.program.graph))
    a.interpreter.hooks.observe = { node, value in
      waysOfA.observe(node, value)
      // Later writes must not change what was seen, and graphs inside have names of their own.
      guard node.graph === a.program.graph else { return }
      known[node.name] = (try value.copied(), waysOfA.precision(of: node))
    }
    let (inputsOfA, inputsOfB) = (
      try inputs.map { try $0.copied() }, try inputs.map { try $0.copied() }
    )
    let expected = try Self.run(a, inputsOfA, files?.a)
    var first: Difference?
    var count = 0
    b.interpreter.hooks.observe = { node, value in
      ways.observe(node, value)
      guard node.graph === b.program.graph, first == nil, node.kind != .output,
        let other = known.removeValue(forKey: node.name), value.isSameKind(as: other.value)
      else { return }
      count += 1
      let precision = ScalarType.lower(ways.precision(of: node), other.precision)
      let subject = ValueComparison.Subject("node", node.name, target: node.target)
      first = try values.difference(subject, value, other.value, precision)
    }
    let actual = try Self.run(b, inputsOfB, files?.b)
    a.interpreter.hooks.observe = nil
    b.interpreter.hooks.observe = nil
    firstNode = first
    comparedCount = count
    outputCount = expected.outputs.count
    try compareOutputs(
      expected.outputs, actual.outputs, values,
      zip(waysOfA.userOutputs(of: a.program), ways.userOutputs(of: b.program))
        .map { ScalarType.lower($0, $1) })
    // What only one of them writes was written nevertheless.
    var seen: Set<Mutation.Place> = []
    let written = (actual.mutations + expected.mutations).filter { seen.insert($0.place).inserted }
    mutationCount = written.count
    for mutation in written {
      let place = mutation.place
      let subject = ValueComparison.Subject(mutation.kindName, mutation.name)
      guard let wanted = a.tensor(at: place, inputsOfA) else {
        mutations.append(subject.difference("it is \(sides.b) only"))
        continue
      }
      guard let found = b.tensor(at: place, inputsOfB) else {
        mutations.append(subject.difference("it is \(sides.a) only"))
        continue
      }
      let precision = ScalarType.lower(
        waysOfA.precision(of: place, in: a), ways.precision(of: place, in: b))
      if let found = try values.difference(subject, .tensor(found), .tensor(wanted), precision) {
        mutations.append(found)
      }
    }
  }

  private mutating func compareOutputs(
    _ expected: [IValue], _ actual: [IValue], _ values: ValueComparison,
    _ precisions: [ScalarType?]
  ) throws {
    guard actual.count == expected.count else {
      outputs = [
        ValueComparison.Subject("output", "count").difference(
          "there are \(expected.count) and \(actual.count) outputs")
      ]
      return
    }
    for (index, pair) in zip(actual, expected).enumerated() {
      let precision = precisions.indices.contains(index) ? precisions[index] : nil
      let subject = ValueComparison.Subject("output", "\(index)")
      if let found = try values.difference(subject, pair.0, pair.1, precision) {
        outputs.append(found)
      }
    }
  }
}

extension ModelComparison {
  /// Runs a program; errors name the file.
  private static func run(
    _ runner: ProgramRunner, _ inputs: [IValue], _ file: String?
  ) throws -> (outputs: [IValue], mutations: [Mutation]) {
    do {
      return try runner.runNotingMutations(inputs)
    } catch let error as FXError {
      throw file.map { error.inMember($0) } ?? error
    }
  }
}

extension ProgramRunner {
  /// Returns what a place holds after a run on some inputs; nil where the program has no such place.
  fileprivate func tensor(at place: Mutation.Place, _ inputs: [IValue]) -> Tensor? {
    switch place {
    case .state(let name): return state[name]
    case .input(let position):
      guard inputs.indices.contains(position), case .tensor(let tensor) = inputs[position] else {
        return nil
      }
      return tensor
    }
  }
}

extension IValue {
  /// Whether both values are tensors, or both are lists of as many parts, or neither.
  fileprivate func isSameKind(as other: IValue) -> Bool {
    if isTensor || other.isTensor { return isTensor && other.isTensor }
    return elements?.count == other.elements?.count
  }

  /// Returns the value with tensors of their own memory.
  func copied() throws -> IValue {
    switch self {
    case .tensor(let tensor): .tensor(try tensor.clone())
    case .list(let parts): .list(try parts.map { try $0.copied() })
    case .tuple(let parts): .tuple(try parts.map { try $0.copied() })
    default: self
    }
  }
}
