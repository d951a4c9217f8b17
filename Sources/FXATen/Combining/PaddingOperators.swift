import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that add elements at the ends of dimensions: `pad` in all modes.
enum PaddingOperators {
  static let all: [OperatorDefinition] =
    [
      constantPad, pad, padEnum, reflectionPad, replicationPad, circularPad, padSequence,
    ] + derivatives

  /// `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor`
  static let constantPad = OperatorDefinition("aten::constant_pad_nd", shape: ShapeRules.pad) {
    call in
    .tensor(try call.tensor(0).padded(call.ints(1), call.scalar(2)))
  }
  .batched(.trailing)

  /// `pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor`
  static let pad = OperatorDefinition("aten::pad") { call, e in
    guard let mode = Mode(rawValue: try call.optionalString(2) ?? "") else {
      throw call.error("the mode is one of constant, reflect, replicate, circular")
    }
    return try pad(call, e, mode)
  }
  .autocast(.transparent)

  /// `_pad_enum(Tensor self, SymInt[] pad, int mode, float? value=None) -> Tensor`
  static let padEnum = OperatorDefinition("aten::_pad_enum") { call, e in
    let index = try call.int(2)
    guard Mode.allCases.indices.contains(index) else { throw call.error("there is no such mode") }
    return try pad(call, e, Mode.allCases[index])
  }
  .autocast(.transparent)

  private enum Mode: String, CaseIterable {
    case constant, reflect, replicate, circular
  }

  private static func pad(_ call: OperatorCall, _ e: any Emitter, _ mode: Mode) throws -> IValue {
    if mode == .constant {
      let value = call[3].isNone ? IValue.int(0) : call[3]
      return try e.call("aten::constant_pad_nd", call[0], call[1], value)
    }
    let count = try call.sizes(1).count / 2
    let rank = try call[0].rank
    guard (1...3).contains(count), rank == count + 1 || rank == count + 2 else {
      throw call.error("\(mode) can't pad \(count) of \(rank) dimensions")
    }
    switch mode {
    case .reflect: return try e.call("aten::reflection_pad\(count)d", call[0], call[1])
    case .replicate: return try e.call("aten::replication_pad\(count)d", call[0], call[1])
    default: return try e.call("aten::_pad_circular", call[0], call[1])
    }
  }

  /// `reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor`
  static let reflectionPad = OperatorDefinition(
    "aten::reflection_pad1d", "aten::reflection_pad2d", "aten::reflection_pad3d",
    shape: ShapeRules.pad
  ) { call in
    .tensor(try call.tensor(0).padded(amounts(call, 1), Tensor.PaddingMode.reflect))
  }
  .autocast(.single, only: "aten::reflection_pad1d", "aten::reflection_pad2d")
  .batched(.samples(rank: 2), only: "aten::reflection_pad1d")
  .batched(.samples(rank: 3), only: "aten::reflection_pad2d")
  .batched(.samples(rank: 4), only: "aten::reflection_pad3d")

  /// `replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor`
  static let replicationPad = OperatorDefinition(
    "aten::replication_pad1d", "aten::replication_pad2d", "aten::replication_pad3d",
    shape: ShapeRules.pad,
    decomposition: { call, e in
      let amounts = try call.sizes(1, count: count(call))
      var result = call[0]
      for place in 0..<amounts.count / 2 {
        let axis = try call[0].rank - 1 - place
        let index = try replicated(
          call[0], axis, amounts[2 * place], amounts[2 * place + 1], e)
        let before = [IValue](repeating: .none, count: axis)
        result = try e.call("aten::index.Tensor", result, .list(before + [index]))
      }
      return result
    },
    kernel: { call in
      .tensor(try call.tensor(0).padded(amounts(call, 1), Tensor.PaddingMode.replicate))
    }
  )
  .autocast(.single)
  .batched(.samples(rank: 2), only: "aten::replication_pad1d")
  .batched(.samples(rank: 3), only: "aten::replication_pad2d")
  .batched(.samples(rank: 4), only: "aten::replication_pad3d")

  /// `_pad_circular(Tensor self, SymInt[] pad) -> Tensor`
  static let circularPad = OperatorDefinition("aten::_pad_circular") { call, e in
    let amounts = try call.sizes(1)
    var result = call[0]
    for place in 0..<amounts.count / 2 {
      let axis = try call[0].rank - 1 - place
      let size = try call[0].size(axis)
      let (before, after) = (amounts[2 * place], amounts[2 * place + 1])
      if let size = size.int, let before = before.int, let after = after.int {
        guard before <= size, after <= size, size + before + after >= 0 else {
          throw call.error("the padding \(before) and \(after) is larger than the size \(size)")
        }
      }
      result = try wrapped(result, axis, before, after, e)
    }
    return try e.call("aten::contiguous", result)
  }

