import FXCore
import FXOperators
import FXTensor

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
