import FXCore
import FXGraph

/// One partition of a graph that is to be split.
struct Partition {
  /// The number that the caller gave.
  let number: Int
  var nodes: [NodeID] = []
  /// Nodes of the original outside that nodes inside use, in order of use.
  var inputs: [NodeID] = []
  /// Nodes inside that nodes outside use, in order of use.
  var outputs: [NodeID] = []
  var dependents: [Int] = []
  var dependencyCount = 0
  /// Switches of earlier partitions that are in force here, to be made again at the start.
  var prelude: [NodeID] = []
  /// Autocast regions that go on in later partitions, to be left at the end, innermost first.
  var epilogue: [NodeID] = []
}

/// Which node goes to which partition, and what crosses between partitions.
///
/// Tables are dense by node id; partitions are numbered in the order of their first nodes.
struct PartitionPlan {
  let graph: Graph
  let atoms: RegionAtoms
  private(set) var partitions: [Partition] = []
  /// The partition of each node by id; -1 for placeholders, attributes and the output.
  private(set) var partitionOf: [Int32]
  /// The exit of each autocast region by the id of its enter.
  private(set) var exits: [NodeID: NodeID] = [:]
  private var autocasts: [Region] = []
  private var grads: [Region] = []
  /// Whether the nodes of every partition stand together.
  private var isContiguous = true

  private struct Region {
    let start: NodeID
    var partitions: [Int]

    mutating func extend(to partition: Int) {
      if partitions.last != partition { partitions.append(partition) }
    }
  }

  init(_ graph: Graph, partition: (Node) throws -> Int) throws {
    self.graph = graph
    atoms = RegionAtoms(graph.context)
    partitionOf = [Int32](repeating: -1, count: graph.idLimit)
    try assign(partition)
    try checkOrder()
    recordCrossings()
    planSwitches()
  }

  /// Asks for the partition of every call and follows the switches.
  private mutating func assign(_ partition: (Node) throws -> Int) throws {
    var known: [Int: Int] = [:]
    var active: [Int] = []
    var lastNumber: Int?
    var last = -1
    for node in graph.nodes {
      if node.kind == .placeholder || node.kind == .getAttr || node.kind == .output { continue }
      let number = try partition(node)
      var index = last
      if number != lastNumber {
        if let found = known[number] {
          index = found
          isContiguous = false
        } else {
          index = partitions.count
          known[number] = index
          partitions.append(Partition(number: number))
        }
        lastNumber = number
      }
      partitions[index].nodes.append(node.id)
      partitionOf[Int(node.id.rawValue)] = Int32(index)
      if atoms.isSwitch(node) { try follow(node, in: index, active: &active) }
      // Regions grow only where the partition changes, or where they have just begun.
      if index != last {
        if let current = grads.indices.last { grads[current].extend(to: index) }
        for region in active { autocasts[region].extend(to: index) }
      }
      last = index
    }
    if let open = active.first {
      throw FXError(
        .unterminatedAutocast, "the autocast region is never left",
        at: SourcePlace(node: graph[autocasts[open].start].name))
    }
  }

  private mutating func follow(_ node: Node, in index: Int, active: inout [Int]) throws {
    if atoms.isSetGrad(node) {
      _ = try node.switchedGradMode()
      grads.append(Region(start: node.id, partitions: [index]))
    } else if atoms.isEnter(node) {
      if node.inputs.count > 0 {
        throw FXError(
          .badSwitch, "_enter_autocast takes constants only", at: SourcePlace(node: node.name))
      }
      active.append(autocasts.count)
      autocasts.append(Region(start: node.id, partitions: [index]))
    } else {
      guard node.argCount == 1, let enter = node.arg(0)?.node,
        let position = active.firstIndex(where: { autocasts[$0].start == enter.id })
      else {
        throw FXError(
          .badSwitch, "_exit_autocast takes an _enter_autocast that is in force",
          at: SourcePlace(node: node.name))
      }
      let region = active.remove(at: position)
      autocasts[region].extend(to: index)
      exits[enter.id] = node.id
    }
  }

  private func checkOrder() throws {
    if autocasts.isEmpty && grads.isEmpty { return }
    var highest = Int.min
    for node in graph.nodes {
      let index = partitionOf[Int(node.id.rawValue)]
      if index < 0 { continue }
      let number = partitions[Int(index)].number
      if number < highest {
        throw FXError(
          .nonMonotonicPartitions,
          "partition \(number) comes after partition \(highest), in a graph with switches",
          at: SourcePlace(node: node.name))
      }
      highest = number
    }
  }

  private mutating func recordCrossings() {
    var isOutput = [Bool](repeating: false, count: graph.idLimit)
    var lastUser = [Int32](repeating: -1, count: graph.idLimit)
    var lastDependent = [Int32](repeating: -1, count: partitions.count)
    var seenInputs: Set<UInt64> = []
    var seenDependents: Set<UInt64> = []
    for node in graph.nodes {
      if node.kind == .placeholder || node.kind == .getAttr || atoms.isSwitch(node) { continue }
      let user = partitionOf[Int(node.id.rawValue)]
      node.forEachInput { input in
        let id = Int(input.id.rawValue)
        let owner = partitionOf[id]
        if owner == user { return }
        if owner >= 0, !isOutput[id] {
          isOutput[id] = true
          partitions[Int(owner)].outputs.append(input.id)
        }
        if user < 0 || lastUser[id] == user { return }
        lastUser[id] = user
        // A partition that is visited once sees each input first exactly once.
        if isContiguous || seenInputs.insert(pair(Int32(id), user)).inserted {
          partitions[Int(user)].inputs.append(input.id)
        }
        if owner < 0 || lastDependent[Int(owner)] == user { return }
        lastDependent[Int(owner)] = user
        if isContiguous || seenDependents.insert(pair(owner, user)).inserted {
          partitions[Int(owner)].dependents.append(Int(user))
          partitions[Int(user)].dependencyCount += 1
        }
      }
    }
  }

  private func pair(_ a: Int32, _ b: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
  }

  private mutating func planSwitches() {
    for region in autocasts + grads {
      for index in region.partitions.dropFirst() { partitions[index].prelude.append(region.start) }
    }
    for region in autocasts.reversed() {
      for index in region.partitions.dropLast() { partitions[index].epilogue.append(region.start) }
    }
  }

  /// Returns the partitions in torch.fx's topological order: depth first from the last root.
  ///
  /// - Throws: `split.partitionCycle` where partitions need each other.
  func dependencyOrder() throws -> [Int] {
    var open = partitions.map(\.dependencyCount)
    var roots = partitions.indices.filter { open[$0] == 0 }
    var order: [Int] = []
    while let root = roots.popLast() {
      order.append(root)
      for dependent in partitions[root].dependents {
        open[dependent] -= 1
        if open[dependent] == 0 { roots.append(dependent) }
      }
    }
    guard order.count == partitions.count else {
      let stuck = partitions.indices.first { open[$0] > 0 } ?? 0
      throw FXError(
        .partitionCycle, "partition \(partitions[stuck].number) needs its own results",
        at: SourcePlace(node: partitions[stuck].nodes.first.map { graph[$0].name }))
    }
    return order
  }
}
