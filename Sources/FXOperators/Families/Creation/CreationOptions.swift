import FXCore
import FXTensor

/// What the keyword arguments of creating operators say of the tensor: dtype, device, format.
struct CreationOptions {
  let dtype: ScalarType?
  let device: Device?
  let format: MemoryFormat?

  /// Reads the arguments of a call that are named `dtype`, `device` and `memory_format`.
  init(_ call: OperatorCall) throws {
    dtype = try call.index(of: "dtype").flatMap { try call.optionalDType($0) }
    device = try call.index(of: "device").flatMap { try call.optionalDevice($0) }
    format = try call.index(of: "memory_format").flatMap { try call.optionalMemoryFormat($0) }
  }
}

extension OperatorDefinition {
  /// Defines an operator that makes a tensor of the sizes in its first argument.
  ///
  /// - Parameters:
  ///   - dtype: tells the dtype where none is given; float32 unless told.
  ///   - fill: the number that elements get.
  static func creating(
    _ names: String..., dtype: (@Sendable (OperatorCall) throws -> ScalarType)? = nil,
    decomposition: Decomposition? = nil, fill: @escaping @Sendable (OperatorCall) throws -> Scalar
  ) -> OperatorDefinition {
    var definition = OperatorDefinition(
      "",
      shape: { call in
        let options = try CreationOptions(call)
        let type = try options.dtype ?? dtype?(call) ?? .float32
        return .fake(FakeTensor(type, try call.sizes(0), device: options.device ?? .cpu))
      }, decomposition: decomposition,
      kernel: { call in
        let options = try CreationOptions(call)
        let type = try options.dtype ?? dtype?(call) ?? .float32
        return try .tensor(
          .filled(call.ints(0), fill(call), type, options.device ?? .cpu, options.format))
      })
    definition.names = names
    return definition
  }

  /// Defines an operator that makes a tensor like its first argument.
  static func creatingLike(
    _ names: String..., decomposition: Decomposition? = nil,
    fill: @escaping @Sendable (OperatorCall) throws -> Scalar
  ) -> OperatorDefinition {
    var definition = OperatorDefinition(
      "", shape: ShapeRules.like, decomposition: decomposition
    ) { call in
      let options = try CreationOptions(call)
      let result = try call.tensor(0).emptyLike(
        options.dtype, device: options.device, format: options.format ?? .preserve)
      try result.fill(fill(call))
      return .tensor(result)
    }
    definition.names = names
    return definition
  }

  /// Defines an operator that makes a tensor of the sizes in its second argument, of the dtype and
  /// on the device of the first.
  static func creatingNew(
    _ names: String..., decomposition: Decomposition? = nil,
    fill: @escaping @Sendable (OperatorCall) throws -> Scalar
  ) -> OperatorDefinition {
    var definition = OperatorDefinition(
      "",
      shape: { call in
        let options = try CreationOptions(call)
        let model = try call.fake(0)
        return .fake(
          FakeTensor(
            options.dtype ?? model.dtype, try call.sizes(1), device: options.device ?? model.device
          ))
      }, decomposition: decomposition,
      kernel: { call in
        let options = try CreationOptions(call)
        let model = try call.tensor(0)
        let device = options.device ?? model.device
        return try .tensor(
          .filled(call.ints(1), fill(call), options.dtype ?? model.dtype, device, nil))
      })
    definition.names = names
    return definition
  }
}

extension Tensor {
  /// Makes a tensor of one number.
  fileprivate static func filled(
    _ sizes: [Int], _ value: Scalar, _ dtype: ScalarType, _ device: Device, _ format: MemoryFormat?
  ) throws -> Tensor {
    let format = format ?? .contiguous
    if case .int(0) = value { return try zeros(sizes, dtype, device: device, format: format) }
    let result = try empty(sizes, dtype, device: device, format: format)
    try result.fill(value)
    return result
  }
}

extension ShapeRules {
  /// The rule of operators that make a tensor like their first argument.
  static let like: OperatorDefinition.ShapeRule = { call in
    let options = try CreationOptions(call)
    let model = try call.fake(0)
    return .fake(
      try model.like(options.dtype, options.device, options.format ?? .preserve, call.symbols))
  }
}

extension FakeTensor {
  /// Describes a tensor of the same sizes, with the strides that a memory format gives it.
  func like(
    _ dtype: ScalarType?, _ device: Device?, _ format: MemoryFormat, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    let strides: [SymbolicSize]?
    switch format {
    case .preserve:
      strides =
        try ShapeRules.isDense(self, symbols)
        ? self.strides : ShapeRules.elementwiseStrides(sizes, [self], symbols)
    case .channelsLast where rank == 4:
      strides = try SymbolicSize.strides(sizes, fastestFirst: [1, 3, 2, 0])
    case .channelsLast3d where rank == 5:
      strides = try SymbolicSize.strides(sizes, fastestFirst: [1, 4, 3, 2, 0])
    default: strides = nil
    }
    return FakeTensor(
      dtype ?? self.dtype, sizes, strides: strides, device: device ?? self.device)
  }
}

extension SymbolicSize {
  /// Returns dense strides for an order of dimensions that starts with the fastest.
  static func strides(
    _ sizes: [SymbolicSize], fastestFirst order: [Int]
  ) throws -> [SymbolicSize] {
    var strides = sizes
    var stride: SymbolicSize = 1
    for axis in order {
      strides[axis] = stride
      stride = try stride * sizes[axis]
    }
    return strides
  }
}
