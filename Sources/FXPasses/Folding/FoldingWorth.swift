import FXCore
import FXGraph
import FXOperators

/// Tells which results are worth storing: those that take the place of as many stored bytes.
///
/// What a program gains by other results, it pays with memory and a larger file; they get a megabyte
/// together. Numbers that stand in the file as small integers stay so (PyTorch's `ConstantFolder`).
struct FoldingWorth {
  private let library: OperatorLibrary
  private let constants: Set<NodeID>
  /// How many bytes of each weight are not needed any more once what is made of it is stored.
  private var released: [NodeID: Int] = [:]
  private var packed: [NodeID: Bool] = [:]
  /// Steps on the way to numbers that stay packed in the file.
  private var refused: Set<NodeID> = []
  /// How many bytes the file may still grow.
  private var budget = 1 << 20

  /// Starts with the nodes that weights and constants alone decide.
  init(_ library: OperatorLibrary, _ constants: Set<NodeID>) {
    self.library = library
    self.constants = constants
  }

  /// Whether an operator makes numbers of stored integers, for kernels that take both together.
  static func isDequantization(_ name: OperatorName) -> Bool {
    name.name.hasPrefix("dequantize")
      || (name.name == "convert_element_type" && name.overload == "no_fuse")
  }

  /// Tells whether a result is to be stored, and counts the bytes of those that are.
  mutating func take(_ node: Node) -> Bool {
    guard let bytes = byteCount(of: node), !refused.contains(node.id) else { return false }
    let weights = weights(of: node)
    let available = weights.reduce(0) { $0 + releasedBytes(of: $1) }
    let growth = bytes - available
    if growth > 0 {
      if isPacked(node) { refuse(node) }
      if isPacked(node) || growth > budget { return false }
      budget -= growth
    }
    var rest = bytes
    for weight in weights {
      let used = min(rest, releasedBytes(of: weight))
      released[weight.id, default: 0] -= used
      rest -= used
    }
    return true
  }

  /// Refuses all steps by which a packed weight becomes numbers.
  private mutating func refuse(_ node: Node) {
    guard isPacked(node), refused.insert(node.id).inserted else { return }
    for input in node.inputs { refuse(input) }
  }

  private func byteCount(of node: Node) -> Int? {
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

  /// Finds the weights and constants that a node is made of.
  private func weights(of node: Node) -> [Node] {
    var seen: Set<NodeID> = [node.id]
    var waiting = [node]
    var result: [Node] = []
    while let next = waiting.popLast() {
      if next.kind == .placeholder { result.append(next) }
      for input in next.inputs where seen.insert(input.id).inserted { waiting.append(input) }
    }
    return result
  }

  private mutating func releasedBytes(of weight: Node) -> Int {
    if let known = released[weight.id] { return known }
    let bytes = isShown(weight) ? 0 : byteCount(of: weight) ?? 0
    released[weight.id] = bytes
    return bytes
  }

  /// Tells whether the program reads a weight itself, or a view of it.
  private func isShown(_ node: Node) -> Bool {
    node.users.contains { user in
      if !constants.contains(user.id) { return true }
      return library.schema(of: user)?.isView == true && isShown(user)
    }
  }

  /// Tells whether a value is made of integers that stand for other numbers: quantized weights.
  ///
  /// Integers of 64 bits are positions, and truth values are masks.
  private mutating func isPacked(_ node: Node) -> Bool {
    if let known = packed[node.id] { return known }
    var result = false
    if node.kind == .placeholder {
      let meta = node.value?.tensor
      let dtype = meta?.dtype ?? .bool
      let isNumber = meta?.sizes.contains { $0 != .int(1) } ?? false
      result =
        isNumber && dtype != .bool
        && (dtype.isFloatingPoint ? dtype.byteCount == 1 : dtype.byteCount < 8)
    } else {
      // What picks rows by integers does not make numbers of them.
      let inputs = Self.isIndexing(node.target) ? Array(node.inputs.prefix(1)) : node.inputs
      for input in inputs where isPacked(input) { result = true }
    }
    packed[node.id] = result
    return result
  }

  private static func isIndexing(_ target: String) -> Bool {
    guard let name = OperatorName(target: target) else { return false }
    return ["index", "index_select", "embedding", "gather", "take"].contains(name.name)
  }
}
