import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that write elements to an index for each position: `scatter`, `put`, `masked_scatter`.
enum ScatteringOperators {
  static let all: [OperatorDefinition] = [
    scatter, scatterValue, scatterReduceOld, scatterValueReduce, scatterAdd, scatterReduce, put,
    maskedScatter,
  ]

  /// `scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
  static let scatter = OperatorDefinition("aten::scatter.src", shape: ShapeRules.contiguous()) {
    call in
    let result = try call.changeable()
    try result.scatter(call.int(1), call.tensor(2), call.tensor(3))
    return .tensor(result)
  }
  .overlapping(.elementwise)
  .batched(.dimensions([1], of: [0, 2, 3]))

  /// `scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
  static let scatterValue = OperatorDefinition(
    "aten::scatter.value", shape: ShapeRules.contiguous()
  ) {
    call in
    let result = try call.changeable()
    let value = try Tensor.scalar(call.scalar(3), result.dtype)
    try result.scatter(call.int(1), call.tensor(2), value)
    return .tensor(result)
  }
  .batched(.dimensions([1], of: [0, 2]))

  /// `scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`
  static let scatterReduceOld = OperatorDefinition("aten::scatter.reduce") { call, e in
    let reduction = try oldReduction(call)
    return try e.call(
      "aten::scatter_reduce.two", call[0], call[1], call[2], call[3], .string(reduction.rawValue))
  }
  .overlapping(.elementwise)
  .kept()
  .batched(.dimensions([1], of: [0, 2, 3]))

  /// `scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) ->
  /// Tensor`
  static let scatterValueReduce = OperatorDefinition("aten::scatter.value_reduce") { call, e in
    let reduction = try oldReduction(call)
    let source = try e.call(
      "aten::full_like", call[2], call[3], keywords: [("dtype", .dtype(call[0].dtype))])
    return try e.call(
      "aten::scatter_reduce.two", call[0], call[1], call[2], source, .string(reduction.rawValue))
  }
  .kept()
  .batched(.dimensions([1], of: [0, 2]))

  /// `scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
  static let scatterAdd = OperatorDefinition("aten::scatter_add", shape: ShapeRules.contiguous()) {
    call in
    let result = try call.changeable()
    try result.scatterReduce(call.int(1), call.tensor(2), call.tensor(3), .sum)
    return .tensor(result)
  }
  .overlapping(.elementwise)
  .batched(.dimensions([1], of: [0, 2, 3]))

  /// `scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool
  /// include_self=True) -> Tensor`
  static let scatterReduce = OperatorDefinition(
    "aten::scatter_reduce.two", shape: ShapeRules.contiguous()
  ) { call in
    guard let reduction = IndexReduction(rawValue: try call.optionalString(4) ?? "") else {
      throw call.error("reduce is one of sum, prod, mean, amax, amin")
    }
    let result = try call.changeable()
    try result.scatterReduce(
      call.int(1), call.tensor(2), call.tensor(3), reduction, includesSelf: call.bool(5))
    return .tensor(result)
  }
  .overlapping(.elementwise)
  .batched(.dimensions([1], of: [0, 2, 3]))

  /// `put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor`
  static let put = OperatorDefinition(
    "aten::put",
    decomposition: { call, e in
      let flat = try e.call("aten::reshape", call[0], [-1])
      let index = try e.call("aten::reshape", call[1], [-1])
      let source = try e.call("aten::reshape", call[2], [-1])
      let result = try e.call("aten::index_put", flat, [index], source, call[3])
      return try e.call("aten::view", result, .sizes(call[0].sizes))
    },
    kernel: { call in
      let result = try call.changeable(.preserve)
      try result.put(call.tensor(1), call.tensor(2), accumulates: call.bool(3))
      return .tensor(result)
    }
  )
  .overlapping(.elementwiseInPlace)
  .kept()

  /// `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor`
  static let maskedScatter = OperatorDefinition(
    "aten::masked_scatter", shape: ShapeRules.maskedScatter
  ) {
    call in
    let (tensor, mask) = (try call.tensor(0), try call.tensor(1))
    let shape = try Geometry.broadcast(tensor.sizes, mask.sizes)
    let result = shape == tensor.sizes ? try call.changeable() : try tensor.expand(shape).clone()
    try result.maskedScatter(mask, call.tensor(2))
    return .tensor(result)
  }

  /// Returns the reduction by its name in the first forms of `scatter`.
  private static func oldReduction(_ call: OperatorCall) throws -> IndexReduction {
    switch try call.optionalString(4) {
    case "add": return .sum
    case "multiply": return .prod
    default: throw call.error("reduce is 'add' or 'multiply'")
    }
  }
}
