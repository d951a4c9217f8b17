import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that take elements by index: `index`, `gather`, `embedding`, `nonzero`.
enum GatheringOperators {
  static let all: [OperatorDefinition] = [
    index, unsafeIndex, unsafeMaskedIndex, indexSelect, gather, take, takeAlongDim, nonzero,
    argwhere,
    nonzeroNumpy, nonzeroStatic, maskedSelect,
  ]

  /// `index.Tensor(Tensor self, Tensor?[] indices) -> Tensor`
  static let index = OperatorDefinition(
    "aten::index.Tensor", "aten::index.Tensor_hacked_twin", shape: ShapeRules.index
  ) { call in .tensor(try call.tensor(0).index(call.optionalTensors(1))) }
  .overlapping(OverlapRule(out: .only([0]), apart: [1]))

  /// `_unsafe_index.Tensor(Tensor self, Tensor?[] indices) -> Tensor`
  static let unsafeIndex = OperatorDefinition(
    "aten::_unsafe_index.Tensor", "aten::_unsafe_index.Tensor_hacked_twin"
  ) { call, e in try e.call("aten::index.Tensor", call[0], call[1]) }

  /// `_unsafe_masked_index(Tensor self, Tensor mask, Tensor?[] indices, Scalar fill) -> Tensor`
  static let unsafeMaskedIndex = OperatorDefinition("aten::_unsafe_masked_index") { call, e in
    let indices = try clamped(call, e, countsFromEnd: false)
    let elements = try e.call("aten::index.Tensor", call[0], indices)
    let isOutside = try e.call("aten::logical_not", call[1])
    return try e.call("aten::masked_fill.Scalar", elements, isOutside, call[3])
  }

  /// Keeps indices, the third argument, within the tensor; a mask tells which of them count.
  static func clamped(
    _ call: OperatorCall, _ e: any Emitter, countsFromEnd: Bool
  ) throws -> IValue {
    guard let indices = call[2].elements else { throw call.wrong(2, "a list of tensors") }
    let sizes = try call[0].sizes
    guard indices.count <= sizes.count else { throw call.error("there are too many indices") }
    return .list(
      try zip(indices, sizes).map { index, size in
        if index.isNone { return .none }
        let least: SymbolicSize = countsFromEnd ? try size * -1 : 0
        return try e.call("aten::clamp", index, IValue(least), IValue(size - 1))
      })
  }

  /// `index_select(Tensor self, int dim, Tensor index) -> Tensor`
  static let indexSelect = OperatorDefinition("aten::index_select", shape: ShapeRules.indexSelect) {
    call in
    .tensor(try call.tensor(0).indexSelect(call.int(1), call.tensor(2)))
  }
  .overlapping(OverlapRule(out: .all, apart: [0]))

  /// `gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor`
  static let gather = OperatorDefinition("aten::gather", shape: ShapeRules.gather) { call in
    .tensor(try call.tensor(0).gather(call.int(1), call.tensor(2)))
  }
  .overlapping(OverlapRule(out: .only([2]), apart: [0]))
  .batched(.dimensions([1], of: [0, 2]))

  /// `take(Tensor self, Tensor index) -> Tensor`
  static let take = OperatorDefinition(
    "aten::take",
    decomposition: { call, e in
      let flat = try e.call("aten::reshape", call[0], [-1])
      return try e.call("aten::index.Tensor", flat, [call[1]])
    }, kernel: { call in .tensor(try call.tensor(0).take(call.tensor(1))) }
  )
  .overlapping(OverlapRule(out: .all, apart: [1]))

  /// `take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor`
  static let takeAlongDim = OperatorDefinition(
    "aten::take_along_dim",
    decomposition: { call, e in
      guard let (tensor, index, axis) = try aligned(call, e) else {
        let flat = try e.call("aten::reshape", call[0], [-1])
        return try e.call("aten::gather", flat, 0, e.call("aten::reshape", call[1], [-1]))
      }
      // Along a dimension negative indices count from the end.
      let isNegative = try e.call("aten::lt.Scalar", index, 0)
      let wrapped = try e.call("aten::add.Scalar", index, IValue(tensor.size(axis)))
      let places = try e.call("aten::where.self", isNegative, wrapped, index)
      return try e.call("aten::gather", tensor, .int(axis), places)
    },
    kernel: { call in
      guard
        case (.tensor(let tensor), .tensor(let index), let axis)? = try aligned(call, call.emitter)
      else {
        let (tensor, index) = (try call.tensor(0), try call.tensor(1))
        let flat = try tensor.reshape([tensor.elementCount])
        return .tensor(try flat.gather(0, index.reshape([index.elementCount])))
      }
      return .tensor(try tensor.gather(axis, index, countsFromEnd: true))
    })

  /// Expands a tensor and indices along a dimension to one another; nil without a dimension.
  private static func aligned(
    _ call: OperatorCall, _ e: any Emitter
  ) throws -> (tensor: IValue, index: IValue, axis: Int)? {
    guard let dim = try call.optionalInt(2) else { return nil }
    let (sizes, places) = (try call[0].sizes, try call[1].sizes)
    guard sizes.count == places.count else {
      throw call.error("the tensor has \(sizes.count) dimensions and the indices \(places.count)")
    }
    let axis = try Geometry.axis(dim, of: sizes.count)
    if sizes.isEmpty { return (call[0], call[1], axis) }
    var others = sizes
    others[axis] = places[axis]
    let shape = try SymbolicSize.broadcast(others, places)
    others = shape
    others[axis] = sizes[axis]
    let tensor = try e.call("aten::expand", call[0], .sizes(others))
    return (tensor, try e.call("aten::expand", call[1], .sizes(shape)), axis)
  }

  /// `nonzero(Tensor self) -> Tensor`
  static let nonzero = OperatorDefinition(
    "aten::nonzero", shape: ShapeRules.nonzero
  ) { call in
    .tensor(try call.tensor(0).nonzero())
  }
  .overlapping(OverlapRule(out: .all))

  /// `argwhere(Tensor self) -> Tensor`
  static let argwhere = OperatorDefinition("aten::argwhere") { call, e in
    try e.call("aten::nonzero", call[0])
  }

  /// `nonzero_numpy(Tensor self) -> Tensor[]`
  static let nonzeroNumpy = OperatorDefinition("aten::nonzero_numpy", "aten::where") { call, e in
    let tensor = try call[0].rank == 0 ? e.call("aten::unsqueeze", call[0], 0) : call[0]
    return try e.call("aten::unbind.int", e.call("aten::nonzero", tensor), 1)
  }

  /// `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor`
  static let nonzeroStatic = OperatorDefinition(
    "aten::nonzero_static", shape: ShapeRules.nonzeroStatic
  ) { call in
    let places = try call.tensor(0).nonzero()
    let size = try call.int(1)
    guard size >= 0 else { throw call.error("the size \(size) is negative") }
    let result = try Tensor.full([size, places.sizes[1]], .int(call.int(2)), .int64)
    let count = min(size, places.sizes[0])
    try result.slice(0, to: count).copy(from: places.slice(0, to: count))
    return .tensor(result)
  }
  .kept()

  /// `masked_select(Tensor self, Tensor mask) -> Tensor`
  static let maskedSelect = OperatorDefinition(
    "aten::masked_select", shape: ShapeRules.maskedSelect
  ) { call in
    .tensor(try call.tensor(0).maskedSelect(call.tensor(1)))
  }
  .overlapping(OverlapRule(out: .all))
  .kept()
}
