import FXCore
import FXOperators
import FXTensor

/// Operators that run a graph several times.
extension HigherOrderOperator {
  static let loops = [whileLoop, whileLoopStackOutput, mapping, scan, associativeScan]

  /// The body first, which gives the results, then the condition.
  private static let loopGraphs = GraphArguments(
    at: [1, 0], named: ["body_graph", "cond_graph"], operands: .lists([2, 3]), givesResults: false)
  private static let slicedGraph = GraphArguments(at: [0], operands: .slices, givesResults: false)

  /// `while_loop(cond_graph, body_graph, carried, additional)`
  static let whileLoop = HigherOrderOperator(
    name: "while_loop", graphs: loopGraphs
  ) { arguments, _, emitter in
    let (carried, _) = try loop(arguments, "while_loop", emitter)
    return .tuple(carried)
  }
  .shaped(resultsOfFirst(loopGraphs))

  /// `while_loop_stack_output(cond_graph, body_graph, carried, additional)`
  static let whileLoopStackOutput = HigherOrderOperator(
    name: "while_loop_stack_output", graphs: loopGraphs
  ) { arguments, _, emitter in
    let (carried, steps) = try loop(arguments, "while_loop_stack_output", emitter)
    if steps.isEmpty {
      return .tuple(
        try carried.map { $0.isTensor ? try emitter.call("aten::unsqueeze", $0, 0) : $0 })
    }
    return .tuple(try stacked(steps, emitter))
  }
  .shaped { arguments, emitter in
    _ = try resultsOfFirst(loopGraphs)(arguments, emitter)
    throw FXError(.shapeUnknown, "the steps of a while_loop_stack_output depend on data")
  }

  /// Runs a loop and returns what is carried at the end, and after each step.
  private static func loop(
    _ arguments: [IValue], _ name: String, _ emitter: any Emitter
  ) throws -> (carried: [IValue], steps: [[IValue]]) {
    guard arguments.count >= 3, let start = arguments[2].elements else { throw wrong(name) }
    let additional = arguments.count > 3 ? arguments[3].elements ?? [] : []
    var carried = start
    var steps: [[IValue]] = []
    func goesOn() throws -> Bool {
      try truth(of: run(arguments[0], carried + additional, emitter), in: name)
    }
    while try goesOn() {
      let results = try results(of: arguments[1], carried + additional, emitter)
      guard results.count == start.count else { throw wrong(name) }
      carried = results
      if name == "while_loop_stack_output" { steps.append(results) }
    }
    // Results do not share memory with arguments, also without a step.
    let copies = try carried.map { $0.isTensor ? try emitter.call("aten::clone", $0) : $0 }
    return (copies, steps)
  }

  /// `map_impl(graph, xs, additional)`
  static let mapping = HigherOrderOperator(
    name: "map_impl", graphs: slicedGraph
  ) { arguments, _, emitter in
    guard arguments.count >= 2, let inputs = arguments[1].elements, !inputs.isEmpty else {
      throw wrong("map_impl")
    }
    let additional = arguments.count > 2 ? arguments[2].elements ?? [] : []
    let rows = try (0..<inputs[0].size(0).requireStatic()).map { index in
      let slices = try slices(of: inputs, at: index, emitter)
      return try results(of: arguments[0], slices + additional, emitter)
    }
    return .tuple(try stacked(rows, emitter))
  }
  .shaped { arguments, emitter in
    .tuple(try stackedShapes(arguments, inputsAt: 1, carrying: 0, emitter))
  }

  /// `scan(combine_graph, init, xs, additional)`
  static let scan = HigherOrderOperator(
    name: "scan", graphs: slicedGraph
  ) { arguments, _, emitter in
    guard arguments.count >= 3, let start = arguments[1].elements,
      let inputs = arguments[2].elements
    else { throw wrong("scan") }
    let additional = arguments.count > 3 ? arguments[3].elements ?? [] : []
    guard !inputs.isEmpty else { return .tuple(start) }
    var carry = start
    var outputs: [[IValue]] = []
    for index in 0..<(try inputs[0].size(0).requireStatic()) {
      let slices = try slices(of: inputs, at: index, emitter)
      let results = try results(of: arguments[0], carry + slices + additional, emitter)
      guard results.count >= start.count else { throw wrong("scan") }
      carry = Array(results.prefix(start.count))
      outputs.append(Array(results.dropFirst(start.count)))
    }
    return .tuple(carry + (try stacked(outputs, emitter)))
  }
  .shaped { arguments, emitter in
    let carried = arguments.count > 1 ? arguments[1].elements?.count ?? 0 : 0
    return .tuple(try stackedShapes(arguments, inputsAt: 2, carrying: carried, emitter))
  }

  /// `associative_scan(combine_graph, xs, additional)`
  static let associativeScan = HigherOrderOperator(
    name: "associative_scan", graphs: slicedGraph
  ) { arguments, _, emitter in
    guard arguments.count >= 2, let inputs = arguments[1].elements, !inputs.isEmpty else {
      throw wrong("associative_scan")
    }
    let additional = arguments.count > 2 ? arguments[2].elements ?? [] : []
    var sums: [[IValue]] = []
    for index in 0..<(try inputs[0].size(0).requireStatic()) {
      let slices = try slices(of: inputs, at: index, emitter)
      guard let last = sums.last else {
        sums.append(slices)
        continue
      }
      sums.append(try results(of: arguments[0], last + slices + additional, emitter))
    }
    return .tuple(sums.isEmpty ? inputs : try stacked(sums, emitter))
  }
  .shaped { arguments, emitter in
    guard arguments.count >= 2, let inputs = arguments[1].elements else {
      throw wrong("associative_scan")
    }
    _ = try results(of: arguments[0], [], emitter)
    return .tuple(try inputs.map { try emitter.call("aten::clone", $0) })
  }

  /// Returns the fake results of a graph that is called with slices: what is carried as it is, and the rest
  /// once for each slice.
  private static func stackedShapes(
    _ arguments: [IValue], inputsAt place: Int, carrying count: Int, _ emitter: any Emitter
  ) throws -> [IValue] {
    guard place < arguments.count, let first = arguments[place].elements?.first else {
      throw FXError(.shapeUnknown, "there is nothing that tells the number of steps")
    }
    let steps = try first.size(0)
    return try results(of: arguments[0], [], emitter).enumerated().map { index, result in
      guard index >= count, case .fake(let tensor) = result else { return result }
      return .fake(FakeTensor(tensor.dtype, [steps] + tensor.sizes, device: tensor.device))
    }
  }

  /// Returns the parts of tensors at an index of their first dimension.
  private static func slices(
    of tensors: [IValue], at index: Int, _ emitter: any Emitter
  ) throws -> [IValue] {
    try tensors.map { try emitter.call("aten::select.int", $0, 0, .int(index)) }
  }

  /// Puts the results of all steps together, result by result.
  private static func stacked(
    _ steps: [[IValue]], _ emitter: any Emitter
  ) throws -> [IValue] {
    guard let first = steps.first else { return [] }
    return try first.indices.map { place in
      if !first[place].isTensor { return steps.last?[place] ?? .none }
      return try emitter.call("aten::stack", .list(steps.map { $0[place] }))
    }
  }
}
