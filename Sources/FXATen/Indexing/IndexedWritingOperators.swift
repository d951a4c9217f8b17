import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that write slices or elements to indices: `index_put`, `index_add`, `index_fill`.
enum IndexedWritingOperators {
  static let all: [OperatorDefinition] = [
    indexPut, unsafeIndexPut, unsafeMaskedIndexPut, indexAdd, indexCopy, indexFillScalar,
    indexFillTensor, indexReduce, indexPutInPlace,
  ]

  /// `index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor`
  static let indexPut = OperatorDefinition(
    "aten::index_put", "aten::index_put.hacked_twin", shape: ShapeRules.like()
  ) {
    call in
    let result = try call.changeable(.preserve)
    try result.indexPut(
      call.optionalTensors(1), call.tensor(2), accumulates: call.bool(3))
    return .tensor(result)
  }
  .overlapping(
    OverlapRule(
      inPlace: .all,
      isReadBefore: { call, index in try index == 2 && fillsByMask(call) }))

  /// Whether PyTorch fills the places of a mask with one value (`canDispatchToMaskedFill`).
  private static func fillsByMask(_ call: OperatorCall) throws -> Bool {
    let indices = try call.optionalTensors(1).compactMap { $0 }
    return try !call.bool(3) && call.tensor(2).elementCount == 1 && indices.count == 1
      && [.bool, .uint8].contains(indices[0].dtype)
  }

  /// `_unsafe_index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) ->
  /// Tensor`
  static let unsafeIndexPut = OperatorDefinition(
    "aten::_unsafe_index_put", "aten::_unsafe_index_put.hacked_twin", "aten::_index_put_impl"
  ) { call, e in try e.call("aten::index_put", call[0], call[1], call[2], call[3]) }

  /// `_unsafe_masked_index_put_accumulate(Tensor self, Tensor mask, Tensor?[] indices, Tensor
  /// values) -> Tensor`
  static let unsafeMaskedIndexPut = OperatorDefinition(
    "aten::_unsafe_masked_index_put_accumulate"
  ) { call, e in
    let indices = try GatheringOperators.clamped(call, e, countsFromEnd: true)
    let isOutside = try e.call("aten::logical_not", call[1])
    let values = try e.call("aten::masked_fill.Scalar", call[3], isOutside, 0)
    return try e.call("aten::index_put", call[0], indices, values, true)
  }

  /// `index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor`
  static let indexAdd = OperatorDefinition(
    "aten::index_add", shape: ShapeRules.contiguous(),
    decomposition: { call, e in
      var source = call[3]
      if !call[4].isOne { source = try e.call("aten::mul.Scalar", source, call[4]) }
      return try put(call, e, source, accumulates: true)
    },
    kernel: { call in
      let result = try call.changeable()
      var source = call[3]
      if !call[4].isOne {
        source = try call.emitter.call("aten::mul.Scalar", source, call[4])
      }
      guard case .tensor(let values) = source else { throw call.wrong(3, "a tensor") }
      try result.indexReduce(call.int(1), call.tensor(2), values, .sum)
      return .tensor(result)
    }
  )
  .overlapping(OverlapRule(out: .only([0]), apart: [3]))

  /// `index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor`
  static let indexCopy = OperatorDefinition(
    "aten::index_copy", shape: ShapeRules.contiguous(),
    decomposition: { call, e in try put(call, e, call[3], accumulates: false) },
    kernel: { call in
      let result = try call.changeable()
      try result.indexCopy(call.int(1), call.tensor(2), call.tensor(3))
      return .tensor(result)
    }
  )
  .overlapping(OverlapRule(inPlace: .all, out: .all, apart: [3]))
  .autocast(.widest)

