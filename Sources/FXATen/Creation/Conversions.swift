import FXCore
import FXOperators
import FXTensor

/// Copies of tensors, in another dtype, on another device or in another format; writes to tensors.
enum Conversions {
  static let all: [OperatorDefinition] =
    [
      toCopy, toDType, toDTypeLayout, toDevice, toOther, typeAs, clone, copy, copyInPlace, fill,
      fillTensor, fillInPlace, fillTensorInPlace, zero, zeroInPlace, chalf,
      contiguous, fillDiagonal,
    ] + casts

  /// `_to_copy(Tensor self, *, ScalarType? dtype, Layout? layout, Device? device, …) -> Tensor`
  static let toCopy = OperatorDefinition("aten::_to_copy", shape: ShapeRules.like) { call in
    let options = try CreationOptions(call)
    let source = try call.tensor(0)
    let result = try source.emptyLike(
      options.dtype, device: options.device, format: options.format ?? .preserve)
    try result.copy(from: source)
    return .tensor(result)
  }
  .differentiated(by: .linear { _, g in g })
  .batched(.elementwise)

  /// `to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking, bool copy, …) -> Tensor(a)`
  static let toDType = OperatorDefinition("aten::to.dtype") { call, e in
    try e.converted(call, dtype: call[1], device: nil, copy: call[3])
  }
  .viewing(.whole.orCopy)

  /// `to.dtype_layout(Tensor(a) self, *, ScalarType? dtype, …, bool copy, …) -> Tensor(a)`
  static let toDTypeLayout = OperatorDefinition("aten::to.dtype_layout") { call, e in
    try e.converted(call, dtype: call[1], device: call[3], copy: call[6])
  }

  /// `to.device(Tensor(a) self, Device device, ScalarType dtype, …, bool copy, …) -> Tensor(a)`
  static let toDevice = OperatorDefinition("aten::to.device") { call, e in
    try e.converted(call, dtype: call[2], device: call[1], copy: call[4])
  }

  /// `to.other(Tensor(a) self, Tensor other, bool non_blocking, bool copy, …) -> Tensor(a)`
  static let toOther = OperatorDefinition("aten::to.other") { call, e in
    let dtype = IValue.dtype(try call[1].dtype)
    let device = IValue.device(try call[1].device)
    return try e.converted(call, dtype: dtype, device: device, copy: call[3])
  }

  /// `type_as(Tensor self, Tensor other) -> Tensor`
  static let typeAs = OperatorDefinition("aten::type_as") { call, e in
    try e.call("aten::to.other", call[0], call[1])
  }

  /// `chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`
  static let chalf = OperatorDefinition("aten::chalf") { call, e in
    try e.converted(call, dtype: .dtype(.complex32), device: nil, copy: false)
  }

  /// `_cast_Float(Tensor self, bool non_blocking=False) -> Tensor`, and to other dtypes.
  private static let casts = [
    ("Byte", ScalarType.uint8), ("Char", .int8), ("Double", .float64), ("Float", .float32),
    ("Half", .float16), ("Int", .int32), ("Long", .int64), ("Short", .int16),
  ].map { name, dtype in
    OperatorDefinition("aten::_cast_\(name)") { call, e in
      if try call[0].dtype == dtype { return call[0] }
      return try e.call("aten::_to_copy", call[0], keywords: [("dtype", .dtype(dtype))])
    }
  }

  /// `clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`
  static let clone = OperatorDefinition("aten::clone", shape: ShapeRules.like) { call in
    let format = try call.optionalMemoryFormat(1)
    return .tensor(try call.tensor(0).clone(format: format ?? .preserve))
  }
  .batched(.elementwise)

  /// `contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)`
  static let contiguous = OperatorDefinition("aten::contiguous") { call, e in
    guard case .memoryFormat(let format) = call[1] else { throw call.wrong(1, "a memory format") }
    if format == .preserve { throw call.error("it needs a format that elements can follow") }
    if call[0].isContiguous(format) { return call[0] }
    return try e.call("aten::clone", call[0], keywords: [("memory_format", call[1])])
  }
  .viewing(.whole.orCopy)

  /// `fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)`
  static let fillDiagonal = OperatorDefinition(
    "aten::fill_diagonal_", shape: { $0[0] },
    kernel: { call in
      let tensor = try call.tensor(0)
      let (sizes, strides) = (tensor.sizes, tensor.strides)
      guard sizes.count >= 2 else { throw call.error("the tensor has fewer than 2 dimensions") }
      if sizes.count > 2, Set(sizes).count > 1 {
        throw call.error("the sizes are not all the same")
      }
      let step = strides.reduce(0, +)
      let count = sizes.min() ?? 0
      let diagonal = try tensor.asStrided([count], [step], offset: tensor.storageOffset)
      try diagonal.fill(call.scalar(1))
      // In a tall matrix the diagonal may start again, a row below where it ended.
      guard sizes.count == 2, try call.bool(2), sizes[0] > sizes[1] + 1 else { return call[0] }
      let width = sizes[1]
      var row = width + 1
      while row < sizes[0] {
        let part = try tensor.asStrided(
          [min(width, sizes[0] - row)], [step],
          offset: tensor.storageOffset + row * strides[0])
        try part.fill(call.scalar(1))
        row += width + 1
      }
      return call[0]
    }
  )
  .writing(.value { call, e in try e.filledDiagonal(call[0], call[1], wraps: call.bool(2)) })

