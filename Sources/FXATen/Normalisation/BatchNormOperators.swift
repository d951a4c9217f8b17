import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Batch normalisation in all its forms.
///
/// In training the forms that take running statistics write to them, unless they are functional.
enum BatchNormOperators {
  static let all: [OperatorDefinition] = [
    batchNorm, native, legit, legitNoStats, legitFunctional, legitNoTraining, withUpdate,
    withUpdateFunctional, noUpdate, implIndex, cudnn, updateStats,
  ]

  /// `batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor?
  /// running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor`
  static let batchNorm = OperatorDefinition(
    "aten::batch_norm",
    decomposition: { call, e in
      let result: IValue
      // Without elements there is nothing to check either.
      if try call[0].sizes.contains(0) { return try e.call("aten::clone", call[0]) }
      if try !call.bool(5) {
        result = try e.apply(
          "aten::_native_batch_norm_legit_no_training",
          Array(call.arguments[0..<5] + call.arguments[6...7]))
      } else if call[3].isNone {
        result = try e.apply(
          "aten::_native_batch_norm_legit.no_stats",
          Array(call.arguments[0..<3] + call.arguments[5...7]))
      } else {
        result = try e.apply(
          "aten::_native_batch_norm_legit", Array(call.arguments[0..<8]))
      }
      guard let output = result.elements?.first else { throw call.error("nothing came out") }
      return output
    },
    kernel: { call in
      // Without elements there is nothing to check either.
      if try call.tensor(0).elementCount == 0 { return .tensor(try call.tensor(0).clone()) }
      let norm = try BatchNormCall(call, epsilon: 7)
      guard try call.bool(5) else { return .tensor(try norm.evaluated()) }
      return .tensor(try norm.trained(call, momentum: 6).output)
    }
  )
  .writing(RunningStatistics.ofOutput)

  /// `native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor?
  /// running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)`
  static let native = OperatorDefinition("aten::native_batch_norm", shape: shape(3)) { call in
    try three(call)
  }
  .writing(RunningStatistics.ofThree)

  /// `_native_batch_norm_legit(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean,
  /// Tensor(b!) running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)`
  static let legit = OperatorDefinition("aten::_native_batch_norm_legit", shape: shape(3)) { call in
    try three(call)
  }
  .writing(RunningStatistics.ofThree)

  /// `_native_batch_norm_legit.no_stats(Tensor input, Tensor? weight, Tensor? bias, bool training,
  /// float momentum, float eps) -> (Tensor, Tensor, Tensor)`
  static let legitNoStats = OperatorDefinition(
    "aten::_native_batch_norm_legit.no_stats", shape: shape(3)
  ) { call in
    let norm = try BatchNormCall(call, epsilon: 5, hasStatistics: false)
    return norm.parts(try norm.norm.trained(nil, momentum: 0))
  }

  /// `_native_batch_norm_legit_functional(Tensor input, Tensor? weight, Tensor? bias, Tensor
  /// running_mean, Tensor running_var, bool training, float momentum, float eps) -> (Tensor, Tensor,
  /// Tensor, Tensor running_mean_out, Tensor running_var_out)`
  static let legitFunctional = OperatorDefinition(
    "aten::_native_batch_norm_legit_functional", shape: shape(5)
  ) { call in
    let norm = try BatchNormCall(call, epsilon: 7)
    let running = try norm.statistics(call)
    guard try call.bool(5) else {
      let old = try [running.mean.clone(), running.variance.clone()].map { IValue.tensor($0) }
      return .tuple(try norm.untrained() + old)
    }
    let result = try norm.norm.trained(running, momentum: call.float(6))
    return .tuple(norm.list(result) + norm.list(result.running))
  }
  .kept()

  /// `_native_batch_norm_legit_no_training(Tensor input, Tensor? weight, Tensor? bias, Tensor
  /// running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)`
  static let legitNoTraining = OperatorDefinition(
    "aten::_native_batch_norm_legit_no_training", shape: shape(3)
  ) { call in
    .tuple(try BatchNormCall(call, epsilon: 6).untrained())
  }

  /// `_batch_norm_with_update(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean,
  /// Tensor(b!) running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor, Tensor)`
  static let withUpdate = OperatorDefinition("aten::_batch_norm_with_update", shape: shape(4)) {
    call in
    let norm = try BatchNormCall(call, epsilon: 6)
    return .tuple(norm.list(try norm.trained(call, momentum: 5)) + [try reserve()])
  }
  .writing(RunningStatistics.ofUpdate)

  /// `_batch_norm_with_update_functional(Tensor input, Tensor? weight, Tensor? bias, Tensor
  /// running_mean, Tensor running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor, Tensor,
  /// Tensor running_mean_out, Tensor running_var_out)`
  static let withUpdateFunctional = OperatorDefinition(
    "aten::_batch_norm_with_update_functional", shape: shape(6)
  ) { call in
    let norm = try BatchNormCall(call, epsilon: 6)
    let result = try norm.norm.trained(norm.statistics(call), momentum: call.float(5))
    return .tuple(norm.list(result) + [try reserve()] + norm.list(result.running))
  }
  .kept()

  /// `_batch_norm_no_update(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor?
  /// running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor, Tensor)`
  static let noUpdate = OperatorDefinition("aten::_batch_norm_no_update", shape: shape(4)) { call in
    .tuple(try BatchNormCall(call, epsilon: 6).untrained() + [try reserve()])
  }

  /// `_batch_norm_impl_index(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean,
  /// Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> (Tensor,
  /// Tensor, Tensor, Tensor, int)`
  static let implIndex = OperatorDefinition("aten::_batch_norm_impl_index") { call, e in
    let result = try e.apply("aten::native_batch_norm", Array(call.arguments[0..<8]))
    let none = try e.call("aten::empty.memory_format", [0], keywords: [("dtype", .dtype(.uint8))])
    return .tuple((result.elements ?? []) + [none, 0])
  }

