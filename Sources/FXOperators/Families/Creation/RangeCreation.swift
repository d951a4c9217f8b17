import FXCore
import FXKernels
import FXTensor

/// Operators that make tensors of evenly spaced numbers.
enum RangeCreation {
  static let all: [OperatorDefinition] = [arange, arangeStart, arangeStep]

  /// `arange(Scalar end, *, …) -> Tensor`
  static let arange = OperatorDefinition("aten::arange") { call, e in
    try e.arange(call, 0, call[0])
  }

  /// `arange.start(Scalar start, Scalar end, *, …) -> Tensor`
  static let arangeStart = OperatorDefinition("aten::arange.start") { call, e in
    try e.arange(call, call[0], call[1])
  }

  /// `arange.start_step(Scalar start, Scalar end, Scalar step=1, *, …) -> Tensor`
  static let arangeStep = OperatorDefinition(
    "aten::arange.start_step",
    shape: { call in
      let options = try CreationOptions(call)
      let dtype = try options.dtype ?? call.rangeType
      return .fake(
        FakeTensor(dtype, [try call.rangeSize(dtype)], device: options.device ?? .cpu))
    }
  ) { call in
    let options = try CreationOptions(call)
    let dtype = try options.dtype ?? call.rangeType
    let (start, end, step) = (try call.scalar(0), try call.scalar(1), try call.scalar(2))
    let count = try Ranges.count(from: start, to: end, step: step, dtype)
    let result = try Tensor.empty([count], dtype, device: options.device ?? .cpu)
    try Ranges.fill(result, start: start, step: step)
    return .tensor(result)
  }
}

extension OperatorCall {
  /// The dtype of a range: int64 where the first three arguments are integers.
  fileprivate var rangeType: ScalarType {
    get throws {
      let types = try (0...2).map { try numberType($0) }
      return types.allSatisfy { $0.isIntegral(includingBool: true) } ? .int64 : .float32
    }
  }

  /// Returns the size of a range, whose ends may be symbolic.
  fileprivate func rangeSize(_ dtype: ScalarType) throws -> SymbolicSize {
    let isSymbolic = (0...2).contains { if case .symbol = arguments[$0] { true } else { false } }
    guard isSymbolic else {
      let count = try Ranges.count(from: scalar(0), to: scalar(1), step: scalar(2), dtype)
      return .int(count)
    }
    let (start, end, step) = (try size(0), try size(1), try size(2))
    // Rounding up is rounding down of the number before the end.
    let last = try end - start + step - 1
    return try SymbolicSize.maximum(0, last.floorDivided(by: step))
  }
}

extension Emitter {
  fileprivate func arange(_ call: OperatorCall, _ start: IValue, _ end: IValue) throws -> IValue {
    var options: [(name: String, value: IValue)] = []
    for name in ["dtype", "layout", "device", "pin_memory"] where !call.named(name).isNone {
      options.append((name, call.named(name)))
    }
    return try self.call("aten::arange.start_step", [start, end], options)
  }
}
