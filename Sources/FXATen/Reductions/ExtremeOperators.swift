import FXCore
import FXKernels
import FXOperators
import FXTensor

/// The largest and smallest elements, and truth values of all elements.
enum ExtremeOperators {
  static let all: [OperatorDefinition] = [
    amax, amin, aminmax, oldAminmax, oldAminmaxDim, max, min, maxDim, minDim, maxOther, minOther,
    argmax, argmin, any, anyDim, anyDims, allTrue, allDim, allDims, isAnyTrue, isAllTrue,
  ]

  /// `amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`
  static let amax = OperatorDefinition("aten::amax", shape: sameTypeShape) { call in
    try extreme(call, isLargest: true)
  }
  .batched(.dimensions([1]))

  /// `amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor`
  static let amin = OperatorDefinition("aten::amin", shape: sameTypeShape) { call in
    try extreme(call, isLargest: false)
  }
  .batched(.dimensions([1]))

  /// `aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)`
  static let aminmax = OperatorDefinition("aten::aminmax") { call, e in
    try extremes(e, call[0], call[1].isNone ? [] : [call[1]], call[2])
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([1]))

  /// `_aminmax(Tensor self) -> (Tensor, Tensor)`
  static let oldAminmax = OperatorDefinition("aten::_aminmax") { call, e in
    try extremes(e, call[0], [], false)
  }

  /// `_aminmax.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor, Tensor)`
  static let oldAminmaxDim = OperatorDefinition("aten::_aminmax.dim") { call, e in
    try extremes(e, call[0], [call[1]], call[2])
  }

  /// `max(Tensor self) -> Tensor`
  static let max = OperatorDefinition("aten::max") { call, e in try e.call("aten::amax", call[0]) }
    .kept()
    .batched(.flattened(by: "aten::amax"))

  /// `min(Tensor self) -> Tensor`
  static let min = OperatorDefinition("aten::min") { call, e in try e.call("aten::amin", call[0]) }
    .kept()
    .batched(.flattened(by: "aten::amin"))

  /// `max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
  static let maxDim = OperatorDefinition(
    "aten::max.dim", shape: ShapeRules.choice(axis: 1, keep: 2)
  ) { call in
    try extremeWithIndex(call, isLargest: true)
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([1]))

  /// `min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
  static let minDim = OperatorDefinition(
    "aten::min.dim", shape: ShapeRules.choice(axis: 1, keep: 2)
  ) { call in
    try extremeWithIndex(call, isLargest: false)
  }
  .overlapping(OverlapRule(out: .all))
  .batched(.dimensions([1]))

  /// `max.other(Tensor self, Tensor other) -> Tensor`
  static let maxOther = OperatorDefinition("aten::max.other") { call, e in
    try e.call("aten::maximum", call[0], call[1])
  }

  /// `min.other(Tensor self, Tensor other) -> Tensor`
  static let minOther = OperatorDefinition("aten::min.other") { call, e in
    try e.call("aten::minimum", call[0], call[1])
  }

  /// `argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`
  static let argmax = OperatorDefinition("aten::argmax", shape: indexShape) { call in
    try place(call, isLargest: true)
  }
  .batched(.flattened(by: "aten::argmax"))

  /// `argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor`
  static let argmin = OperatorDefinition("aten::argmin", shape: indexShape) { call in
    try place(call, isLargest: false)
  }
  .batched(.flattened(by: "aten::argmin"))

  // MARK: Truth values

  /// `any(Tensor self) -> Tensor`
  static let any = OperatorDefinition(
    "aten::any", shape: ShapeRules.reduction(axes: nil, keep: nil, dtype: truthType),
    kernel: { call in .tensor(try Reductions.any(call.tensor(0))) }
  )
  .batched(.flattened(by: "aten::any.dim"))

  /// `any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
  static let anyDim = OperatorDefinition("aten::any.dim", shape: truthShape) { call in
    .tensor(try Reductions.any(call.tensor(0), [call.int(1)], keepsAxes: call.bool(2)))
  }
  .batched(.dimensions([1]))

  /// `any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
  static let anyDims = OperatorDefinition("aten::any.dims", shape: truthsShape) { call in
    let tensor = try call.tensor(0)
    if hasNoAxes(call) { return .tensor(try truths(tensor)) }
    return .tensor(try Reductions.any(tensor, call.optionalInts(1), keepsAxes: call.bool(2)))
  }
  .batched(.dimensions([1]))

  /// `all(Tensor self) -> Tensor`
  static let allTrue = OperatorDefinition(
    "aten::all", shape: ShapeRules.reduction(axes: nil, keep: nil, dtype: truthType),
    decomposition: { call, e in try negated(e, e.call("aten::any", falsehoods(e, call)), call) },
    kernel: { call in .tensor(try Reductions.all(call.tensor(0))) }
  )
  .batched(.flattened(by: "aten::all.dim"))