  /// `cudnn_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean, Tensor?
  /// running_var, bool training, float exponential_average_factor, float epsilon) -> (Tensor, Tensor,
  /// Tensor, Tensor)`
  static let cudnn = OperatorDefinition("aten::cudnn_batch_norm") { call, e in
    let result = try e.apply("aten::native_batch_norm", call.arguments)
    let none = try e.call("aten::empty.memory_format", [0], keywords: [("dtype", .dtype(.uint8))])
    return .tuple((result.elements ?? []) + [none])
  }

  /// `batch_norm_update_stats(Tensor input, Tensor? running_mean, Tensor? running_var, float
  /// momentum) -> (Tensor, Tensor)`
  static let updateStats = OperatorDefinition(
    "aten::batch_norm_update_stats",
    shape: { call in
      let input = try call.fake(0)
      guard input.rank >= 2 else { throw call.error("the input has no channels") }
      let statistic = FakeTensor(
        try call.optionalFake(1)?.dtype ?? input.dtype, [input.sizes[1]], device: input.device)
      return .tuple([.fake(statistic), .fake(statistic)])
    },
    kernel: { call in
      let norm = try BatchNorm(call.tensor(0), weight: nil, bias: nil, epsilon: 0)
      let running = try BatchNormCall.running(call, 1)
      let result = try norm.statistics(running, momentum: call.float(3))
      if let running, let moved = result.running {
        try running.mean.copy(from: moved.mean)
        try running.variance.copy(from: moved.variance)
      }
      return .tuple([.tensor(result.own.mean), .tensor(result.own.variance)])
    })

  private static func three(_ call: OperatorCall) throws -> IValue {
    let norm = try BatchNormCall(call, epsilon: 7)
    guard try call.bool(5) else { return .tuple(try norm.untrained()) }
    return norm.parts(try norm.trained(call, momentum: 6))
  }

  /// What a device of its own would keep for the derivative.
  private static func reserve() throws -> IValue { .tensor(try .empty([0], .uint8)) }

  /// The result and what is kept of a step; statistics of evaluation are empty.
  private static func shape(_ count: Int) -> OperatorDefinition.ShapeRule {
    { call in
      let input = try call.fake(0)
      let isTraining =
        call.schema.name == "_native_batch_norm_legit_no_training"
          || call.schema.name == "_batch_norm_no_update"
        ? false : try call.index(of: "training").map { try call.bool($0) } ?? true
      guard input.rank >= 2 else { throw call.error("the input has no channels") }
      let output = try ShapeRules.dense(like: input, input.dtype, call.symbols)
      let parameters = try (1...2).compactMap { try call.optionalFake($0) }
      let kept: ScalarType = parameters.contains { $0.dtype == .float32 } ? .float32 : input.dtype
      let channels = isTraining ? input.sizes[1] : 0
      let statistic = IValue.fake(FakeTensor(kept, [channels], device: input.device))
      var parts = [.fake(output), statistic, statistic]
      if count == 4 || count == 6 {
        parts.append(.fake(FakeTensor(.uint8, [0], device: input.device)))
      }
      if count > 4 {
        for position in 3...4 {
          let running = try call.fake(position)
          parts.append(.fake(FakeTensor(running.dtype, running.sizes, device: running.device)))
        }
      }
      return .tuple(parts)
    }
  }
}

/// A call whose first arguments are input, weight, bias, running mean and running variance.
private struct BatchNormCall {
  let norm: BatchNorm
  private let running: BatchNorm.Statistics?
  private let call: OperatorCall

  init(_ call: OperatorCall, epsilon: Int, hasStatistics: Bool = true) throws {
    norm = try BatchNorm(
      call.tensor(0), weight: call.optionalTensor(1), bias: call.optionalTensor(2),
      epsilon: call.float(epsilon))
    running = hasStatistics ? try Self.running(call, 3) : nil
    self.call = call
  }

  static func running(_ call: OperatorCall, _ position: Int) throws -> BatchNorm.Statistics? {
    guard let mean = try call.optionalTensor(position),
      let variance = try call.optionalTensor(position + 1)
    else { return nil }
    return (mean, variance)
  }

  func statistics(_ call: OperatorCall) throws -> BatchNorm.Statistics {
    guard let running else { throw call.error("the running statistics are missing") }
    return running
  }

  func evaluated() throws -> Tensor { try norm.normalized(by: statistics(call)) }

  /// Normalises by the input's statistics and writes to the running ones.
  func trained(_ call: OperatorCall, momentum: Int) throws -> BatchNorm.Training {
    let result = try norm.trained(running, momentum: call.float(momentum))
    if let running, let moved = result.running {
      try running.mean.copy(from: moved.mean)
      try running.variance.copy(from: moved.variance)
    }
    return result
  }

  func untrained() throws -> [IValue] {
    let dtype = try call.tensor(1 < call.arguments.count && !call[1].isNone ? 1 : 0).dtype
    return [
      .tensor(try evaluated()), .tensor(try .empty([0], dtype)), .tensor(try .empty([0], dtype)),
    ]
  }

  func list(_ result: BatchNorm.Training) -> [IValue] {
    [.tensor(result.output), .tensor(result.mean), .tensor(result.scale)]
  }

  func list(_ statistics: BatchNorm.Statistics?) -> [IValue] {
    statistics.map { [.tensor($0.mean), .tensor($0.variance)] } ?? []
  }

  func parts(_ result: BatchNorm.Training) -> IValue { .tuple(list(result)) }
}
