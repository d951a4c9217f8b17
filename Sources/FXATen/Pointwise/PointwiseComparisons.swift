import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Comparisons, truth values, bits, and choices by them.
enum PointwiseComparisons {
  static let all: [OperatorDefinition] = [
    equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, logicalAnd, logicalOr,
    logicalXor, logicalNot, bitwiseAnd, bitwiseOr, bitwiseXor, bitwiseNot, shiftLeft, shiftRight,
    maximum, minimum, fmax, fmin, clamp, clampMin, clampMax, select, selectScalars, maskedFill,
    isClose,
  ]

  /// `eq.Tensor(Tensor self, Tensor other) -> Tensor`
  static let equal = OperatorDefinition.binary(
    "aten::eq.Tensor", "aten::eq.Scalar", as: .bool, with: .equal)

  /// `ne.Tensor(Tensor self, Tensor other) -> Tensor`
  static let notEqual = OperatorDefinition.binary(
    "aten::ne.Tensor", "aten::ne.Scalar", as: .bool, with: .notEqual)

  /// `lt.Tensor(Tensor self, Tensor other) -> Tensor`
  static let less = OperatorDefinition.binary(
    "aten::lt.Tensor", "aten::lt.Scalar", as: .bool, with: .less)

  /// `le.Tensor(Tensor self, Tensor other) -> Tensor`
  static let lessOrEqual = OperatorDefinition.binary(
    "aten::le.Tensor", "aten::le.Scalar", as: .bool, with: .lessOrEqual)

  /// `gt.Tensor(Tensor self, Tensor other) -> Tensor`
  static let greater = OperatorDefinition.binary(
    "aten::gt.Tensor", "aten::gt.Scalar", as: .bool, with: .greater)

  /// `ge.Tensor(Tensor self, Tensor other) -> Tensor`
  static let greaterOrEqual = OperatorDefinition.binary(
    "aten::ge.Tensor", "aten::ge.Scalar", as: .bool, with: .greaterOrEqual)

  /// `logical_and(Tensor self, Tensor other) -> Tensor`
  static let logicalAnd = OperatorDefinition.binary(
    "aten::logical_and", as: .bool, with: .logicalAnd)

  /// `logical_or(Tensor self, Tensor other) -> Tensor`
  static let logicalOr = OperatorDefinition.binary("aten::logical_or", as: .bool, with: .logicalOr)

  /// `logical_xor(Tensor self, Tensor other) -> Tensor`
  static let logicalXor = OperatorDefinition.binary(
    "aten::logical_xor", as: .bool, with: .logicalXor)

  /// `logical_not(Tensor self) -> Tensor`
  static let logicalNot = OperatorDefinition.unary(
    "aten::logical_not", as: .bool, with: .logicalNot)

  /// `bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`
  static let bitwiseAnd = OperatorDefinition.binary(
    "aten::bitwise_and.Tensor", "aten::bitwise_and.Scalar", "aten::bitwise_and.Scalar_Tensor",
    with: .bitwiseAnd, derivative: .zero)

  /// `bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`
  static let bitwiseOr = OperatorDefinition.binary(
    "aten::bitwise_or.Tensor", "aten::bitwise_or.Scalar", "aten::bitwise_or.Scalar_Tensor",
    with: .bitwiseOr, derivative: .zero)

  /// `bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`
  static let bitwiseXor = OperatorDefinition.binary(
    "aten::bitwise_xor.Tensor", "aten::bitwise_xor.Scalar", "aten::bitwise_xor.Scalar_Tensor",
    with: .bitwiseXor, derivative: .zero)

  /// `bitwise_not(Tensor self) -> Tensor`
  static let bitwiseNot = OperatorDefinition.unary(
    "aten::bitwise_not", as: .same, with: .bitwiseNot, derivative: .zero)

  /// `bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`
  static let shiftLeft = OperatorDefinition.binary(
    "aten::bitwise_left_shift.Tensor", "aten::bitwise_left_shift.Tensor_Scalar",
    "aten::bitwise_left_shift.Scalar_Tensor", "aten::__lshift__.Tensor", "aten::__lshift__.Scalar",
    with: .shiftLeft, derivative: .zero
  )
  .kept("aten::bitwise_left_shift.Tensor")

  /// `bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`
  static let shiftRight = OperatorDefinition.binary(
    "aten::bitwise_right_shift.Tensor", "aten::bitwise_right_shift.Tensor_Scalar",
    "aten::bitwise_right_shift.Scalar_Tensor", "aten::__rshift__.Tensor",
    "aten::__rshift__.Scalar", with: .shiftRight, derivative: .zero
  )
  .kept("aten::bitwise_right_shift.Tensor")

