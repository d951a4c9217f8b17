import FXCore
import FXGraph
import FXOperators
import FXTensor

extension FunctionalizingEmitter {
  /// Gives results that an operator was taken apart into the strides that the graph has for it, by a
  /// copy where they differ: views that follow were made for these.
  ///
  /// Strides that no dense tensor has stay as they are.
  func keepingStrides(_ result: IValue, _ known: IValue?) throws -> IValue {
    switch (result, known) {
    case (.fake(let new), .fake(let old)?): return try keepingStrides(new, old)
    case (.tuple(let parts), .tuple(let others)?) where parts.count == others.count:
      return .tuple(try zip(parts, others).map { try keepingStrides($0, $1) })
    default: return result
    }
  }

  private func keepingStrides(_ new: FakeTensor, _ old: FakeTensor) throws -> IValue {
    let result = IValue.fake(new)
    guard let symbols, recorder.node(of: result) != nil, new.rank == old.rank,
      !old.sizes.contains(0)
    else { return result }
    let isSame = old.sizes.indices.allSatisfy {
      old.sizes[$0] == 1 || symbols.isEquivalent(new.strides[$0], old.strides[$0])
    }
    if isSame { return result }
    if old.isContiguous { return try copied(result, .contiguous) }
    if old.isChannelsLast {
      return try copied(result, old.rank == 4 ? .channelsLast : .channelsLast3d)
    }
    guard try ShapeRules.isDense(old, symbols), let order = slowestFirst(old) else { return result }
    let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
    let turned = try outermost.call("aten::permute", result, .ints(order))
    return try outermost.call("aten::permute", copied(turned, .contiguous), .ints(inverse))
  }

  private func copied(_ value: IValue, _ format: MemoryFormat) throws -> IValue {
    try outermost.call("aten::clone", value, keywords: [("memory_format", .memoryFormat(format))])
  }

  /// The dimensions in the order of their strides; nil where those depend on data.
  private func slowestFirst(_ tensor: FakeTensor) -> [Int]? {
    let steps = tensor.strides.compactMap { symbols?.hint(of: $0) }
    guard steps.count == tensor.rank else { return nil }
    return steps.indices.sorted { (steps[$0], -$0) > (steps[$1], -$1) }
  }
}