  /// `copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor`
  ///
  /// The result has the strides of `self`, gaps included, unless elements of that share places.
  static let copy = OperatorDefinition(
    "aten::copy", shape: ShapeRules.preservingStrides,
    kernel: { call in
      let tensor = try call.tensor(0)
      let result =
        try tensor.hasSharedPlaces
        ? tensor.emptyLike()
        : .empty(tensor.sizes, strides: tensor.strides, tensor.dtype, device: tensor.device)
      try result.copy(from: call.tensor(1))
      return .tensor(result)
    }
  )
  .batched(.elementwise)

  /// `copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)`
  static let copyInPlace = OperatorDefinition(
    "aten::copy_", shape: { $0[0] },
    kernel: { call in
      let tensor = try call.tensor(0)
      try OverlapRule.elementwise.check(call, [tensor], isInPlace: true)
      try tensor.copy(from: call.tensor(1))
      return call[0]
    })

  /// `fill.Scalar(Tensor self, Scalar value) -> Tensor`
  static let fill = OperatorDefinition("aten::fill.Scalar", shape: ShapeRules.same) { call in
    let result = try call.tensor(0).emptyLike()
    try result.fill(call.scalar(1))
    return .tensor(result)
  }
  .batched(.elementwise)

  /// `fill.Tensor(Tensor self, Tensor value) -> Tensor`
  static let fillTensor = OperatorDefinition(
    "aten::fill.Tensor",
    decomposition: { call, e in
      guard try call[1].rank == 0 else { throw call.error("the value has dimensions") }
      return try e.call("aten::copy", call[0], call[1])
    }
  )
  .batched(.elementwise)

  /// `fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)`
  static let fillInPlace = OperatorDefinition(
    "aten::fill_.Scalar", shape: { $0[0] },
    kernel: { call in
      try call.tensor(0).fill(call.scalar(1))
      return call[0]
    })

  /// `fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)`
  static let fillTensorInPlace = OperatorDefinition(
    "aten::fill_.Tensor", shape: { $0[0] },
    kernel: {
      call in
      guard try call.tensor(1).rank == 0 else { throw call.error("the value has dimensions") }
      try call.tensor(0).fill(call.scalar(1))
      return call[0]
    })

  /// `zero(Tensor self) -> Tensor`
  static let zero = OperatorDefinition("aten::zero") { call, e in
    try e.call("aten::full_like", call[0], 0)
  }

  /// `zero_(Tensor(a!) self) -> Tensor(a!)`
  static let zeroInPlace = OperatorDefinition(
    "aten::zero_", shape: { $0[0] },
    kernel: { call in
      try call.tensor(0).fill(0)
      return call[0]
    })
}

extension Emitter {
  /// Copies an image to the memory format that another tensor's strides suggest, unless it is in it.
  func inFormat(of model: IValue, _ image: IValue) throws -> IValue {
    let format = model.suggestedFormat(self)
    if try format == .contiguous || model.rank != image.rank || image.isContiguous(format) {
      return image
    }
    return try call("aten::clone", image, keywords: [("memory_format", .memoryFormat(format))])
  }

  /// Gives the first argument of a call itself where it is as wanted, else a copy that is.
  fileprivate func converted(
    _ call: OperatorCall, dtype: IValue, device: IValue, copy: IValue
  ) throws -> IValue {
    let source = call[0]
    let format = call.named("memory_format")
    var options: [(name: String, value: IValue)] = []
    if case .dtype(let wanted) = dtype, try source.dtype != wanted {
      options.append(("dtype", dtype))
    }
    if case .device(let wanted) = device, try !source.device.isSame(as: wanted) {
      options.append(("device", device))
    }
    if case .memoryFormat(let wanted) = format, wanted != .preserve {
      if !options.isEmpty || source.suggestedFormat(self) != wanted {
        options.append(("memory_format", format))
      }
    }
    if case .bool(true) = copy {
    } else if options.isEmpty {
      return source
    }
    return try self.apply("aten::_to_copy", [source], options)
  }
}

extension IValue {
  /// The memory format that a tensor's strides suggest, with gaps or without.
  func suggestedFormat(_ emitter: any Emitter) -> MemoryFormat {
    switch self {
    case .tensor(let tensor): tensor.suggestedFormat
    case .fake(let tensor):
      emitter.symbols.map { tensor.suggestedFormat($0) } ?? .contiguous
    default: .contiguous
    }
  }
}

extension Device {
  /// Whether two names mean one device: without an index it is the first.
  fileprivate func isSame(as other: Device) -> Bool {
    type == other.type && (index ?? 0) == (other.index ?? 0)
  }
}