  /// `maximum(Tensor self, Tensor other) -> Tensor`
  static let maximum = OperatorDefinition.binary(
    "aten::maximum", with: .maximum, derivative: .choice { a, b in try a .> b })

  /// `minimum(Tensor self, Tensor other) -> Tensor`
  static let minimum = OperatorDefinition.binary(
    "aten::minimum", with: .minimum, derivative: .choice { a, b in try a .< b })

  /// `fmax(Tensor self, Tensor other) -> Tensor`
  static let fmax = OperatorDefinition.binary(
    "aten::fmax", with: .fmax,
    derivative: .certainChoice { a, b in try a .> b }
  )
  .kept()

  /// `fmin(Tensor self, Tensor other) -> Tensor`
  static let fmin = OperatorDefinition.binary(
    "aten::fmin", with: .fmin,
    derivative: .certainChoice { a, b in try a .< b }
  )
  .kept()

  /// `clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
  static let clamp = OperatorDefinition(
    "aten::clamp", "aten::clamp.Tensor",
    shape: { call in
      try ShapeRules.pointwise([0, 1, 2].filter { !call[$0].isNone })(call)
    },
    kernel: { call in
      let tensor = try call.tensor(0)
      switch (try call.optionalTensor(1), try call.optionalTensor(2)) {
      case (let least?, let most?): return try call.pointwise(.clamp, [tensor, least, most])
      case (let least?, nil): return try call.pointwise(.maximum, [tensor, least])
      case (nil, let most?): return try call.pointwise(.minimum, [tensor, most])
      case (nil, nil): throw call.error("neither a minimum nor a maximum is given")
      }
    }
  )
  .differentiated(by: .limited)

  /// `clamp_min(Tensor self, Scalar min) -> Tensor`
  static let clampMin = OperatorDefinition.binary(
    "aten::clamp_min", "aten::clamp_min.Tensor",
    decomposition: { call, e in try e.call(call.clampOverload, call[0], call[1]) }, with: .maximum,
    derivative: .choice { a, b in try a .> b })

  /// `clamp_max(Tensor self, Scalar max) -> Tensor`
  static let clampMax = OperatorDefinition.binary(
    "aten::clamp_max", "aten::clamp_max.Tensor",
    decomposition: { call, e in try e.call(call.clampOverload, call[0], nil, call[1]) },
    with: .minimum, derivative: .choice { a, b in try a .< b })

  /// `where.self(Tensor condition, Tensor self, Tensor other) -> Tensor`
  static let select = OperatorDefinition(
    "aten::where.self", shape: ShapeRules.choice
  ) { call in
    try call.choose(call.tensor(0), call.tensor(1), call.tensor(2))
  }
  .differentiated(
    by: .linear(in: [
      1: { call, g in try g.where(g.with(call[0]), else: 0) },
      2: { call, g in try g.with(0).where(g.with(call[0]), else: g) },
    ])
  )
  .batched(.elementwise)

  /// `where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor`
  static let selectScalars = OperatorDefinition(
    "aten::where.ScalarSelf", "aten::where.ScalarOther", "aten::where.Scalar",
    shape: ShapeRules.choice,
    decomposition: { call, e in
      var operands = call.arguments
      let dtype = try e.commonType(operands[1], operands[2])
      for index in 1...2 where !operands[index].isTensor {
        operands[index] = try e.call(
          "aten::scalar_tensor", operands[index], keywords: [("dtype", .dtype(dtype))])
      }
      return try e.apply("aten::where.self", operands)
    },
    kernel: { call in try call.choose(call.tensor(0), call.tensor(1), call.tensor(2)) }
  )
  .differentiated(by: .throughDecomposition)

