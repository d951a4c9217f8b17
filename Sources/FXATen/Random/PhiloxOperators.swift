import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators on random numbers that depend on keys alone (`torch.func._random`).
enum PhiloxOperators {
  static let all: [OperatorDefinition] = [
    uniform, normal, randint, uniformInPlace, normalInPlace, randintInPlace, split, foldIn,
    foldInTensor,
  ]

  /// `_philox_uniform(Tensor self, Tensor key, float low=0., float high=1.) -> Tensor`
  static let uniform = making("aten::_philox_uniform", drawUniform)
  /// `_philox_uniform_(Tensor(a!) self, Tensor key, float low=0., float high=1.) -> Tensor(a!)`
  static let uniformInPlace = filling("aten::_philox_uniform_", drawUniform)
  /// `_philox_normal(Tensor self, Tensor key, float mean=0., float std=1.) -> Tensor`
  static let normal = making("aten::_philox_normal", drawNormal)
  /// `_philox_normal_(Tensor(a!) self, Tensor key, float mean=0., float std=1.) -> Tensor(a!)`
  static let normalInPlace = filling("aten::_philox_normal_", drawNormal)
  /// `_philox_randint(Tensor self, Tensor key, int? low=None, int? high=None) -> Tensor`
  static let randint = making("aten::_philox_randint", drawIntegers)
  /// `_philox_randint_(Tensor(a!) self, Tensor key, int? low=None, int? high=None) -> Tensor(a!)`
  static let randintInPlace = filling("aten::_philox_randint_", drawIntegers)

  private typealias Draw = @Sendable (OperatorCall, Tensor) throws -> Void

  @Sendable private static func drawUniform(_ call: OperatorCall, _ tensor: Tensor) throws {
    try tensor.fillUniform(from: call.float(2), to: call.float(3), keys: call.tensor(1))
  }

  @Sendable private static func drawNormal(_ call: OperatorCall, _ tensor: Tensor) throws {
    try tensor.fillNormal(mean: call.float(2), deviation: call.float(3), keys: call.tensor(1))
  }

  @Sendable private static func drawIntegers(_ call: OperatorCall, _ tensor: Tensor) throws {
    try tensor.fillIntegers(
      from: call.optionalInt(2), below: call.optionalInt(3), keys: call.tensor(1))
  }

  private static func making(_ name: String, _ draw: @escaping Draw) -> OperatorDefinition {
    OperatorDefinition(name, shape: ShapeRules.like(0)) { call in
      let result = try call.tensor(0).emptyLike()
      try draw(call, result)
      return .tensor(result)
    }
  }

  private static func filling(_ name: String, _ draw: @escaping Draw) -> OperatorDefinition {
    OperatorDefinition(
      name, shape: { $0[0] },
      kernel: { call in
        try draw(call, call.tensor(0))
        return call[0]
      })
  }

  // MARK: Keys

  /// `_philox_key_split(Tensor key, int num_splits) -> Tensor`
  static let split = OperatorDefinition(
    "aten::_philox_key_split",
    shape: { call in
      let key = try call.fake(0)
      return .fake(FakeTensor(.uint64, [try call.size(1)] + key.sizes, device: key.device))
    },
    kernel: { call in
      let (key, count) = (try call.tensor(0), try call.int(1))
      guard count > 0 else { throw call.error("the number of keys is \(count)") }
      let streams = try key.philoxStreams()
      let split = (0..<UInt64(count)).flatMap { data in streams.map { $0.folding(in: data) } }
      return .tensor(try Tensor.of(split.flatMap { words(of: $0) }, [count] + key.sizes))
    })

  /// `_philox_key_fold_in(Tensor key, int data) -> Tensor`
  static let foldIn = OperatorDefinition(
    "aten::_philox_key_fold_in", shape: ShapeRules.like(0)
  ) { call in try folded(call, UInt64(bitPattern: Int64(call.int(1)))) }

  /// `_philox_key_fold_in.Tensor(Tensor key, Tensor data) -> Tensor`
  static let foldInTensor = OperatorDefinition(
    "aten::_philox_key_fold_in.Tensor", shape: ShapeRules.like(0)
  ) { call in
    guard let data = try call.tensor(1).elements(as: UInt64.self).first else {
      throw call.wrong(1, "a tensor of one element")
    }
    return try folded(call, data)
  }

  private static func folded(_ call: OperatorCall, _ data: UInt64) throws -> IValue {
    let key = try call.tensor(0)
    let streams = try key.philoxStreams()
    return .tensor(
      try Tensor.of(streams.flatMap { words(of: $0.folding(in: data)) }, key.sizes))
  }

  private static func words(of stream: Philox) -> [UInt64] { [stream.seed, stream.offset] }
}
