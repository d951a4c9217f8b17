import FXCore
import FXOperators
import FXTensor

/// Operators that run a graph several times.
extension HigherOrderOperator {
  static let loops = [whileLoop, whileLoopStackOutput, mapping, scan, associativeScan]

  /// `while_loop(cond_graph, body_graph, carried, additional)`
  static let whileLoop = HigherOrderOperator(name: "while_loop") { arguments, _, environment in
    let (carried, _) = try loop(arguments, "while_loop", environment)
    return .tuple(carried)
  }

  /// `while_loop_stack_output(cond_graph, body_graph, carried, additional)`
  static let whileLoopStackOutput = HigherOrderOperator(name: "while_loop_stack_output") {
    arguments, _, environment in
    let (carried, steps) = try loop(arguments, "while_loop_stack_output", environment)
    if steps.isEmpty {
      return .tuple(
        try carried.map { $0.isTensor ? try environment.call("aten::unsqueeze", $0, 0) : $0 })
    }
    return .tuple(try stacked(steps, environment))
  }

  /// Runs a loop and returns what is carried at the end, and after each step.
  private static func loop(
    _ arguments: [IValue], _ name: String, _ environment: ExecutionEnvironment
  ) throws -> (carried: [IValue], steps: [[IValue]]) {
    guard arguments.count >= 3, let start = arguments[2].elements else { throw wrong(name) }
    let additional = arguments.count > 3 ? arguments[3].elements ?? [] : []
    var carried = start
    var steps: [[IValue]] = []
    func goesOn() throws -> Bool {
      try truth(of: run(arguments[0], carried + additional, environment), in: name)
    }
    while try goesOn() {
      let results = try results(of: arguments[1], carried + additional, environment)
      guard results.count == start.count else { throw wrong(name) }
      carried = results
      if name == "while_loop_stack_output" { steps.append(results) }
    }
    // Results do not share memory with arguments, also without a step.
    let copies = try carried.map { $0.isTensor ? try environment.call("aten::clone", $0) : $0 }
    return (copies, steps)
  }

  /// `map_impl(graph, xs, additional)`
  static let mapping = HigherOrderOperator(name: "map_impl") { arguments, _, environment in
    guard arguments.count >= 2, let inputs = arguments[1].elements, !inputs.isEmpty else {
      throw wrong("map_impl")
    }
    let additional = arguments.count > 2 ? arguments[2].elements ?? [] : []
    let rows = try (0..<inputs[0].size(0).known()).map { index in
      let slices = try slices(of: inputs, at: index, environment)
      return try results(of: arguments[0], slices + additional, environment)
    }
    return .tuple(try stacked(rows, environment))
  }

  /// `scan(combine_graph, init, xs, additional)`
  static let scan = HigherOrderOperator(name: "scan") { arguments, _, environment in
    guard arguments.count >= 3, let start = arguments[1].elements,
      let inputs = arguments[2].elements
    else { throw wrong("scan") }
    let additional = arguments.count > 3 ? arguments[3].elements ?? [] : []
    guard !inputs.isEmpty else { return .tuple(start) }
    var carry = start
    var outputs: [[IValue]] = []
    for index in 0..<(try inputs[0].size(0).known()) {
      let slices = try slices(of: inputs, at: index, environment)
      let results = try results(of: arguments[0], carry + slices + additional, environment)
      guard results.count >= start.count else { throw wrong("scan") }
      carry = Array(results.prefix(start.count))
      outputs.append(Array(results.dropFirst(start.count)))
    }
    return .tuple(carry + (try stacked(outputs, environment)))
  }

  /// `associative_scan(combine_graph, xs, additional)`
  static let associativeScan = HigherOrderOperator(name: "associative_scan") {
    arguments, _, environment in
    guard arguments.count >= 2, let inputs = arguments[1].elements, !inputs.isEmpty else {
      throw wrong("associative_scan")
    }
    let additional = arguments.count > 2 ? arguments[2].elements ?? [] : []
    var sums: [[IValue]] = []
    for index in 0..<(try inputs[0].size(0).known()) {
      let slices = try slices(of: inputs, at: index, environment)
      guard let last = sums.last else {
        sums.append(slices)
        continue
      }
      sums.append(try results(of: arguments[0], last + slices + additional, environment))
    }
    return .tuple(sums.isEmpty ? inputs : try stacked(sums, environment))
  }

  /// Returns the parts of tensors at an index of their first dimension.
  private static func slices(
    of tensors: [IValue], at index: Int, _ environment: ExecutionEnvironment
  ) throws -> [IValue] {
    try tensors.map { try environment.call("aten::select.int", $0, 0, .int(index)) }
  }

  /// Puts the results of all steps together, result by result.
  private static func stacked(
    _ steps: [[IValue]], _ environment: ExecutionEnvironment
  ) throws -> [IValue] {
    guard let first = steps.first else { return [] }
    return try first.indices.map { place in
      if !first[place].isTensor { return steps.last?[place] ?? .none }
      return try environment.call("aten::stack", .list(steps.map { $0[place] }))
    }
  }
}
