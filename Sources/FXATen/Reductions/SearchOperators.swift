import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Searches in sorted sequences, and elements that differ.
enum SearchOperators {
  static let all: [OperatorDefinition] = [
    searchsorted, bucketize, isin, unique, uniqueOld, uniqueDim, uniqueConsecutive,
    uniqueDimConsecutive,
  ]

  /// `searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool
  /// right=False, str? side=None, Tensor? sorter=None) -> Tensor`
  static let searchsorted = OperatorDefinition(
    "aten::searchsorted.Tensor", "aten::searchsorted.Scalar", shape: placeShape(1)
  ) { call in
    let (side, right) = (try call.optionalString(4), try call.bool(3))
    guard side == nil || side == "right" || (side == "left" && !right) else {
      throw call.error("the side '\(side ?? "")' does not go with right=\(right)")
    }
    let isRight = right || side == "right"
    let places = try Sorting.search(
      call.tensor(0), for: call.tensor(1), isRight: isRight, sorter: call.optionalTensor(5))
    return .tensor(try places.converted(to: call.bool(2) ? .int32 : .int64))
  }
  .kept("aten::searchsorted.Tensor")

  /// `bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) ->
  /// Tensor`
  static let bucketize = OperatorDefinition(
    "aten::bucketize.Tensor", "aten::bucketize.Scalar", shape: placeShape(0)
  ) { call in
    let boundaries = try call.tensor(1)
    guard boundaries.rank == 1 else { throw call.error("boundaries have one dimension") }
    let places = try Sorting.search(boundaries, for: call.tensor(0), isRight: call.bool(3))
    return .tensor(try places.converted(to: call.bool(2) ? .int32 : .int64))
  }
  .kept("aten::bucketize.Tensor")

  /// `isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool
  /// invert=False) -> Tensor`
  static let isin = OperatorDefinition(
    "aten::isin.Tensor_Tensor", "aten::isin.Tensor_Scalar", "aten::isin.Scalar_Tensor",
    shape: { call in
      .fake(try ShapeRules.elementwise([call.fake(0)], .bool, call.symbols))
    },
    decomposition: { call, e in
      var (elements, others) = (call[0], call[1])
      if !elements.isTensor { elements = try e.call("aten::scalar_tensor", elements) }
      if others.isTensor {
        others = try e.call("aten::reshape", others, [-1])
        elements = try e.call("aten::unsqueeze", elements, -1)
      }
      let name = others.isTensor ? "aten::eq.Tensor" : "aten::eq.Scalar"
      var found = try e.call(name, elements, others)
      if others.isTensor { found = try e.call("aten::any.dim", found, -1) }
      return try call.bool(3) ? e.call("aten::logical_not", found) : found
    },
    kernel: { call in
      .tensor(try Sorting.isIn(call.tensor(0), call.tensor(1), isInverted: call.bool(3)))
    })

  // MARK: Elements that differ

  /// `_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) ->
  /// (Tensor, Tensor, Tensor)`
  static let unique = OperatorDefinition(
    "aten::_unique2", shape: { call in try elementsShape(call, inverse: 2, counts: 3) },
    kernel: { call in
      let found = try Unique.elements(of: call.tensor(0))
      return try parts(found, hasInverse: call.bool(2), hasCounts: call.bool(3))
    }
  )
  .kept()

  /// `_unique(Tensor self, bool sorted=True, bool return_inverse=False) -> (Tensor, Tensor)`
  static let uniqueOld = OperatorDefinition("aten::_unique") { call, e in
    let found = try e.call("aten::_unique2", call[0], call[1], call[2])
    return .tuple(Array(found.elements?.prefix(2) ?? []))
  }

  /// `unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool
  /// return_counts=False) -> (Tensor, Tensor, Tensor)`
  static let uniqueDim = OperatorDefinition(
    "aten::unique_dim", shape: { call in try slicesShape(call, axis: call.int(1)) },
    kernel: { call in
      let found = try Unique.slices(of: call.tensor(0), call.int(1), isSorted: true)
      return try parts(found)
    }
  )
  .kept()

  /// `unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int?
  /// dim=None) -> (Tensor, Tensor, Tensor)`
  static let uniqueConsecutive = OperatorDefinition(
    "aten::unique_consecutive",
    shape: { call in
      if let axis = try call.optionalInt(3) { return try slicesShape(call, axis: axis) }
      return try elementsShape(call, inverse: 1, counts: 2)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      if let axis = try call.optionalInt(3) {
        return try parts(Unique.slices(of: tensor, axis, isSorted: false))
      }
      let found = try Unique.consecutiveElements(of: tensor)
      return try parts(found, hasInverse: call.bool(1), hasCounts: call.bool(2))
    }
  )
  .kept()

  /// `unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool
  /// return_counts=False) -> (Tensor, Tensor, Tensor)`
  static let uniqueDimConsecutive = OperatorDefinition(
    "aten::unique_dim_consecutive", shape: { call in try slicesShape(call, axis: call.int(1)) },
    kernel: { call in
      try parts(Unique.slices(of: call.tensor(0), call.int(1), isSorted: false))
    })

  // MARK: Rules

  /// Places for each of the values at a position.
  private static func placeShape(_ values: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(values)
      let dtype: ScalarType = try call.bool(2) ? .int32 : .int64
      return .fake(FakeTensor(dtype, tensor.sizes, device: tensor.device))
    }
  }

  private static func parts(
    _ found: Unique.Result, hasInverse: Bool = true, hasCounts: Bool = true
  ) throws -> IValue {
    let none = try Tensor.empty([0], .int64)
    return .tuple([
      .tensor(found.values), .tensor(hasInverse ? found.inverse : none),
      .tensor(hasCounts ? found.counts : none),
    ])
  }

  private static func elementsShape(
    _ call: OperatorCall, inverse: Int, counts: Int
  ) throws -> IValue {
    let tensor = try call.fake(0)
    let count = SymbolicSize(try call.symbols.makeUnbacked())
    let inverse = try call.bool(inverse) ? tensor.sizes : [0]
    return .tuple([
      .fake(FakeTensor(tensor.dtype, [count], device: tensor.device)),
      .fake(FakeTensor(.int64, inverse, device: tensor.device)),
      .fake(FakeTensor(.int64, [try call.bool(counts) ? count : 0], device: tensor.device)),
    ])
  }

  private static func slicesShape(_ call: OperatorCall, axis: Int) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try Geometry.axis(axis, of: tensor.rank)
    let count = SymbolicSize(try call.symbols.makeUnbacked())
    // PyTorch tells row-major strides, whatever the kernel gives.
    var sizes = tensor.sizes
    let slices = sizes.isEmpty ? 1 : sizes[axis]
    if !sizes.isEmpty { sizes[axis] = count }
    return .tuple([
      .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device)),
      .fake(FakeTensor(.int64, [slices], device: tensor.device)),
      .fake(FakeTensor(.int64, [count], device: tensor.device)),
    ])
  }
}
