import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that make tensors of evenly spaced numbers.
enum RangeCreation {
  static let all: [OperatorDefinition] = [
    arange, arangeStart, arangeStep, range, linspace, logspace, eye, trilIndices, triuIndices,
  ]

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
    },
    kernel: { call in
      let options = try CreationOptions(call)
      let dtype = try options.dtype ?? call.rangeType
      let (start, end, step) = (try call.scalar(0), try call.scalar(1), try call.scalar(2))
      let count = try Ranges.count(from: start, to: end, step: step, dtype)
      let result = try Tensor.empty([count], dtype, device: options.device ?? .cpu)
      try Ranges.fill(result, start: start, step: step)
      return .tensor(result)
    })

  /// `range.step(Scalar start, Scalar end, Scalar step=1, *, …) -> Tensor`, with the end.
  static let range = OperatorDefinition(
    "aten::range.step", "aten::range",
    shape: { call in
      let options = try CreationOptions(call)
      let count = try call.closedRange().count
      return .fake(
        FakeTensor(options.dtype ?? .float32, [.int(count)], device: options.device ?? .cpu))
    },
    kernel: { call in
      let options = try CreationOptions(call)
      let range = try call.closedRange()
      let result = try Tensor.empty(
        [range.count], options.dtype ?? .float32, device: options.device ?? .cpu)
      try Ranges.fill(result, start: range.start, step: range.step)
      return .tensor(result)
    })

  /// `linspace(Scalar start, Scalar end, int steps, *, …) -> Tensor`
  static let linspace = OperatorDefinition(
    "aten::linspace", "aten::linspace.Tensor_Tensor", "aten::linspace.Tensor_Scalar",
    "aten::linspace.Scalar_Tensor", shape: { try $0.linearShape() },
    decomposition: { call, e in try e.linear(call, try call.linearType) },
    kernel: { call in
      let result = try call.linearTensor()
      try Ranges.fillLinear(result, start: call.scalar(0), end: call.scalar(1))
      return .tensor(result)
    })

  /// `logspace(Scalar start, Scalar end, int steps, float base=10.0, *, …) -> Tensor`
  static let logspace = OperatorDefinition(
    "aten::logspace", "aten::logspace.Tensor_Tensor", "aten::logspace.Tensor_Scalar",
    "aten::logspace.Scalar_Tensor", shape: { try $0.linearShape() },
    decomposition: { call, e in
      let dtype = try call.linearType
      let exponents = try e.linear(call, dtype.isComplex ? .complex128 : .float64)
      let powers = try e.call("aten::pow.Scalar", call[3], exponents)
      return try e.call("aten::_to_copy", powers, keywords: [("dtype", .dtype(dtype))])
    },
    kernel: { call in
      let result = try call.linearTensor()
      try Ranges.fillLinear(
        result, start: call.scalar(0), end: call.scalar(1), base: call.float(3))
      return .tensor(result)
    })

  /// `eye.m(SymInt n, SymInt m, *, …) -> Tensor`
  static let eye = OperatorDefinition("aten::eye", "aten::eye.m") { call, e in
    let isSquare = call.schema.parameters[1].name != "m"
    let dtype = try CreationOptions(call).dtype ?? .float32
    var options: [(name: String, value: IValue)] = [("dtype", .dtype(.int64))]
    if !call.named("device").isNone { options.append(("device", call.named("device"))) }
    let rows = try e.apply("aten::arange.start_step", [0, call[0]], options)
    let columns = try e.apply(
      "aten::arange.start_step", [0, isSquare ? call[0] : call[1]], options)
    let column = try e.call("aten::unsqueeze", rows, -1)
    let isDiagonal = try e.call("aten::eq.Tensor", column, columns)
    if dtype == .bool { return isDiagonal }
    return try e.call("aten::_to_copy", isDiagonal, keywords: [("dtype", .dtype(dtype))])
  }

  /// `tril_indices(int row, int col, int offset=0, *, …) -> Tensor`
  static let trilIndices = OperatorDefinition(
    "aten::tril_indices", shape: ShapeRules.triangleIndices
  ) { call in try makeIndices(call, true) }
  .kept()

  /// `triu_indices(int row, int col, int offset=0, *, …) -> Tensor`
  static let triuIndices = OperatorDefinition(
    "aten::triu_indices", shape: ShapeRules.triangleIndices
  ) { call in try makeIndices(call, false) }
  .kept()

  private static func makeIndices(_ call: OperatorCall, _ isLower: Bool) throws -> IValue {
    let dtype = try CreationOptions(call).dtype ?? .int64
    return .tensor(
      try TriangleIndices.make(
        rows: call.int(0), columns: call.int(1), offset: call.int(2), isLower: isLower, dtype))
  }
}