  /// Goes around a dimension; negative amounts first take elements away.
  private static func wrapped(
    _ tensor: IValue, _ axis: Int, _ before: SymbolicSize, _ after: SymbolicSize,
    _ e: any Emitter
  ) throws -> IValue {
    func slice(_ value: IValue, _ start: SymbolicSize, _ end: SymbolicSize) throws -> IValue {
      try e.call("aten::slice.Tensor", value, .int(axis), IValue(start), IValue(end))
    }
    let isCut = before.int ?? 0 < 0 || after.int ?? 0 < 0
    let start = before.int ?? 0 < 0 ? try before * -1 : 0
    let end = try after.int ?? 0 < 0 ? tensor.size(axis) + after : tensor.size(axis)
    let middle = isCut ? try slice(tensor, start, end) : tensor
    let size = try end - start
    var parts = [middle]
    if before.int ?? 1 > 0 { parts.insert(try slice(middle, size - before, size), at: 0) }
    if after.int ?? 1 > 0 { parts.append(try slice(middle, 0, after)) }
    return parts.count == 1 ? middle : try e.call("aten::cat", .list(parts), .int(axis))
  }

  /// `pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0., str
  /// padding_side="right") -> Tensor`
  static let padSequence = OperatorDefinition("aten::pad_sequence") { call, e in
    guard let parts = call[0].elements, !parts.isEmpty else {
      throw call.wrong(0, "a list of tensors")
    }
    let lengths = try parts.map { try $0.size(0) }
    let longest = try lengths.dropFirst().reduce(lengths[0]) { try .maximum($0, $1) }
    let isLeft = try call.optionalString(3) == "left"
    let rows = try zip(parts, lengths).map { part, length in
      var padding = [SymbolicSize](repeating: 0, count: 2 * (try part.rank))
      padding[padding.count - (isLeft ? 2 : 1)] = try longest - length
      return try e.call("aten::constant_pad_nd", part, .sizes(padding), call[2])
    }
    return try e.call("aten::stack", .list(rows), call.bool(1) ? 0 : 1)
  }
  .autocast(.transparent)

  /// `reflection_pad1d_backward(Tensor grad_output, Tensor self, SymInt[2] padding) -> Tensor` and
  /// its kin: adds the gradient to where elements came from.
  private static let derivatives = ["reflection", "replication"].flatMap { mode in
    (1...3).map { count in
      OperatorDefinition("aten::\(mode)_pad\(count)d_backward") { call, e in
        let amounts = try ShapeRules.fitting(call, 2, 2 * count)
        guard try call[1].rank >= count, try call[0].rank == call[1].rank else {
          throw call.error("there are too few dimensions")
        }
        var gradient = call[0]
        for place in 0..<count {
          let axis = try call[1].rank - 1 - place
          let (before, after) = (amounts[2 * place], amounts[2 * place + 1])
          let index =
            mode == "reflection"
            ? try reflected(call[1], axis, before, after, e)
            : try replicated(call[1], axis, before, after, e)
          var shape = try gradient.sizes
          shape[axis] = try call[1].size(axis)
          let zeros = try e.call("aten::new_zeros", gradient, .sizes(shape))
          gradient = try e.call("aten::index_add", zeros, .int(axis), index, gradient)
        }
        return gradient
      }
    }
  }

  /// Makes the indices that a dimension with a mirror at both ends takes.
  private static func reflected(
    _ tensor: IValue, _ axis: Int, _ before: SymbolicSize, _ after: SymbolicSize,
    _ e: any Emitter
  ) throws -> IValue {
    let last = IValue(try tensor.size(axis) - 1)
    let places = try e.call("aten::abs", places(tensor, axis, before, after, e))
    let distances = try e.call("aten::abs", e.call("aten::rsub.Scalar", places, last))
    return try e.call("aten::rsub.Scalar", distances, last)
  }

  /// Makes the indices that a dimension whose ends are repeated takes.
  private static func replicated(
    _ tensor: IValue, _ axis: Int, _ before: SymbolicSize, _ after: SymbolicSize,
    _ e: any Emitter
  ) throws -> IValue {
    let last = IValue(try tensor.size(axis) - 1)
    return try e.call("aten::clamp", places(tensor, axis, before, after, e), 0, last)
  }

  private static func places(
    _ tensor: IValue, _ axis: Int, _ before: SymbolicSize, _ after: SymbolicSize,
    _ e: any Emitter
  ) throws -> IValue {
    let end = try tensor.size(axis) + after
    return try e.call(
      "aten::arange.start", IValue(before * -1), IValue(end),
      keywords: [("device", .device(tensor.device))])
  }

  /// Returns the amounts of padding: one number for all ends, or one for each.
  private static func amounts(_ call: OperatorCall, _ index: Int) throws -> [Int] {
    try call.ints(index, count: count(call))
  }

  /// The number of amounts that an operator takes, by its name.
  private static func count(_ call: OperatorCall) -> Int {
    call.schema.name.contains("1d") ? 2 : call.schema.name.contains("2d") ? 4 : 6
  }
}
