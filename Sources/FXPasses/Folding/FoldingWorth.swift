import FXCore
import FXGraph
import FXOperators

/// Tells which results are worth storing: those that take the place of as many stored bytes.
///
/// What a program gains by other results, it pays with memory and a larger file; they get a megabyte
/// together. Numbers that stand in the file as small integers stay so (PyTorch's `ConstantFolder`).
struct FoldingWorth {
  /// What is known of a constant.
  private struct Facts {
    /// Whether it is made of integers that stand for other numbers: quantized weights.
    var isPacked = false
    /// How many bytes of a weight are not needed any more once what is made of it is stored.
    var released = 0
    /// Whether no weight that it is made of has released bytes left.
    var isExhausted = false
    /// Whether it is a step on the way to numbers that stay packed in the file.
    var isRefused = false
    /// The last walk that came by.
    var walk = 0
  }

  private let graph: Graph
  /// By node id.
  private var facts: [Facts]
  /// The node that leads to the same weights, by node id: a chain of results leads where its first
  /// does.
  private var sources: [NodeID]
  private var walks = 0
  /// How many bytes the file may still grow.
  private var budget = 1 << 20

  /// How many steps are walked to find the weights of one result, where a chain is one step: a graph
  /// that is made to have more must not cost its square.
  private static let mostSteps = 10_000

  /// Starts with the nodes that weights and constants alone decide.
  init(_ library: OperatorLibrary, _ graph: Graph, _ constants: Set<NodeID>) {
    self.graph = graph
    facts = [Facts](repeating: Facts(), count: graph.idLimit)
    sources = (0..<Int32(graph.idLimit)).map { NodeID(rawValue: $0) }
    let shown = Self.shown(library, graph, constants)
    for node in graph.nodes where constants.contains(node.id) {
      note(node, isShown: shown[Int(node.id.rawValue)])
    }
  }

  /// Finds, by node id, the constants of which the program reads a view, or themselves.
  private static func shown(
    _ library: OperatorLibrary, _ graph: Graph, _ constants: Set<NodeID>
  ) -> [Bool] {
    var result = [Bool](repeating: false, count: graph.idLimit)
    for node in graph.nodes.reversed() {
      let isShown =
        !constants.contains(node.id)
        || (result[Int(node.id.rawValue)] && library.schema(of: node)?.isView == true)
      if isShown { node.forEachInput { result[Int($0.id.rawValue)] = true } }
    }
    return result
  }

  /// Finds what is known of a constant by what is known of its inputs.
  private mutating func note(_ node: Node, isShown: Bool) {
    let index = Int(node.id.rawValue)
    if node.kind == .placeholder {
      facts[index].isPacked = Self.isPacked(node.value?.tensor)
      facts[index].released = isShown ? 0 : Self.byteCount(of: node) ?? 0
      facts[index].isExhausted = facts[index].released == 0
      return
    }
    let inputs = node.inputs
    // What picks rows by integers does not make numbers of them.
    let numbers = Self.isIndexing(node.target) ? inputs.prefix(1) : inputs[...]
    facts[index].isPacked = numbers.contains { facts[Int($0.id.rawValue)].isPacked }
    let roots = inputs.map { source(of: $0.id) }.filter { !facts[Int($0.rawValue)].isExhausted }
    facts[index].isExhausted = roots.isEmpty
    if let first = roots.first, roots.allSatisfy({ $0 == first }) { sources[index] = first }
  }

  /// Whether an operator makes numbers of stored integers, for kernels that take both together.
  static func isDequantization(_ name: OperatorName) -> Bool {
    name.name.hasPrefix("dequantize")
      || (name.name == "convert_element_type" && name.overload == "no_fuse")
  }

  /// Tells whether a result is to be stored, and counts the bytes of those that are.
  mutating func take(_ node: Node) -> Bool {
    let isPacked = facts[Int(node.id.rawValue)].isPacked
    guard let bytes = Self.byteCount(of: node), !facts[Int(node.id.rawValue)].isRefused else {
      return false
    }
    let found = weights(of: node, for: bytes)
    let growth = bytes - found.available
    if growth > 0 {
      if isPacked { refuse(node) }
      if isPacked || growth > budget { return false }
      budget -= growth
    }
    var rest = bytes
    for weight in found.weights {
      let index = Int(weight.rawValue)
      let used = min(rest, facts[index].released)
      facts[index].released -= used
      facts[index].isExhausted = facts[index].released == 0
      rest -= used
    }
    // Nothing is left of any of them.
    if found.areAll, growth >= 0 {
      for id in found.visited { facts[Int(id.rawValue)].isExhausted = true }
    }
    return true
  }

  /// Refuses all steps by which a packed weight becomes numbers.
  private mutating func refuse(_ node: Node) {
    var waiting = [node]
    while let next = waiting.popLast() {
      let index = Int(next.id.rawValue)
      guard facts[index].isPacked, !facts[index].isRefused else { continue }
      facts[index].isRefused = true
      waiting += next.inputs
    }
  }

  private static func byteCount(of node: Node) -> Int? {
    guard let meta = node.value?.tensor else { return nil }
    var count = meta.dtype.byteCount
    for size in meta.sizes {
      guard case .int(let size) = size else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  // MARK: Weights

  private struct Weights {
    var weights: [NodeID] = []
    var available = 0
    /// The results on the way to them.
    var visited: [NodeID] = []
    /// Whether there are no others.
    var areAll = true
  }

  /// Finds weights that a node is made of, until they have released as many bytes.
  private mutating func weights(of node: Node, for bytes: Int) -> Weights {
    var result = Weights()
    walks += 1
    var waiting = [source(of: node.id)]
    var steps = 0
    while let next = waiting.popLast() {
      let index = Int(next.rawValue)
      if facts[index].walk == walks || facts[index].isExhausted { continue }
      facts[index].walk = walks
      guard result.available < bytes, steps < Self.mostSteps else {
        result.areAll = false
        break
      }
      result.visited.append(next)
      if facts[index].released > 0 {
        result.weights.append(next)
        result.available += facts[index].released
      } else {
        graph[next].forEachInput {
          waiting.append(source(of: $0.id))
          steps += 1
        }
      }
    }
    return result
  }

  private func source(of id: NodeID) -> NodeID { sources[Int(id.rawValue)] }

  // MARK: Packed numbers

  /// Tells whether a weight has integers that stand for other numbers.
  ///
  /// Integers of 64 bits are positions, and truth values are masks.
  private static func isPacked(_ meta: TensorMeta?) -> Bool {
    let dtype = meta?.dtype ?? .bool
    let isNumber = meta?.sizes.contains { $0 != .int(1) } ?? false
    return isNumber && dtype != .bool
      && (dtype.isFloatingPoint ? dtype.byteCount == 1 : dtype.byteCount < 8)
  }

  private static func isIndexing(_ target: String) -> Bool {
    guard let name = OperatorName(target: target) else { return false }
    return ["index", "index_select", "embedding", "gather", "take"].contains(name.name)
  }
}