  /// `masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`
  static let maskedFill = OperatorDefinition(
    "aten::masked_fill.Scalar", "aten::masked_fill.Tensor",
    shape: { call in
      let (tensor, mask) = (try call.fake(0), try call.fake(1))
      let sizes = try ShapeRules.broadcast(tensor.sizes, mask.sizes, call.symbols)
      return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
    },
    decomposition: { call, e in
      var value = call[2]
      let dtype = try call[0].dtype
      if !value.isTensor {
        value = try e.call("aten::scalar_tensor", value, keywords: [("dtype", .dtype(dtype))])
      } else if try value.dtype != dtype {
        value = try e.call("aten::_to_copy", value, keywords: [("dtype", .dtype(dtype))])
      }
      return try e.call("aten::where.self", call[1], value, call[0])
    },
    kernel: { call in
      let (tensor, mask) = (try call.tensor(0), try call.tensor(1))
      let value = try call.tensor(2)
      guard mask.dtype == .bool else { throw call.error("the mask is not of booleans") }
      guard value.rank == 0 else { throw call.error("the value has dimensions") }
      let result = try PointwiseFunction.select.run(
        [mask, value, tensor], in: tensor.dtype, layoutOf: [tensor, mask], into: call.destination)
      // PyTorch fills a contiguous copy.
      return .tensor(result === call.destination ? result : try result.contiguous())
    }
  )
  // The value is read before anything is written.
  .overlapping(OverlapRule(inPlace: .only([1])))
  .differentiated(by: .throughDecomposition)
  .batched(.elementwise)

  /// `isclose(Tensor self, Tensor other, float rtol, float atol, bool equal_nan) -> Tensor`
  static let isClose = OperatorDefinition("aten::isclose") { call, e in
    let (x, y) = (call[0], call[1])
    var close = try e.call("aten::eq.Tensor", x, y)
    if case .bool(true) = call[4] {
      let areNaN = try e.call(
        "aten::logical_and", e.call("aten::ne.Tensor", x, x), e.call("aten::ne.Tensor", y, y))
      close = try e.call("aten::logical_or", close, areNaN)
    }
    if case .float(0) = call[2], case .float(0) = call[3] { return close }
    var scale = y
    if try !y.dtype.isFloatingPoint && !y.dtype.isComplex {
      scale = try e.call("aten::_to_copy", y, keywords: [("dtype", .dtype(.float32))])
    }
    let relative = try e.call("aten::abs", e.call("aten::mul.Tensor", scale, call[2]))
    let allowed = try e.call("aten::add.Scalar", relative, call[3])
    let distance = try e.call("aten::abs", e.call("aten::sub.Tensor", x, scale))
    let isNear = try e.call("aten::le.Tensor", distance, allowed)
    let magnitude = try e.call("aten::abs", distance)
    let isFinite = try e.call("aten::lt.Scalar", magnitude, .float(.infinity))
    return try e.call("aten::logical_or", close, e.call("aten::logical_and", isNear, isFinite))
  }
  .differentiated(by: .zero)
}

extension OperatorCall {
  /// Takes elements of the first tensor where the condition is true, else of the second.
  fileprivate func choose(_ condition: Tensor, _ one: Tensor, _ other: Tensor) throws -> IValue {
    let dtype = try commonType([one, other])
    var condition = condition
    if condition.dtype != .bool {
      guard condition.dtype == .uint8 else { throw error("the condition is not of booleans") }
      condition = try condition.converted(to: .bool)
    }
    let operands = [condition, one, other]
    return .tensor(
      try PointwiseFunction.select.run(
        operands, in: dtype, layoutOf: operands, into: destination))
  }

  /// The overload of `clamp` for a limit of the kind that is given.
  fileprivate var clampOverload: String { self[1].isTensor ? "aten::clamp.Tensor" : "aten::clamp" }
}

extension Emitter {
  /// Returns the dtype that two tensors or numbers have together.
  ///
  /// - Throws: `tensor.dtype`.
  func commonType(_ values: IValue...) throws -> ScalarType {
    var promotion = TypePromotion()
    for value in values {
      switch value {
      case .tensor(let tensor): try promotion.add(tensor)
      case .fake(let tensor): try promotion.add(tensor.dtype, hasDimensions: tensor.rank > 0)
      case .bool: try promotion.add(.bool(false))
      case .int: try promotion.add(.int(0))
      case .complex: try promotion.add(.complex(0, 0))
      case .symbol(let number) where number.kind == .int: try promotion.add(.int(0))
      case .symbol(let number) where number.kind == .bool: try promotion.add(.bool(false))
      default: try promotion.add(.float(0))
      }
    }
    return try promotion.result()
  }
}

extension ShapeRules {
  /// The rule of operators that choose between the last two arguments by the first.
  fileprivate static let choice: OperatorDefinition.ShapeRule = { call in
    let operands = try (0...2).map { try call.fake($0) }
    let dtype = try promoted(Array(operands.dropFirst()), .same)
    return .fake(try elementwise(operands, dtype, call.symbols))
  }
}