  /// `index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
  static let indexFillScalar = OperatorDefinition(
    "aten::index_fill.int_Scalar",
    decomposition: { call, e in
      let value = try e.call(
        "aten::scalar_tensor", call[3], keywords: [("dtype", .dtype(call[0].dtype))])
      return try put(call, e, value, accumulates: false)
    },
    kernel: { call in
      let result = try call.changeable(.preserve)
      let value = try Tensor.scalar(call.scalar(3), result.dtype)
      try result.indexCopy(call.int(1), call.tensor(2), value, countsFromEnd: true)
      return .tensor(result)
    }
  )
  .overlapping(.elementwiseInPlace)

  /// `index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`
  static let indexFillTensor = OperatorDefinition(
    "aten::index_fill.int_Tensor",
    decomposition: { call, e in try put(call, e, call[3], accumulates: false) },
    kernel: { call in
      let result = try call.changeable(.preserve)
      let value = try call.tensor(3)
      guard value.rank == 0 else { throw call.error("the value has dimensions") }
      try result.indexCopy(call.int(1), call.tensor(2), value, countsFromEnd: true)
      return .tensor(result)
    }
  )
  // The value is read before anything is written.
  .overlapping(OverlapRule(inPlace: .only([2])))

  /// `index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool
  /// include_self=True) -> Tensor`
  static let indexReduce = OperatorDefinition(
    "aten::index_reduce", shape: ShapeRules.contiguous(),
    decomposition: { call, e in
      // A vector of indices counts for each position of a slice.
      let rank = try call[3].rank
      let axis = try call.axis(1, of: call[0])
      var index = try e.call("aten::reshape", call[2], [-1])
      if rank > 1 {
        guard axis < rank else { throw call.error("the source has too few dimensions") }
        var shape = [IValue](repeating: 1, count: rank)
        shape[axis] = -1
        index = try e.call("aten::view", index, .list(shape))
      }
      if rank > 0 { index = try e.call("aten::expand", index, .sizes(call[3].sizes)) }
      return try e.call(
        "aten::scatter_reduce.two", call[0], call[1], index, call[3], call[4], call[5])
    },
    kernel: { call in
      guard let reduction = IndexReduction(rawValue: try call.optionalString(4) ?? ""),
        reduction != .sum
      else { throw call.error("reduce is one of prod, mean, amax, amin") }
      let result = try call.changeable()
      try result.indexReduce(
        call.int(1), call.tensor(2), call.tensor(3), reduction, includesSelf: call.bool(5))
      return .tensor(result)
    }
  )
  .overlapping(.elementwise)
  .kept()

  /// `_index_put_impl_.hacked_twin(Tensor(a!) self, Tensor[] indices, Tensor values, bool
  /// accumulate=False, bool unsafe=False) -> Tensor(a!)`
  static let indexPutInPlace = OperatorDefinition(
    "aten::_index_put_impl_.hacked_twin", shape: { $0[0] },
    kernel: { call in
      try call.emitter.call("aten::index_put_", call[0], call[1], call[2], call[3])
    })

  /// Writes slices to a vector of indices by way of `index_put`.
  private static func put(
    _ call: OperatorCall, _ e: any Emitter, _ source: IValue, accumulates: Bool
  ) throws -> IValue {
    let axis = try call.axis(1, of: call[0])
    let indices = [IValue](repeating: .none, count: axis) + [call[2]]
    if try call[0].rank > 0 {
      return try e.call("aten::index_put", call[0], .list(indices), source, .bool(accumulates))
    }
    let tensor = try e.call("aten::unsqueeze", call[0], 0)
    let result = try e.call("aten::index_put", tensor, .list(indices), source, .bool(accumulates))
    return try e.call("aten::squeeze.dim", result, 0)
  }
}

extension IValue {
  /// Whether the value is the number 0.
  var isZero: Bool {
    switch self {
    case .int(let value): value == 0
    case .float(let value): value == 0
    case .bool(let value): !value
    default: false
    }
  }

  /// Whether the value is the number 1.
  var isOne: Bool {
    switch self {
    case .int(let value): value == 1
    case .float(let value): value == 1
    case .bool(let value): value
    default: false
    }
  }
}
