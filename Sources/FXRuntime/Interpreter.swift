import FXATen
import FXCore
import FXGraph
import FXOperators
import FXTensor

/// Runs graph modules node by node on the CPU (`torch.fx.Interpreter`).
///
///     let interpreter = Interpreter(program.module)
///     let results = try interpreter.run([.tensor(x)])
///
/// Results that nothing needs any more are freed after their last use. An interpreter keeps a plan
/// for each graph, and belongs to one thread at a time.
public final class Interpreter {
  /// Looks at a run, or takes part in it.
  public struct Hooks {
    /// Gives a node's result in place of what the node would compute; nil to let it compute.
    public var override: ((Node, [IValue]) throws -> IValue?)?
    /// Is told each node's result, in order; also those of graphs that higher-order operators run.
    public var observe: ((Node, IValue) throws -> Void)?
    /// Is called before and after each node that calls something, for measurements.
    public var measure: ((Node, _ run: () throws -> IValue) throws -> IValue)?

    /// Makes hooks that do nothing.
    public init() {}
  }

  /// The module.
  public let module: GraphModule
  /// The state of runs: random numbers, modes.
  public let environment: ExecutionEnvironment
  /// What looks at runs.
  public var hooks = Hooks()
  /// Gives members of the module that are no graph modules: tensors by path.
  public var attributes: (String) throws -> IValue = { path in
    throw FXError(.missingAttribute, "there is no data of '\(path)'")
  }

  private var plans: [ObjectIdentifier: ExecutionPlan] = [:]
  private var depth = 0

  /// Prepares a module; without an environment it gets one of its own.
  public init(_ module: GraphModule, environment: ExecutionEnvironment? = nil) {
    self.module = module
    self.environment =
      environment ?? ExecutionEnvironment(library: OperatorLibrary(context: module.context))
    self.environment.moduleRunner = { [unowned self] module, arguments in
      try run(module, arguments)
    }
  }

  /// Runs the module and returns what its output node gives.
  ///
  /// - Throws: `operator.*` and `tensor.*`, with the node; `run.inputs` for a wrong number of inputs.
  public func run(_ inputs: [IValue]) throws -> IValue { try run(module, inputs) }

  /// Returns an error for each node, also of graphs that are called, that FXKit can't run.
  public func unsupported() -> [FXError] {
    var errors: [FXError] = []
    module.forEachGraphModule { _, module in errors += plan(of: module).unsupported() }
    return errors
  }

  /// Makes sure that all nodes can be run.
  ///
  /// - Throws: `operator.unsupported`, with all that FXKit can't run, and the first such node.
  public func checkSupport() throws {
    let errors = unsupported()
    guard let first = errors.first else { return }
    var messages: [String] = []
    for error in errors where !messages.contains(error.message) { messages.append(error.message) }
    throw FXError(first.code, messages.joined(separator: "; "), at: first.place)
  }

  private func plan(of module: GraphModule) -> ExecutionPlan {
    let key = ObjectIdentifier(module)
    if let known = plans[key], known.graph === module.graph { return known }
    let made = module.context.preparation.withLock {
      ExecutionPlan(module, library: environment.library)
    }
    plans[key] = made
    return made
  }

  private func run(_ module: GraphModule, _ inputs: [IValue]) throws -> IValue {
    let plan = plan(of: module)
    guard inputs.count == plan.inputCount else {
      throw FXError(
        .runInputs, "the graph takes \(plan.inputCount) inputs, and \(inputs.count) are given")
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Limits.callDepth.value else {
      throw FXError(.runInputs, "graphs call one another too deeply", beyond: Limits.callDepth)
    }
    var slots = [IValue](repeating: .none, count: plan.slotCount)
    var result = IValue.none
    for step in plan.steps {
      let value: IValue
      do {
        value = try perform(step, of: plan, module, inputs, slots)
      } catch let error as FXError {
        throw error.atNode(plan.graph[step.node].name)
      }
      if case .output = step.action { result = value } else { slots[step.slot] = value }
      if let observe = hooks.observe { try observe(plan.graph[step.node], value) }
      for slot in step.releases { slots[slot] = .none }
    }
    return result
  }

  private func perform(
    _ step: ExecutionPlan.Step, of plan: ExecutionPlan, _ module: GraphModule,
    _ inputs: [IValue], _ slots: [IValue]
  ) throws -> IValue {
    switch step.action {
    case .placeholder(let index): return inputs[index]
    case .attribute(let path):
      if let graph = module.graphModule(at: path) { return .module(graph) }
      return try attributes(path)
    case .output: return value(of: step.arguments[0], slots)
    default: break
    }
    let arguments = step.arguments.map { value(of: $0, slots) }
    if let override = hooks.override, let given = try override(plan.graph[step.node], arguments) {
      return given
    }
    guard let measure = hooks.measure else { return try compute(step, arguments, slots) }
    return try measure(plan.graph[step.node]) { try compute(step, arguments, slots) }
  }

  private func compute(
    _ step: ExecutionPlan.Step, _ arguments: [IValue], _ slots: [IValue]
  ) throws -> IValue {
    switch step.action {
    case .call(let resolved): return try environment.emit(resolved, arguments)
    case .getitem:
      if arguments.count == 2, case .int(let index) = arguments[1],
        let parts = arguments[0].elements, index >= -parts.count, index < parts.count
      {
        return parts[index < 0 ? index + parts.count : index]
      }
      return try PythonFunction.getitem.body(arguments, [], environment)
    case .python(let function):
      return try function.body(arguments, keywords(of: step, slots), environment)
    case .higherOrder(let operation):
      return try environment.emit(operation, arguments, keywords(of: step, slots))
    case .module(let module): return try run(module, arguments)
    case .unsupported(let error): throw error
    case .placeholder, .attribute, .output: return .none
    }
  }

  private func keywords(
    of step: ExecutionPlan.Step, _ slots: [IValue]
  ) -> [(name: String, value: IValue)] {
    step.keywords.map { (name: $0.name, value: value(of: $0.value, slots)) }
  }

  private func value(of operand: ExecutionPlan.Operand, _ slots: [IValue]) -> IValue {
    switch operand {
    case .constant(let value): value
    case .slot(let slot): slots[slot]
    case .list(let parts): .list(parts.map { value(of: $0, slots) })
    case .tuple(let parts): .tuple(parts.map { value(of: $0, slots) })
    case .dict(let entries):
      .dict(entries.map { (key: $0.key, value: value(of: $0.value, slots)) })
    }
  }
}

extension FXError.Code {
  /// The inputs of a run are not those that the program takes.
  public static let runInputs = FXError.Code("run.inputs")
}
