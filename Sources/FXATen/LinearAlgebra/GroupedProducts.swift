import FXCore
import FXOperators
import FXTensor

/// Products of matrices group by group, as mixtures of experts need them.
enum GroupedProducts {
  static let all: [OperatorDefinition] = [grouped, fallback]

  /// `_grouped_mm(Tensor self, Tensor mat2, Tensor? offs=None, Tensor? bias=None, ScalarType?
  /// out_dtype=None) -> Tensor`
  static let grouped = OperatorDefinition(
    "aten::_grouped_mm", shape: shape,
    kernel: { call in
      guard call[3].isNone else { throw call.error("there is a bias") }
      let (left, right) = (try call.tensor(0), try call.tensor(1))
      let product: IValue
      if left.rank == 3, right.rank == 3, call[2].isNone {
        product = try call.emitter.call("aten::bmm", .tensor(left), .tensor(right))
      } else {
        product = try products(call, left, right, ends: call.tensor(2))
      }
      return try call.emitter.converted(product, to: call.optionalDType(4) ?? left.dtype)
    })

  /// `transformers::grouped_mm_fallback(Tensor input, Tensor weight, Tensor offs) -> Tensor`
  static let fallback = OperatorDefinition(
    "transformers::grouped_mm_fallback", shape: shape,
    kernel: { call in
      let (left, right) = (try call.tensor(0), try call.tensor(1))
      guard left.rank == 2, right.rank == 3 else {
        throw call.error("it takes a matrix and one matrix a group")
      }
      return try products(call, left, right, ends: call.tensor(2))
    })

  /// Multiplies what lies between the ends of the groups: rows of a matrix by matrices, columns of
  /// a matrix by rows of another, or matrices by columns of one.
  private static func products(
    _ call: OperatorCall, _ left: Tensor, _ right: Tensor, ends: Tensor
  ) throws -> IValue {
    let isLeftWhole = left.rank == 3
    let isRightWhole = right.rank == 3
    guard (left.rank == 2 || isLeftWhole) && (right.rank == 2 || isRightWhole),
      !(isLeftWhole && isRightWhole), ends.rank == 1
    else { throw call.error("the groups of these operands have no ends") }
    let length = isRightWhole ? left.sizes[0] : isLeftWhole ? right.sizes[1] : left.sizes[1]
    let ends = try ends.elements(as: Int64.self).map { Int($0) }
    let groups = isLeftWhole ? left.sizes[0] : isRightWhole ? right.sizes[0] : ends.count
    guard ends.count == groups else { throw call.error("there is not one end a group") }
    let e = call.emitter
    var parts: [IValue] = []
    var start = 0
    for (index, end) in ends.enumerated() {
      guard end >= start, end <= length else {
        throw call.error("a group ends at \(end), which is not between \(start) and \(length)")
      }
      func piece(_ tensor: Tensor, _ axis: Int) throws -> IValue {
        if tensor.rank == 3 {
          return try e.call("aten::select.int", .tensor(tensor), 0, .int(index))
        }
        return try e.call("aten::slice.Tensor", .tensor(tensor), .int(axis), .int(start), .int(end))
      }
      let one = isRightWhole ? try piece(left, 0) : try piece(left, 1)
      let other = isLeftWhole ? try piece(right, 1) : try piece(right, 0)
      parts.append(try e.call("aten::mm", one, other))
      start = end
    }
    if !isLeftWhole, !isRightWhole, !parts.isEmpty {
      return try e.call("aten::stack", .list(parts))
    }
    // What no group has is zero.
    let axis = isLeftWhole ? 1 : 0
    var rest = isLeftWhole ? [left.sizes[1], length] : [length, right.sizes[right.rank - 1]]
    rest[axis] = length - start
    parts.append(.tensor(try Tensor.zeros(rest, left.dtype, device: left.device)))
    return try e.call("aten::cat", .list(parts), .int(axis))
  }

  @Sendable private static func shape(_ call: OperatorCall) throws -> IValue {
    let (left, right) = (try call.fake(0), try call.fake(1))
    guard left.rank == 2 || left.rank == 3, right.rank == 2 || right.rank == 3 else {
      throw call.error("the operands are not matrices")
    }
    var sizes = [left.sizes[left.rank - 2], right.sizes[right.rank - 1]]
    if left.rank == right.rank {
      let groups = left.rank == 3 ? left.sizes[0] : try call.fake(2).sizes.first
      guard let groups else { throw call.error("there is not one end a group") }
      sizes.insert(groups, at: 0)
    }
    let given = call.arguments.count > 4 ? try call.optionalDType(4) : nil
    return .fake(FakeTensor(given ?? left.dtype, sizes, device: left.device))
  }
}
