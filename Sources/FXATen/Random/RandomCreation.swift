import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that make tensors of random numbers: `rand`, `randn`, `randint`, `randperm`.
enum RandomCreation {
  static let all: [OperatorDefinition] = [
    rand, randLike, randn, randnLike, randint, randintLike, randintLikeTensor, randperm,
    normalFloats, primsNormal, primsUniform,
  ]

  /// `rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool?
  /// pin_memory=None) -> Tensor`
  static let rand = OperatorDefinition.drawing(["aten::rand", "aten::rand.generator"]) {
    _, tensor, generator in try tensor.fillUniform(from: 0, to: 1, generator)
  }

  /// `rand_like(Tensor self, *, …, MemoryFormat? memory_format=None) -> Tensor`
  static let randLike = OperatorDefinition.drawingLike(
    ["aten::rand_like", "aten::rand_like.generator"]
  ) { _, tensor, generator in try tensor.fillUniform(from: 0, to: 1, generator) }
  .kept("aten::rand_like")
  .batched(.filling, only: "aten::rand_like")

  /// `randn(SymInt[] size, *, ScalarType? dtype=None, …) -> Tensor`
  static let randn = OperatorDefinition.drawing(["aten::randn", "aten::randn.generator"]) {
    _, tensor, generator in try tensor.fillNormal(mean: 0, deviation: 1, generator)
  }

  /// `randn_like(Tensor self, *, …, MemoryFormat? memory_format=None) -> Tensor`
  static let randnLike = OperatorDefinition.drawingLike(
    ["aten::randn_like", "aten::randn_like.generator"]
  ) { _, tensor, generator in try tensor.fillNormal(mean: 0, deviation: 1, generator) }
  .kept("aten::randn_like")
  .batched(.filling, only: "aten::randn_like")

  /// `randint(SymInt high, SymInt[] size, *, ScalarType? dtype=4, …) -> Tensor`
  static let randint = OperatorDefinition.drawing(
    [
      "aten::randint", "aten::randint.generator", "aten::randint.low",
      "aten::randint.low_generator",
    ],
    dtype: .int64
  ) { call, tensor, generator in
    let low = try call.index(of: "low").map { try call.int($0) } ?? 0
    let high = try call.index(of: "high").map { try call.int($0) }
    try tensor.fillIntegers(from: low, below: high, generator)
  }
  .kept("aten::randint", "aten::randint.low")

  /// `randint_like(Tensor self, SymInt high, *, …) -> Tensor`
  static let randintLike = OperatorDefinition.drawingLike([
    "aten::randint_like", "aten::randint_like.generator", "aten::randint_like.low_dtype",
    "aten::randint_like.low_generator_dtype",
  ]) { call, tensor, generator in
    let low = try call.index(of: "low").map { try call.int($0) } ?? 0
    let high = try call.index(of: "high").map { try call.int($0) }
    try tensor.fillIntegers(from: low, below: high, generator)
  }
  .kept("aten::randint_like", "aten::randint_like.low_dtype")
  .batched(.filling, only: "aten::randint_like", "aten::randint_like.low_dtype")

  /// `randint_like.Tensor(Tensor self, Tensor high, *, …) -> Tensor`
  static let randintLikeTensor = OperatorDefinition.drawingLike([
    "aten::randint_like.Tensor", "aten::randint_like.Tensor_generator",
  ]) { call, tensor, generator in
    try tensor.fillIntegers(from: 0, below: call.int(1), generator)
  }

  /// `randperm(SymInt n, *, ScalarType? dtype=4, …) -> Tensor`
  static let randperm = OperatorDefinition(
    ["aten::randperm", "aten::randperm.generator"],
    shape: { call in
      let options = try CreationOptions(call)
      let dtype = options.dtype ?? .int64
      return .fake(FakeTensor(dtype, [try call.size(0)], device: options.device ?? .cpu))
    },
    kernel: { call in
      let dtype = try CreationOptions(call).dtype ?? .int64
      return .tensor(
        try Tensor.permutation(call.int(0), dtype, call.environment.generator))
    })

  /// `normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, …) ->
  /// Tensor`
  static let normalFloats = OperatorDefinition.drawing(["aten::normal.float_float"]) {
    call, tensor, generator in
    try tensor.fillNormal(mean: call.float(0), deviation: call.float(1), generator)
  }
  .kept()

  /// `normal(SymInt[] shape, *, Scalar mean, Scalar std, ScalarType dtype, Device device, bool
  /// requires_grad, Generator? generator=None) -> Tensor`
  static let primsNormal = OperatorDefinition("prims::normal") { call, e in
    let options = try CreationOptions(call)
    guard let dtype = options.dtype else { throw call.error("there is no dtype") }
    return try e.call(
      "aten::normal.float_float", call[1], call[2], call[0],
      keywords: [("dtype", .dtype(dtype)), ("device", call.named("device"))])
  }

  /// `uniform(SymInt[] shape, *, Scalar low, Scalar high, ScalarType dtype, Device device, SymInt[]
  /// stride, Generator? generator=None) -> Tensor`
  static let primsUniform = OperatorDefinition("prims::uniform") { call, e in
    let empty = try e.call(
      "aten::empty_strided", call[0], call.named("stride"),
      keywords: [("dtype", call.named("dtype")), ("device", call.named("device"))])
    return try e.call("aten::uniform", empty, call[1], call[2])
  }
}