  /// `all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
  static let allDim = OperatorDefinition(
    "aten::all.dim", shape: truthShape,
    decomposition: { call, e in
      let found = try e.call("aten::any.dim", falsehoods(e, call), call[1], call[2])
      return try negated(e, found, call)
    },
    kernel: { call in
      .tensor(try Reductions.all(call.tensor(0), [call.int(1)], keepsAxes: call.bool(2)))
    }
  )
  .batched(.dimensions([1]))

  /// `all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
  static let allDims = OperatorDefinition(
    "aten::all.dims", shape: truthsShape,
    decomposition: { call, e in
      let found = try e.call("aten::any.dims", falsehoods(e, call), call[1], call[2])
      return try negated(e, found, call)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      if hasNoAxes(call) { return .tensor(try truths(tensor)) }
      return .tensor(try Reductions.all(tensor, call.optionalInts(1), keepsAxes: call.bool(2)))
    }
  )
  .batched(.dimensions([1]))

  /// `_is_any_true(Tensor self) -> Tensor`
  static let isAnyTrue = OperatorDefinition("aten::_is_any_true") { call, e in
    try e.call("aten::any", call[0])
  }

  /// `_is_all_true(Tensor self) -> Tensor`
  static let isAllTrue = OperatorDefinition("aten::_is_all_true") { call, e in
    try e.call("aten::all", call[0])
  }

  // MARK: Rules

  private static let sameTypeShape = ShapeRules.reduction(axes: 1, keep: 2) { try $0.fake(0).dtype }

  private static let truthShape = ShapeRules.reduction(axes: 1, keep: 2, dtype: truthType)

  private static let indexShape: OperatorDefinition.ShapeRule = { call in
    let tensor = try call.fake(0)
    let axes = try call.optionalInt(1).map { [$0] } ?? Array(0..<tensor.rank)
    let sizes = try ShapeRules.reduced(tensor, axes, isKept: call.bool(2))
    return .fake(FakeTensor(.int64, sizes, device: tensor.device))
  }

  /// An empty list of dimensions leaves every element for itself here.
  private static let truthsShape: OperatorDefinition.ShapeRule = { call in
    guard hasNoAxes(call) else { return try truthShape(call) }
    let tensor = try call.fake(0)
    return .fake(FakeTensor(try truthType(call), tensor.sizes, device: tensor.device))
  }

  @Sendable
  private static func truthType(_ call: OperatorCall) throws -> ScalarType {
    try call[0].dtype == .uint8 ? .uint8 : .bool
  }

  private static func hasNoAxes(_ call: OperatorCall) -> Bool {
    call[1].elements?.isEmpty ?? false
  }

  private static func truths(_ tensor: Tensor) throws -> Tensor {
    let truths = try tensor.converted(to: .bool)
    return try tensor.dtype == .uint8 ? truths.converted(to: .uint8) : truths.clone()
  }

  private static func falsehoods(_ e: any Emitter, _ call: OperatorCall) throws -> IValue {
    try e.call("aten::logical_not", call[0])
  }

  private static func negated(
    _ e: any Emitter, _ found: IValue, _ call: OperatorCall
  ) throws -> IValue {
    let result = try e.call("aten::logical_not", found)
    guard try call[0].dtype == .uint8 else { return result }
    return try e.call("aten::_to_copy", result, keywords: [("dtype", .dtype(.uint8))])
  }

  private static func extreme(_ call: OperatorCall, isLargest: Bool) throws -> IValue {
    .tensor(
      try Reductions.extreme(
        call.tensor(0), call.ints(1), keepsAxes: call.bool(2), isLargest: isLargest))
  }

  private static func extremes(
    _ e: any Emitter, _ tensor: IValue, _ axes: IValue, _ keep: IValue
  ) throws -> IValue {
    .tuple([
      try e.call("aten::amin", tensor, axes, keep), try e.call("aten::amax", tensor, axes, keep),
    ])
  }

  private static func extremeWithIndex(_ call: OperatorCall, isLargest: Bool) throws -> IValue {
    let (values, indices) = try Reductions.extremeWithIndex(
      call.tensor(0), call.int(1), keepsAxis: call.bool(2), isLargest: isLargest)
    return .tuple([.tensor(values), .tensor(indices)])
  }

  private static func place(_ call: OperatorCall, isLargest: Bool) throws -> IValue {
    let tensor = try call.tensor(0)
    if let axis = try call.optionalInt(1) {
      let found = try Reductions.extremeWithIndex(
        tensor, axis, keepsAxis: call.bool(2), isLargest: isLargest)
      return .tensor(found.indices)
    }
    guard tensor.elementCount > 0 else { throw call.error("the tensor has no elements") }
    let flat = try tensor.reshape([-1])
    let found = try Reductions.extremeWithIndex(flat, 0, isLargest: isLargest)
    let sizes = try call.bool(2) ? tensor.sizes.map { _ in 1 } : []
    return .tensor(try found.indices.view(sizes))
  }
}
