import FXCore
import FXGraph

extension GraphModule {
  /// Splits the module at each node that `isStart` picks, which begins a new submodule.
  ///
  /// The module is not changed. Source: `torch._export.utils.sequential_split`.
  ///
  /// - Throws: `split.*` for a partition that can't be a module of its own.
  public func sequentialSplit(startingAt isStart: (Node) throws -> Bool) throws -> GraphModule {
    try sequentialSplit(options: Self.sequentialOptions, startingAt: isStart)
  }

  static var sequentialOptions: SplitOptions {
    var options = SplitOptions()
    options.keepOriginalOrder = true
    options.keepOriginalNodeName = true
    return options
  }

  func sequentialSplit(
    options: SplitOptions, startingAt isStart: (Node) throws -> Bool
  ) throws -> GraphModule {
    var number = 0
    var numbers = [Int32](repeating: 0, count: graph.idLimit)
    for node in graph.nodes {
      if try isStart(node) { number += 1 }
      numbers[Int(node.id.rawValue)] = Int32(number)
    }
    return try split(options: options) { Int(numbers[Int($0.id.rawValue)]) }.module
  }

  /// Splits the module into one submodule for each number that `partition` gives to nodes.
  ///
  /// See `split(options:_:)`.
  ///
  /// - Throws: `split.*` for a partition that can't be a module of its own.
  public func splitModule(
    options: SplitOptions = SplitOptions(), _ partition: (Node) throws -> Int
  ) throws -> GraphModule {
    try split(options: options, partition).module
  }

  /// Splits the module into one submodule for each number that `partition` gives to nodes.
  ///
  /// The module is not changed. Names, order of inputs and outputs and metadata are those of
  /// `torch.fx.passes.split_module`, with one difference beside `keepPlaceholderNames`: switches
  /// made again at the start of a submodule come after its placeholders.
  ///
  /// - Parameter partition: gives the number; asked once for each call, in order.
  /// - Throws: `split.partitionCycle`, `split.nonMonotonicPartitions` where the graph has switches,
  ///   `split.partitionOrder`, `split.memberNameTaken`, `regions.unterminatedAutocast`,
  ///   `regions.badSwitch`, `graph.missingAttribute`.
  public func split(
    options: SplitOptions = SplitOptions(), _ partition: (Node) throws -> Int
  ) throws -> SplitResult {
    let plan = try PartitionPlan(graph, partition: partition)
    var builder = SplitBuilder(module: self, plan: plan, options: options)
    return try builder.build()
  }
}