extension OperatorCall {
  /// The start, step and size of a range that has its end.
  fileprivate func closedRange() throws -> (start: Scalar, step: Scalar, count: Int) {
    let (start, end) = (try scalar(0), try scalar(1))
    let step = schema.parameters[2].name == "step" ? try scalar(2) : 1
    let distance = (end.double - start.double) / step.double
    guard distance.isFinite, distance >= 0, distance < 0x1p62 else {
      throw error("steps of \(step) do not lead from \(start) to \(end)")
    }
    return (start, step, Int(distance) + 1)
  }

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

extension OperatorCall {
  /// The dtype of evenly spaced numbers: complex64 where an end is complex, else float32.
  fileprivate var linearType: ScalarType {
    get throws {
      if let dtype = try CreationOptions(self).dtype { return dtype }
      let isComplex = try (0...1).contains { try numberType($0).isComplex }
      return isComplex ? .complex64 : .float32
    }
  }

  fileprivate func linearShape() throws -> IValue {
    let device = try CreationOptions(self).device
    return .fake(FakeTensor(try linearType, [try size(2)], device: device ?? .cpu))
  }

  fileprivate func linearTensor() throws -> Tensor {
    let count = try int(2)
    guard count >= 0 else { throw error("the number of steps \(count) is negative") }
    return try .empty([count], linearType, device: CreationOptions(self).device ?? .cpu)
  }
}

extension Emitter {
  /// Returns evenly spaced numbers of a dtype, computed in double precision.
  fileprivate func linear(_ call: OperatorCall, _ dtype: ScalarType) throws -> IValue {
    let count = try call.int(2)
    let wide = IValue.dtype(dtype.isComplex ? .complex128 : .float64)
    func end(_ index: Int) throws -> IValue {
      var value = call[index]
      if !value.isTensor {
        value = try self.call("aten::scalar_tensor", value, keywords: [("dtype", wide)])
      }
      // Ends of integers are integers before anything is computed.
      let first = dtype.isIntegral() ? IValue.dtype(dtype) : wide
      let cut = try self.call("aten::_to_copy", value, keywords: [("dtype", first)])
      return try self.call("aten::_to_copy", cut, keywords: [("dtype", wide)])
    }
    let (start, stop) = (try end(0), try end(1))
    let places = try self.call(
      "aten::arange.start_step", 0, .int(count), keywords: [("dtype", .dtype(.float64))])
    let difference = try self.call("aten::sub.Tensor", stop, start)
    let step = try self.call("aten::div.Tensor", difference, .float(Double(max(count - 1, 1))))
    let fromStart = try self.call(
      "aten::add.Tensor", start, self.call("aten::mul.Tensor", step, places))
    let left = try self.call("aten::rsub.Scalar", places, .float(Double(count - 1)))
    let fromEnd = try self.call("aten::sub.Tensor", stop, self.call("aten::mul.Tensor", step, left))
    let half = Double(max(count / 2, 1))
    let isFirst = try self.call("aten::lt.Scalar", places, .float(half))
    let values = try self.call("aten::where.self", isFirst, fromStart, fromEnd)
    return try self.call("aten::_to_copy", values, keywords: [("dtype", .dtype(dtype))])
  }

  fileprivate func arange(_ call: OperatorCall, _ start: IValue, _ end: IValue) throws -> IValue {
    var options: [(name: String, value: IValue)] = []
    for name in ["dtype", "layout", "device", "pin_memory"] where !call.named(name).isNone {
      options.append((name, call.named(name)))
    }
    return try self.apply("aten::arange.start_step", [start, end], options)
  }
}
