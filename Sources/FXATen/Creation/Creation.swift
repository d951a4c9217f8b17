import FXCore
import FXOperators
import FXTensor

/// Operators that make tensors of one number.
enum Creation {
  static let all: [OperatorDefinition] = [
    full, zeros, ones, empty, fullLike, zerosLike, onesLike, emptyLike, newFull, newZeros, newOnes,
    newEmpty, emptyStrided, newEmptyStrided, emptyPermuted, scalarTensor,
  ]

  /// `full(SymInt[] size, Scalar fill_value, *, …) -> Tensor`
  static let full = OperatorDefinition.creating(
    "aten::full", dtype: { try $0.numberType(1) }, fill: { try $0.scalar(1) })

  /// `zeros(SymInt[] size, *, …) -> Tensor`
  static let zeros = OperatorDefinition.creating(
    "aten::zeros", decomposition: { call, e in try e.full(call, 0) }, fill: { _ in 0 })

  /// `ones(SymInt[] size, *, …) -> Tensor`
  static let ones = OperatorDefinition.creating(
    "aten::ones", decomposition: { call, e in try e.full(call, 1) }, fill: { _ in 1 })

  /// `empty.memory_format(SymInt[] size, *, …, MemoryFormat? memory_format=None) -> Tensor`
  ///
  /// Elements are 0, so that runs are repeatable.
  static let empty = OperatorDefinition.creating("aten::empty.memory_format", fill: { _ in 0 })

  /// `full_like(Tensor self, Scalar fill_value, *, …) -> Tensor`
  static let fullLike = OperatorDefinition.creatingLike(
    "aten::full_like", fill: { try $0.scalar(1) }
  )
  .batched(.elementwise)

  /// `zeros_like(Tensor self, *, …) -> Tensor`
  static let zerosLike = OperatorDefinition.creatingLike(
    "aten::zeros_like", decomposition: { call, e in try e.fullLike(call, 0) }, fill: { _ in 0 }
  )
  .batched(.elementwise)

  /// `ones_like(Tensor self, *, …) -> Tensor`
  static let onesLike = OperatorDefinition.creatingLike(
    "aten::ones_like", decomposition: { call, e in try e.fullLike(call, 1) }, fill: { _ in 1 }
  )
  .batched(.elementwise)

  /// `empty_like(Tensor self, *, …) -> Tensor`
  static let emptyLike = OperatorDefinition.creatingLike(
    "aten::empty_like", decomposition: { call, e in try e.fullLike(call, 0) }, fill: { _ in 0 }
  )
  .batched(.elementwise)

  /// `new_full(Tensor self, SymInt[] size, Scalar fill_value, *, …) -> Tensor`
  static let newFull = OperatorDefinition.creatingNew(
    "aten::new_full", decomposition: { call, e in try e.newFull(call, call[2]) },
    fill: { try $0.scalar(2) })

  /// `new_zeros(Tensor self, SymInt[] size, *, …) -> Tensor`
  static let newZeros = OperatorDefinition.creatingNew(
    "aten::new_zeros", decomposition: { call, e in try e.newFull(call, 0) }, fill: { _ in 0 })

  /// `new_ones(Tensor self, SymInt[] size, *, …) -> Tensor`
  static let newOnes = OperatorDefinition.creatingNew(
    "aten::new_ones", decomposition: { call, e in try e.newFull(call, 1) }, fill: { _ in 1 })

  /// `new_empty(Tensor self, SymInt[] size, *, …) -> Tensor`
  static let newEmpty = OperatorDefinition.creatingNew(
    "aten::new_empty",
    decomposition: { call, e in
      try e.apply("aten::empty.memory_format", [call[1]], e.options(call, like: call[0]))
    }, fill: { _ in 0 })

  /// `empty_strided(SymInt[] size, SymInt[] stride, *, …) -> Tensor`
  static let emptyStrided = OperatorDefinition(
    "aten::empty_strided",
    shape: { call in
      let options = try CreationOptions(call)
      return .fake(
        FakeTensor(
          options.dtype ?? .float32, try call.sizes(0), strides: try call.sizes(1),
          device: options.device ?? .cpu))
    },
    kernel: { call in
      let options = try CreationOptions(call)
      let result = try Tensor.empty(
        call.ints(0), strides: call.ints(1), options.dtype ?? .float32,
        device: options.device ?? .cpu
      )
      try result.fill(0)
      return .tensor(result)
    })

  /// `new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, …) -> Tensor`
  static let newEmptyStrided = OperatorDefinition("aten::new_empty_strided") { call, e in
    try e.apply("aten::empty_strided", [call[1], call[2]], e.options(call, like: call[0]))
  }
  .kept()

  /// `empty_permuted(SymInt[] size, int[] physical_layout, *, …) -> Tensor`
  static let emptyPermuted = OperatorDefinition("aten::empty_permuted") { call, e in
    let sizes = try call.sizes(0)
    let order = try call.ints(1)
    guard order.sorted() == Array(sizes.indices) else {
      throw call.error("\(order) is not an order of \(sizes.count) dimensions")
    }
    let strides = try SymbolicSize.strides(sizes, fastestFirst: order.reversed())
    return try e.apply(
      "aten::empty_strided", [.sizes(sizes), .sizes(strides)], e.options(call, like: nil))
  }
  .kept()

  /// `scalar_tensor(Scalar s, *, …) -> Tensor`
  static let scalarTensor = OperatorDefinition(
    "aten::scalar_tensor",
    shape: { call in
      let options = try CreationOptions(call)
      return .fake(FakeTensor(options.dtype ?? .float32, [], device: options.device ?? .cpu))
    },
    kernel: { call in
      let options = try CreationOptions(call)
      return try .tensor(
        .scalar(call.scalar(0), options.dtype ?? .float32, device: options.device ?? .cpu))
    })
}

extension OperatorCall {
  /// Returns the dtype of a tensor of a number: PyTorch's default for floats.
  func numberType(_ index: Int) throws -> ScalarType {
    switch arguments[index] {
    case .bool: return .bool
    case .int: return .int64
    case .symbol(let number):
      return number.kind == .int ? .int64 : number.kind == .bool ? .bool : .float32
    case .complex: return .complex64
    case .tensor(let tensor): return tensor.dtype
    case .fake(let tensor): return tensor.dtype
    default: return .float32
    }
  }
}

extension Emitter {
  /// Returns the creation options of a call as keyword arguments, completed from a tensor.
  fileprivate func options(
    _ call: OperatorCall, like model: IValue?
  ) throws -> [(name: String, value: IValue)] {
    var options: [(name: String, value: IValue)] = []
    for name in ["dtype", "layout", "device", "pin_memory", "memory_format"] {
      var value = call.named(name)
      if value.isNone, let model {
        if name == "dtype" { value = .dtype(try model.dtype) }
        if name == "device" { value = .device(try model.device) }
      }
      if !value.isNone { options.append((name, value)) }
    }
    return options
  }

  fileprivate func full(_ call: OperatorCall, _ value: Int) throws -> IValue {
    var options = try options(call, like: nil)
    if call.named("dtype").isNone { options.append(("dtype", .dtype(.float32))) }
    return try self.apply("aten::full", [call[0], .int(value)], options)
  }

  fileprivate func fullLike(_ call: OperatorCall, _ value: Int) throws -> IValue {
    try self.apply("aten::full_like", [call[0], .int(value)], options(call, like: nil))
  }

  fileprivate func newFull(_ call: OperatorCall, _ value: IValue) throws -> IValue {
    try self.apply("aten::full", [call[1], value], options(call, like: call[0]))
  }
}
